#include "base/log.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

using grotto::EventGate;
using grotto::format_log_line;
using grotto::LogFormat;
using grotto::LogLevel;
namespace log_ = grotto::log;

namespace {

/// Standard error as a pipe, for the life of the object.
class CapturedStandardError {
 public:
  /// `flags`: O_DIRECT, and one_write() reads what one write has written.
  explicit CapturedStandardError(int flags = 0) : saved_(::dup(STDERR_FILENO)) {
    REQUIRE(::pipe2(pipe_.data(), O_CLOEXEC | flags) == 0);
    ::dup2(pipe_[1], STDERR_FILENO);
  }
  ~CapturedStandardError() {
    restore();
    ::close(pipe_[0]);
  }
  CapturedStandardError(const CapturedStandardError&) = delete;
  CapturedStandardError& operator=(const CapturedStandardError&) = delete;

  /// Everything written until now. Ends the capture.
  std::string text() {
    restore();
    std::string result;
    while (read_some(result)) {
    }
    return result;
  }

  /// Whether nothing was written that was not read.
  [[nodiscard]] bool is_empty() const {
    pollfd waiting{pipe_[0], POLLIN, 0};
    return ::poll(&waiting, 1, 0) == 0;
  }
  std::string one_write() {
    std::string result;
    read_some(result);
    return result;
  }

  /// Everything up to the line that holds `mark`, waiting for it.
  std::string text_until(std::string_view mark) {
    std::string result;
    while (result.find(mark) == std::string::npos && read_some(result)) {
    }
    return result;
  }

 private:
  bool read_some(std::string& into) {
    std::array<char, 4096> buffer{};
    const ssize_t size = ::read(pipe_[0], buffer.data(), buffer.size());
    if (size > 0) into.append(buffer.data(), static_cast<std::size_t>(size));
    return size > 0;
  }
  void restore() {
    if (saved_ < 0) return;
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    ::close(pipe_[1]);
    saved_ = -1;
  }
  std::array<int, 2> pipe_{};
  int saved_;
};

void starts(const grotto::LogOptions& options) {
  REQUIRE(log_::start(options));
}

/// A folder of its own, gone at the end.
class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / "grotto-log-XXXXXX") {
    std::string name = path_.string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file(std::string_view name) const { return (path_ / name).string(); }
  [[nodiscard]] std::string text(std::string_view name) const {
    std::ifstream stream(path_ / name);
    return {std::istreambuf_iterator<char>(stream), {}};
  }

 private:
  std::filesystem::path path_;
};

std::size_t threads() {
  std::size_t found = 0;
  for ([[maybe_unused]] const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    ++found;
  }
  return found;
}

std::size_t count(std::string_view text, std::string_view what) {
  std::size_t found = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) {
    ++found;
  }
  return found;
}

}  // namespace

TEST_CASE("log: a line of text quotes what has blanks and escapes what a peer sent") {
  CHECK(format_log_line(LogFormat::text, "connect", {{"peer", "[::1]:40712"}, {"clients", 3}}) ==
        "connect peer=[::1]:40712 clients=3");
  CHECK(format_log_line(LogFormat::text, "hello", {{"name", "a b"}, {"why", ""}}) ==
        "hello name=\"a b\" why=\"\"");
  CHECK(format_log_line(LogFormat::text, "hello", {{"name", "x\n\x1b[2J level=error \"\xff"}}) ==
        "hello name=\"x\\u{a}\\u{1b}[2J level=error \\\"\\xff\"");
}

TEST_CASE("log: a line of JSON escapes twice: for people, then for JSON") {
  CHECK(format_log_line(LogFormat::json, "hello", {{"name", "a\"\\\n"}, {"count", 2}}) ==
        R"("event":"hello","name":"a\"\\\\\\u{a}","count":2)");
}

