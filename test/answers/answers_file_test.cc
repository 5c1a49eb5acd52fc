#include "answers/answers_file.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "answers/open_answers.h"
#include "answers/queued_keeper.h"
#include "kept_answers.h"

namespace grotto {

using testing::answer;
using testing::AnswerRecords;
using testing::answers;
using testing::bytes_of;
using testing::Chance;
using testing::Folder;
using testing::FullDisk;
using testing::keep;
using testing::load;
using testing::plain;
using testing::start;
using testing::wait_until;
using testing::write_bytes;

namespace {

std::unique_ptr<AnswerKeeper> open(const std::string& file) {
  auto opened = open_answers_file(file);
  if (!opened) FAIL(opened.error().sentence);
  return std::move(*opened);
}

Error refusal(const std::string& file) {
  const auto opened = open_answers_file(file);
  REQUIRE_FALSE(opened.has_value());
  return opened.error();
}

/// What such records are as a file.
std::string encoded(const std::string& file, const AnswerRecords& records) {
  const AnswerFormat& format = *answer_format(file);
  std::string out(format.head());
  for (const AnswerRecord& record : records) format.append(record, out);
  return out;
}

/// Takes no time: for tests of what is in the file, not of when it is on the disk.
class QuickDisk final : public Disk {
 public:
  int sync(int) override { return 0; }
  int sync_folder_of(const std::string&) override { return 0; }
};

std::unique_ptr<AnswerKeeper> open_quickly(const std::string& file) {
  static QuickDisk disk;
  auto opened = AnswersFile::open(file, disk);
  if (!opened) FAIL(opened.error().sentence);
  return std::make_unique<QueuedKeeper>(std::move(*opened));
}

const std::vector<std::string> kNames = {"kept.jsonl", "kept.csv"};

}  // namespace

TEST_CASE("AnswersFile: what was kept is there after the next start, and is appended to") {
  for (const std::string& name : kNames) {
    CAPTURE(name);
    const Folder folder;
    const std::string file = folder.file(name);
    AnswerRecords all = {start("ab"), answer("ab", 0, "name", std::string("Ana"))};
    {
      const auto keeper = open(file);
      CHECK(load(*keeper).empty());
      CHECK(keeper->fault().empty());
      keep(*keeper, all);
      CHECK(bytes_of(file) == encoded(file, all));
    }
    struct stat status{};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    {
      const auto keeper = open(file);
      CHECK(load(*keeper) == all);
      all.push_back(answer("ab", 1, "age", 41.0));
      all.push_back(plain(AnswerEvent::end, "ab"));
      keeper->keep({all[2]}, nullptr);
      keeper->keep({all[3]}, nullptr);  // the end writes what is queued
    }
    CHECK(bytes_of(file) == encoded(file, all));
    CHECK(load(*open(file)) == all);
  }
}

TEST_CASE("AnswersFile: nothing is written until there is something to keep") {
  const Folder folder;
  const std::string file = folder.file("kept.csv");
  {
    const auto keeper = open(file);
    keep(*keeper, {});
  }
  CHECK(bytes_of(file).empty());
  CHECK(load(*open(file)).empty());
}

TEST_CASE("AnswersFile: random records, in random portions and lives, are read back in order") {
  MESSAGE("seed " << test::seed());
  Chance chance(test::seed());
  for (const std::string& name : kNames) {
    const Folder folder;
    const std::string file = folder.file(name);
    AnswerRecords all;
    for (int life = 0; life < 10; ++life) {
      const auto keeper = open(file);
      REQUIRE(load(*keeper) == all);
      for (std::uint64_t calls = chance.below(20); calls > 0; --calls) {
        AnswerRecords records = chance.records(chance.below(10));
        all.insert(all.end(), records.begin(), records.end());
        if (chance.below(4) == 0) {
          keep(*keeper, std::move(records));
          REQUIRE(bytes_of(file) == (all.empty() ? "" : encoded(file, all)));
        } else {
          keeper->keep(std::move(records), nullptr);
        }
      }
    }
    CHECK(load(*open(file)) == all);
  }
}

// ---- What a crash may leave

TEST_CASE("AnswersFile: a file cut at any byte gives its whole lines, and goes on behind them") {
  for (const std::string& name : kNames) {
    const Folder folder;
    const std::string file = folder.file(name);
    const AnswerRecords all = {start("ab"), answer("ab", 0, "q", std::string("añb, \"c\"")),
                               answer("ab", 1, "r", 2.5)};
    const std::string whole = encoded(file, all);
    const AnswerRecord next = plain(AnswerEvent::resumed, "ab");
    for (std::size_t size = 0; size <= whole.size(); ++size) {
      CAPTURE(size);
      const std::string_view cut = std::string_view(whole).substr(0, size);
      std::string expected(cut.substr(0, cut.rfind('\n') + 1));
      write_bytes(file, cut);
      AnswerRecords known;
      {
        const auto keeper = open_quickly(file);
        known = load(*keeper);
        REQUIRE(bytes_of(file) == expected);
        keep(*keeper, {next});
      }
      for (std::size_t i = 0; i < known.size(); ++i) REQUIRE(known[i] == all[i]);
      if (expected.empty()) {
        expected = encoded(file, {next});
      } else {
        answer_format(file)->append(next, expected);
      }
      REQUIRE(bytes_of(file) == expected);
      known.push_back(next);
      REQUIRE(load(*open_quickly(file)) == known);
    }
  }
}

TEST_CASE("AnswersFile: broken lines in the middle are passed over and left as they are") {
  for (const std::string& name : kNames) {
    const Folder folder;
    const std::string file = folder.file(name);
    const AnswerRecords all = {start("ab"), answer("ab", 0, "q", std::string("x"))};
    std::string text = encoded(file, {all[0]});
    for (int i = 0; i < 20; ++i) text += "{\"session\":\"ab\"\r\n";
    text += "\n  \r\n" + std::string(5, '\0') + "\n\"a\"b,c\n\"open\n";
    text += std::string(3'000'000, 'x') + "\n";
    answer_format(file)->append(all[1], text);
    write_bytes(file, text);
    const auto keeper = open(file);
    CHECK(load(*keeper) == all);
    CHECK(bytes_of(file) == text);
  }
}

TEST_CASE("AnswersFile: line ends of another system, blank lines and a byte order mark are taken") {
  const Folder folder;
  for (const std::string& name : kNames) {
    const std::string file = folder.file(name);
    const AnswerRecords all = {start("ab"), answer("ab", 0, "q", true)};
    std::string text = name == "kept.csv" ? "\xEF\xBB\xBF" : "\n \t\n";
    for (const char each : encoded(file, all)) {
      if (each != '\r') text += each;
      if (each == '\n') text += "\r\n";
    }
    write_bytes(file, text);
    CHECK(load(*open(file)) == all);
  }
}

TEST_CASE("AnswersFile: what holds no answers is refused and not touched") {
  const Folder folder;
  for (const std::string& name : kNames) {
    for (const std::string& foreign : std::vector<std::string>{
             "hello", "hello\n", "{\"name\":\"Ana\"}\n", "name,age\r\nAna,5\r\n", "\n\n[1,2]",
             "{\"session\":5}\n", "session,times",
             "\x7f"
             "ELF"}) {
      CAPTURE(foreign);
      const std::string file = folder.file(name);
      write_bytes(file, foreign);
      const Error error = refusal(file);
      CHECK(error.exit_status == 65);
      CHECK(error.sentence == "what is in " + file + " are no answers.");
      CHECK(bytes_of(file) == foreign);
    }
    const std::string file = folder.file(name);  // a power cut gave it its size only
    write_bytes(file, std::string(500, '\0'));
    CHECK(load(*open(file)).empty());
    CHECK(bytes_of(file).empty());
  }
}

TEST_CASE("AnswersFile: kill -9 at any moment loses no record that was said to be kept") {
  for (const std::string& name : kNames) {
    const Folder folder;
    const std::string file = folder.file(name);
    std::uint64_t known = 0;
    for (int life = 0; life < 12; ++life) {
      std::array<int, 2> pipe{};
      REQUIRE(::pipe(pipe.data()) == 0);
      const pid_t child = ::fork();
      REQUIRE(child >= 0);
      if (child == 0) {
        auto keeper = open_answers_file(file);
        if (!keeper) ::_exit(1);
        std::uint64_t next = known;
        (*keeper)->load([&](AnswerRecord&& record) { next = record.place + 1; });
        for (int i = 0; i < 1'000'000; ++i, ++next) {
          (*keeper)->keep(answers("ab", next, 1), [fd = pipe[1], next] {
            static_cast<void>(!::write(fd, &next, sizeof next));
          });
          if (i % 16 == 0) ::usleep(200);
        }
        ::_exit(2);
      }
      ::close(pipe[1]);
      std::uint64_t said = 0;
      bool is_said = false;
      for (int count = 1 + life * 7; count > 0; --count) {
        REQUIRE(::read(pipe[0], &said, sizeof said) == sizeof said);
        is_said = true;
      }
      ::kill(child, SIGKILL);
      while (::read(pipe[0], &said, sizeof said) == sizeof said) is_said = true;
      int status = 0;
      REQUIRE(::waitpid(child, &status, 0) == child);
      REQUIRE(WIFSIGNALED(status));
      ::close(pipe[0]);
      const AnswerRecords kept = load(*open(file));
      REQUIRE(is_said);
      REQUIRE(kept.size() > said);
      REQUIRE(kept.size() >= known);
      known = kept.size();
      for (std::size_t i = 0; i < kept.size(); ++i) REQUIRE(kept[i].place == i);
    }
  }
}

// ---- Whose file

TEST_CASE("AnswersFile: another process that has it is named, by whatever name the file is given") {
  const Folder folder;
  const std::string file = folder.file("kept.jsonl");
  const auto keeper = open(file);
  const Error error = refusal(file);
  CHECK(error.exit_status == 73);
  CHECK(error.sentence == "the answers file " + std::filesystem::canonical(file).string() +
                              " is in use by process " + std::to_string(::getpid()) + ".");
  std::filesystem::create_symlink(file, folder.file("link.jsonl"));
  CHECK(refusal(folder.file("link.jsonl")).sentence == error.sentence);
}

TEST_CASE("AnswersFile: what can be no answers file is said") {
  const Folder folder;
  CHECK(refusal(folder.file("kept.txt")).exit_status == 64);
  CHECK(refusal(folder.file("kept.txt")).sentence.ends_with(" must end in .jsonl or .csv."));
  std::filesystem::create_directory(folder.file("folder.jsonl"));
  CHECK(refusal(folder.file("folder.jsonl")).exit_status == 73);
  REQUIRE(::mkfifo(folder.file("pipe.csv").c_str(), 0600) == 0);
  const Error pipe = refusal(folder.file("pipe.csv"));
  CHECK(pipe.exit_status == 73);
  CHECK(pipe.sentence.ends_with(": it is no plain file."));
  CHECK(refusal(folder.file("nowhere/kept.csv")).exit_status == 73);
  const Error taken = refusal("/proc/kept.jsonl");
  CHECK(taken.exit_status == 73);
  std::filesystem::create_directory(folder.file("kept.csv.lock"));
  CHECK(refusal(folder.file("kept.csv")).exit_status == 73);
}

// ---- Disks and neighbours

TEST_CASE("AnswersFile: a full disk costs nothing, and nobody is told too early") {
  for (const std::string& name : kNames) {
    const Folder folder;
    const std::string file = folder.file(name);
    AnswerRecords all = answers("ab", 0, 5);
    {
      const auto keeper = open(file);
      keep(*keeper, all);
      std::atomic<int> kept = 0;
      {
        const FullDisk full(bytes_of(file).size() + 20);  // a line does not fit any more
        for (const AnswerRecord& record : answers("ab", 5, 20)) {
          all.push_back(record);
          keeper->keep({record}, [&] { ++kept; });
        }
        wait_until([&] { return !keeper->fault().empty(); });
        CHECK(keeper->fault() == "File too large");
        CHECK(kept == 0);
      }
      wait_until([&] { return kept == 20; });
      CHECK(keeper->fault().empty());
    }
    CHECK(bytes_of(file) == encoded(file, all));
  }
}

TEST_CASE("AnswersFile: what others append, cut off or remove costs no record") {
  const Folder folder;
  const std::string file = folder.file("kept.jsonl");
  const AnswerRecords all = answers("ab", 0, 8);
  const auto keeper = open(file);
  keep(*keeper, {all[0]});
  SUBCASE("removed") {
    std::filesystem::remove(file);
    keep(*keeper, {all[1]});
    CHECK(bytes_of(file) == encoded(file, {all[0], all[1]}));
    keep(*keeper, {all[2]});
    CHECK(bytes_of(file) == encoded(file, {all[0], all[1], all[2]}));
  }
  SUBCASE("removed, with another in its place, until that is gone") {
    std::filesystem::remove(file);
    write_bytes(file, "mine");
    std::promise<void> kept;
    keeper->keep({all[1]}, [&] { kept.set_value(); });
    wait_until([&] { return keeper->fault() == "it was removed, and another is in its place"; });
    CHECK(bytes_of(file) == "mine");
    std::filesystem::rename(file, folder.file("mine"));
    kept.get_future().wait();
    CHECK(bytes_of(file) == encoded(file, {all[0], all[1]}));
  }
  SUBCASE("moved away: it goes on there") {
    std::filesystem::rename(file, folder.file("moved"));
    keep(*keeper, {all[1]});
    CHECK(bytes_of(folder.file("moved")) == encoded(file, {all[0], all[1]}));
  }
  SUBCASE("emptied") {
    std::filesystem::resize_file(file, 0);
    keep(*keeper, {all[1]});
    CHECK(bytes_of(file) == encoded(file, {all[1]}));
  }
  SUBCASE("cut within a line") {
    std::filesystem::resize_file(file, 20);
    keep(*keeper, {all[1]});
    keep(*keeper, {all[2]});
    CHECK(bytes_of(file) ==
          encoded(file, {all[0]}).substr(0, 20) + "\n" + encoded(file, {all[1], all[2]}));
  }
  SUBCASE("appended to") {
    std::ofstream(file, std::ios::app) << encoded(file, {all[5]}) << "half";
    keep(*keeper, {all[1]});
    keep(*keeper, {all[2]});
    CHECK(bytes_of(file) ==
          encoded(file, {all[0], all[5]}) + "half\n" + encoded(file, {all[1], all[2]}));
  }
}

}  // namespace grotto
