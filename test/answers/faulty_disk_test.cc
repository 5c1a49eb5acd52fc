#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <mutex>

#include "answers/answers_file.h"
#include "answers/queued_keeper.h"
#include "kept_answers.h"

namespace grotto {

using testing::AnswerRecords;
using testing::answers;
using testing::bytes_of;
using testing::Chance;
using testing::Folder;
using testing::keep;
using testing::load;

namespace {

/// A disk that writes little, refuses, and forgets what it could not sync, as the kernel does: its
/// pages then pass for clean. It knows what it would still have after a power cut.
class FaultyDisk final : public Disk {
 public:
  FaultyDisk(std::string file, std::uint64_t seed) : file_(std::move(file)), chance_(seed) {}

  void be_well() {
    const std::scoped_lock lock(mutex_);
    is_well_ = true;
  }
  void fail() {
    const std::scoped_lock lock(mutex_);
    is_well_ = false;
  }
  [[nodiscard]] std::string durable() {
    const std::scoped_lock lock(mutex_);
    return durable_;
  }
  [[nodiscard]] int failed_syncs() {
    const std::scoped_lock lock(mutex_);
    return failed_syncs_;
  }

  int open(const std::string& path, int flags) override {
    const std::scoped_lock lock(mutex_);
    if (!is_well_ && chance_.below(4) == 0) return refuse(EMFILE);
    must_be_opened_ = false;
    return Disk::open(path, flags);
  }

  ssize_t write_at(int fd, const char* bytes, std::size_t size, off_t offset) override {
    const std::scoped_lock lock(mutex_);
    CHECK_FALSE(must_be_opened_);
    if (!is_well_) {
      switch (chance_.below(8)) {
        case 0: return refuse(EINTR);
        case 1: return refuse(ENOSPC);
        case 2: return refuse(EDQUOT);
        case 3: return refuse(EIO);
        case 4: return 0;
        default: size = 1 + chance_.below(size); break;
      }
    }
    return Disk::write_at(fd, bytes, size, offset);
  }

  int sync(int /*fd*/) override {
    const std::scoped_lock lock(mutex_);
    if (!is_well_ && chance_.below(3) == 0) {
      ++failed_syncs_;
      must_be_opened_ = true;
      forget();
      return refuse(EIO);
    }
    durable_ = bytes_of(file_);
    return 0;
  }
  int sync_folder_of(const std::string& /*path*/) override { return 0; }

 private:
  static int refuse(int error) {
    errno = error;
    return -1;
  }
  /// Some of what was not synced reads as nothing from now on.
  void forget() {
    std::string bytes = bytes_of(file_);
    for (std::size_t at = durable_.size(); at < bytes.size(); ++at) {
      if (chance_.below(2) == 0) bytes[at] = '\0';
    }
    testing::write_bytes(file_, bytes);
  }