TEST_CASE("log: lines come out in order, whole, from their level upwards, each with its time") {
  CapturedStandardError captured;
  starts({LogLevel::info, LogFormat::text, {}});
  CHECK(log_::is_on(LogLevel::info));
  CHECK_FALSE(log_::is_on(LogLevel::debug));
  log_::debug("hidden");
  log_::info("first", {{"n", 1}});
  log_::error("second");
  CHECK(log_::stop());
  log_::error("after the end");
  const std::string text = captured.text();
  CHECK(count(text, "\n") == 2);
  CHECK(text[4] == '-');
  CHECK(text[10] == 'T');
  CHECK(text[23] == 'Z');
  CHECK(text.find("Z info first n=1\n") != std::string::npos);
  CHECK(text.find("Z error second\n") != std::string::npos);
  CHECK(text.find("first") < text.find("second"));
}

TEST_CASE("log: in JSON every line is one object") {
  CapturedStandardError captured;
  starts({LogLevel::debug, LogFormat::json, {}});
  log_::debug("start", {{"workers", 2}});
  CHECK(log_::stop());
  const std::string text = captured.text();
  CHECK(text.starts_with("{\"time\":\""));
  CHECK(text.ends_with("\",\"level\":\"debug\",\"event\":\"start\",\"workers\":2}\n"));
}

TEST_CASE(
    "log: whoever logs writes to a pipe himself until it is full, and no line is out of order") {
  if (!std::filesystem::exists("/proc/self/task")) return;
  CapturedStandardError captured;
  const std::size_t before = threads();
  starts({LogLevel::info, LogFormat::text, {}});
  for (int i = 0; i < 10; ++i) log_::info("line", {{"n", i}});
  CHECK(threads() == before);
  const std::string filler(900, 'x');
  for (int i = 10; i < 100; ++i) log_::info("line", {{"n", i}, {"text", filler}});
  CHECK(threads() > before);
  log_::info("the_end");
  const std::string text = captured.text_until("the_end");
  CHECK(log_::stop());
  std::size_t at = 0;
  for (int i = 0; i < 100; ++i) {
    const std::size_t next = text.find("info line n=" + std::to_string(i), at);
    REQUIRE(next != std::string::npos);
    at = next;
  }
}

TEST_CASE("log: a file, whose disk may stall, is written by a thread") {
  if (!std::filesystem::exists("/proc/self/task")) return;
  const std::size_t before = threads();
  std::FILE* const file = std::tmpfile();
  REQUIRE(file != nullptr);
  const int saved = ::dup(STDERR_FILENO);
  ::dup2(::fileno(file), STDERR_FILENO);
  starts({LogLevel::info, LogFormat::text, {}});
  const std::size_t during = threads();
  log_::info("line");
  const bool is_written = log_::stop();
  const off_t size = ::lseek(STDERR_FILENO, 0, SEEK_END);
  ::dup2(saved, STDERR_FILENO);
  ::close(saved);
  std::fclose(file);
  CHECK(during > before);
  CHECK(is_written);
  CHECK(size > 10);
}

TEST_CASE(
    "log: a reader that stands still blocks nobody, and what it missed is told in its place") {
  CapturedStandardError captured;
  starts({LogLevel::info, LogFormat::text, {}});
  const std::string filler(900, 'x');
  constexpr int kLines = 20'000;  // 18 MB against a pipe of 64 KiB and a queue of 4,096 lines
  for (int i = 0; i < kLines; ++i) log_::info("filler", {{"text", filler}});
  log_::info("the_end");
  CHECK(log_::dropped_lines() > 0);
  const std::string text = captured.text_until("the_end");
  CHECK(log_::stop());
  CHECK(count(text, "log_lines_dropped count=") >= 1);
  CHECK(count(text, "filler") < kLines);
}