  std::mutex mutex_;
  const std::string file_;
  Chance chance_;
  bool is_well_ = true;
  bool must_be_opened_ = false;
  int failed_syncs_ = 0;
  std::string durable_;
};

}  // namespace

TEST_CASE("AnswersFile: on a disk with every fault, what is told to be kept is there for good") {
  MESSAGE("seed " << test::seed());
  for (const std::string name : {"kept.jsonl", "kept.csv"}) {
    for (std::uint64_t run = 0; run < 20; ++run) {
      const Folder folder;
      const std::string file = folder.file(name);
      FaultyDisk disk(file, test::seed() + run);
      Chance chance(test::seed() + run);
      const AnswerFormat& format = *answer_format(file);
      std::string expected(format.head());
      std::atomic<std::uint64_t> told = 0;
      std::atomic<int> lies = 0;
      {
        auto opened = AnswersFile::open(file, disk);
        REQUIRE(opened.has_value());
        QueuedKeeper keeper(std::move(*opened), {.retry_ms = 1, .group_records_max = 5});
        disk.fail();
        for (std::uint64_t i = 0; i < 60; ++i) {
          const AnswerRecords records = chance.records(1 + chance.below(3));
          for (const AnswerRecord& record : records) format.append(record, expected);
          keeper.keep(records, [&, i, so_far = expected] {
            if (told++ != i || !disk.durable().starts_with(so_far)) ++lies;
          });
          if (chance.below(3) == 0) std::this_thread::sleep_for(std::chrono::microseconds(300));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(chance.below(20)));
        disk.be_well();
      }
      CHECK(told == 60);
      CHECK(lies == 0);
      CHECK(bytes_of(file) == expected);
    }
  }
}

TEST_CASE("AnswersFile: a failed sync is told, and the file opened anew and written again") {
  const Folder folder;
  const std::string file = folder.file("kept.jsonl");
  class NoSync final : public Disk {
   public:
    std::atomic<int> failing = 0;
    std::atomic<int> opened = 0;
    std::atomic<int> written = 0;
    int open(const std::string& path, int flags) override {
      ++opened;
      return Disk::open(path, flags);
    }
    ssize_t write_at(int fd, const char* bytes, std::size_t size, off_t offset) override {
      ++written;
      offsets.push_back(offset);
      return Disk::write_at(fd, bytes, size, offset);
    }
    int sync(int fd) override {
      if (failing > 0) {
        --failing;
        errno = EIO;
        return -1;
      }
      return Disk::sync(fd);
    }
    std::vector<off_t> offsets;
  } disk;
  auto opened = AnswersFile::open(file, disk);
  REQUIRE(opened.has_value());
  QueuedKeeper keeper(std::move(*opened), {.retry_ms = 1});
  keep(keeper, answers("a", 0, 1));
  const auto first = static_cast<off_t>(bytes_of(file).size());
  disk.failing = 3;
  keep(keeper, answers("a", 1, 1));
  CHECK(disk.opened == 1 + 3);
  CHECK(disk.offsets == std::vector<off_t>{0, first, first, first, first});
  CHECK(load(keeper) == answers("a", 0, 2));
}

TEST_CASE("AnswersFile: a disk that fails at the start is said") {
  const Folder folder;
  const std::string file = folder.file("kept.jsonl");
  class Broken final : public Disk {
   public:
    bool opens = true;
    bool syncs = true;
    bool syncs_folder = true;
    int open(const std::string& path, int flags) override {
      errno = EROFS;
      return opens ? Disk::open(path, flags) : -1;
    }
    int sync(int /*fd*/) override {
      errno = EIO;
      return syncs ? 0 : -1;
    }
    int sync_folder_of(const std::string& path) override {
      errno = EIO;
      return syncs_folder ? Disk::sync_folder_of(path) : -1;
    }
  } disk;
  const auto refusal = [&] {
    const auto opened = AnswersFile::open(file, disk);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().exit_status == 73);
    return opened.error().sentence;
  };
  const std::string begin = "cannot open the answers file " + file + ": ";
  disk.opens = false;
  CHECK(refusal() == begin + "Read-only file system.");
  disk.opens = true;
  disk.syncs = false;
  CHECK(refusal() == begin + "Input/output error.");
  disk.syncs = true;
  disk.syncs_folder = false;
  CHECK(refusal() == begin + "Input/output error.");
  disk.syncs_folder = true;
  CHECK(AnswersFile::open(file, disk).has_value());
}

TEST_CASE("AnswersFile: one that was removed is made again at last, whatever the disk does") {
  MESSAGE("seed " << test::seed());
  for (std::uint64_t run = 0; run < 30; ++run) {
    const Folder folder;
    const std::string file = folder.file("kept.jsonl");
    FaultyDisk disk(file, test::seed() + run);
    auto opened = AnswersFile::open(file, disk);
    REQUIRE(opened.has_value());
    {
      QueuedKeeper keeper(std::move(*opened), {.retry_ms = 1});
      keep(keeper, answers("a", 0, 300));
      std::filesystem::remove(file);
      disk.fail();
      keeper.keep(answers("a", 300, 1), nullptr);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      disk.be_well();
      keep(keeper, answers("a", 301, 1));
    }
    auto again = AnswersFile::open(file, disk);
    REQUIRE(again.has_value());
    AnswerRecords found;
    (*again)->load([&](AnswerRecord&& record) { found.push_back(std::move(record)); });
    CHECK(found == answers("a", 0, 302));
  }
}

}  // namespace grotto