TEST_CASE("log: stop gives up on a reader that never reads") {
  CapturedStandardError captured;
  starts({LogLevel::info, LogFormat::text, {}});
  const std::string filler(900, 'x');
  for (int i = 0; i < 1'000; ++i) log_::info("filler", {{"text", filler}});
  log_::info("the_end");
  CHECK_FALSE(log_::stop(50));
  // The thread that was left behind goes on as soon as somebody reads.
  CHECK(count(captured.text_until("the_end"), "filler") == 1'000);
}

TEST_CASE("log: a file is appended to, readable by its owner and group only") {
  const Folder folder;
  for (int run = 0; run < 2; ++run) {
    starts({LogLevel::info, LogFormat::text, folder.file("a.log")});
    log_::info("run", {{"n", run}});
    CHECK(log_::stop());
  }
  const std::string text = folder.text("a.log");
  CHECK(count(text, "\n") == 2);
  CHECK(count(text, "run n=1") == 1);
  const auto status = std::filesystem::status(folder.file("a.log"));
  CHECK((status.permissions() & std::filesystem::perms::others_all) ==
        std::filesystem::perms::none);
}

TEST_CASE("log: a file that cannot be had is said at the start") {
  const Folder folder;
  std::string pipe = folder.file("pipe");
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  for (const std::string& file : {folder.file("none/a.log"), pipe, folder.file("")}) {
    const auto started = log_::start({LogLevel::info, LogFormat::text, file});
    REQUIRE_FALSE(started);
    CHECK(started.error().exit_status == 73);
    CHECK(started.error().sentence.find(file) != std::string::npos);
  }
}

TEST_CASE(
    "log: reopened, what came before is in the file that was moved, what comes after in a new "
    "one") {
  const Folder folder;
  starts({LogLevel::info, LogFormat::text, folder.file("a.log")});
  log_::info("before");
  std::filesystem::rename(folder.file("a.log"), folder.file("a.log.1"));
  log_::info("moved");
  log_::reopen();
  log_::info("after");
  CHECK(log_::stop());
  CHECK(count(folder.text("a.log.1"), "\n") == 2);
  CHECK(count(folder.text("a.log.1"), "info moved") == 1);
  CHECK(count(folder.text("a.log"), "\n") == 1);
  CHECK(count(folder.text("a.log"), "info after") == 1);
}

TEST_CASE("log: a file that cannot be opened anew leaves the old one, which reads why") {
  const Folder folder;
  std::filesystem::create_directory(folder.file("logs"));
  starts({LogLevel::info, LogFormat::json, folder.file("logs/a.log")});
  log_::info("before");
  std::filesystem::rename(folder.file("logs"), folder.file("gone"));
  log_::reopen();
  log_::info("after");
  CHECK(log_::stop());
  const std::string text = folder.text("gone/a.log");
  CHECK(count(text, "\n") == 3);
  CHECK(count(text, "\"event\":\"log_not_reopened\",\"why\":\"cannot write the log ") == 1);
  CHECK(text.find("before") < text.find("log_not_reopened"));
  CHECK(text.find("log_not_reopened") < text.find("after"));
}

TEST_CASE("log: level and format change between two lines, also from off") {
  const Folder folder;
  starts({LogLevel::off, LogFormat::text, folder.file("a.log")});
  log_::error("silence");
  log_::set_level(LogLevel::debug);
  CHECK(log_::is_on(LogLevel::debug));
  log_::debug("text");
  log_::set_format(LogFormat::json);
  log_::debug("json");
  log_::set_level(LogLevel::off);
  log_::error("silence");
  CHECK(log_::stop());
  const std::string text = folder.text("a.log");
  CHECK(count(text, "\n") == 2);
  CHECK(count(text, "Z debug text\n") == 1);
  CHECK(count(text, "\",\"level\":\"debug\",\"event\":\"json\"}\n") == 1);
}

TEST_CASE("log: lines that a full disk did not take are counted, and told when it takes one") {
  if (!std::filesystem::exists("/dev/full")) return;
  const Folder folder;
  std::filesystem::create_symlink("/dev/full", folder.file("a.log"));
  starts({LogLevel::info, LogFormat::text, folder.file("a.log")});
  for (int i = 0; i < 5; ++i) log_::info("lost");
  std::filesystem::remove(folder.file("a.log"));
  log_::reopen();
  log_::info("kept");
  CHECK(log_::stop());
  const std::string text = folder.text("a.log");
  CHECK(count(text, "\n") == 2);
  CHECK(count(text, "warning log_lines_dropped count=5\n") == 1);
  CHECK(count(text, "info kept\n") == 1);
}

TEST_CASE("EventGate: one line a second tells how many events it stands for") {
  EventGate gate;
  CHECK(gate.pass(5) == 1);
  for (int i = 0; i < 40; ++i) CHECK(gate.pass(100) == std::nullopt);
  CHECK(gate.has_rest());
  CHECK(gate.take_if_due(1'004) == std::nullopt);
  CHECK(gate.take_if_due(1'005) == 40);
  CHECK(gate.take_if_due(9'000) == std::nullopt);
  CHECK(gate.pass(9'000) == 1);
  CHECK(gate.pass(9'999) == std::nullopt);
  CHECK(gate.pass(10'000) == 2);
}

TEST_CASE("EventGate: an attack has its first lines, then one a second for as long as it lasts") {
  EventGate gate(100);
  std::vector<std::uint64_t> lines;  // how many in each second
  std::uint64_t told = 0;
  std::uint64_t now = 0;
  const auto second_of = [&](int events) {
    lines.push_back(0);
    for (int i = 0; i < events; ++i) {
      const auto count = gate.pass(now + static_cast<std::uint64_t>(i * 1'000 / events));
      if (count) ++lines.back();
      told += count.value_or(0);
    }
    now += 1'000;
  };
  for (const int events : {1'000, 1'000, 101, 1, 0, 100}) second_of(events);
  CHECK(lines == std::vector<std::uint64_t>{100, 1, 1, 1, 0, 1});
  for (int i = 0; i < 7; ++i) second_of(100);
  CHECK(lines.back() == 1);
  second_of(100);  // ten seconds after the last with more than a hundred
  CHECK(lines.back() == 100);
  CHECK(told == 3'002);
  CHECK(!gate.has_rest());
}

TEST_CASE("EventGate: bursts with pauses are one attack") {
  EventGate gate(2);
  std::uint64_t lines = 0;
  for (std::uint64_t now = 0; now < 30'000; now += 3'000) {
    for (int i = 0; i < 9; ++i) lines += gate.pass(now) ? 1U : 0U;
    lines += gate.take_if_due(now + 1'000) ? 1U : 0U;
  }
  CHECK(lines == 2 + 1 + 2 * 9);
  CHECK(gate.pass(41'000) == 1);
  CHECK(gate.pass(41'000) == 1);
}

TEST_CASE("log: lines that may wait go before the next one, in order, each with its own time") {
  CapturedStandardError captured;
  starts({});
  const std::array<grotto::LogField, 1> first = {grotto::LogField("number", 1)};
  const std::array<grotto::LogField, 1> second = {grotto::LogField("number", 2)};
  log_::write_later(LogLevel::info, "ended", first);
  log_::write_later(LogLevel::info, "ended", second);
  log_::write_later(LogLevel::debug, "ended", second);  // below the level
  CHECK(captured.is_empty());
  log_::warning("another");
  CHECK(captured.text_until("another").find("ended number=1\n") != std::string::npos);
  CHECK(log_::stop());
}

TEST_CASE("log: lines that wait go at flush, all in one write") {
  CapturedStandardError captured(O_DIRECT);  // each write is read by itself
  starts({});
  const std::array<grotto::LogField, 1> fields = {grotto::LogField("number", 7)};
  for (int i = 0; i < 10; ++i) log_::write_later(LogLevel::info, "ended", fields);
  CHECK(captured.is_empty());
  log_::flush();
  CHECK(count(captured.one_write(), "info ended number=7\n") == 10);
  log_::flush();
  CHECK(captured.is_empty());
  CHECK(log_::stop());
}

TEST_CASE("log: what waits is bounded, and goes in writes that a pipe takes whole") {
  CapturedStandardError captured(O_DIRECT);
  starts({});
  const std::string text(500, 'x');
  const std::array<grotto::LogField, 1> fields = {grotto::LogField("text", text)};
  for (int i = 0; i < 7; ++i) log_::write_later(LogLevel::info, "ended", fields);
  CHECK(count(captured.one_write(), "info ended") == 6);
  CHECK(captured.is_empty());
  CHECK(log_::stop());
  CHECK(count(captured.text(), "info ended") == 1);
}

TEST_CASE("log: lines that wait reach a file, too") {
  Folder folder;
  starts({.file = folder.file("log")});
  const std::array<grotto::LogField, 1> fields = {grotto::LogField("number", 7)};
  for (int i = 0; i < 3; ++i) log_::write_later(LogLevel::info, "ended", fields);
  CHECK(log_::stop());
  CHECK(count(folder.text("log"), "info ended number=7\n") == 3);
}
