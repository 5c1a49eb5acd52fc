#include "net/input_reader.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <string>

#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

/// A descriptor that is read on a worker.
class Reading {
 public:
  explicit Reading(int fd) : fd_(fd) {
    worker_.on_worker([&] {
      reader_ =
          std::make_unique<InputReader>(worker_.worker(), fd_.get(), [this](std::string_view got) {
            got.empty() ? void(++ends_) : void(read_ += got);
            if (pauses_after_each_) reader_->pause();
          });
    });
  }
  Reading(const Reading&) = delete;
  Reading& operator=(const Reading&) = delete;
  ~Reading() {
    worker_.on_worker([&] { reader_.reset(); });
    worker_.stop();
  }

  bool has_read(std::string_view expected) {
    return worker_.becomes([&] { return read_ == expected; });
  }
  bool has_ended() {
    return worker_.becomes([&] { return ends_ == 1; });
  }
  void pauses_after_each() {
    worker_.on_worker([&] { pauses_after_each_ = true; });
  }
  void resumes() {
    worker_.on_worker([&] { reader_->resume(); });
  }
  std::size_t size() {
    return worker_.on_worker([&] { return read_.size(); });
  }

 private:
  WorkerFixture worker_;
  Fd fd_;
  std::string read_;
  int ends_ = 0;
  bool pauses_after_each_ = false;
  std::unique_ptr<InputReader> reader_;
};

struct Pipe {
  Pipe() { REQUIRE(::pipe(ends.data()) == 0); }
  void write(std::string_view bytes) const {
    REQUIRE(::write(ends[1], bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  }
  std::array<int, 2> ends{};
};

/// A file without a name.
int file_with(std::string_view bytes) {
  std::string path = "/tmp/grotto-input-XXXXXX";
  const int fd = ::mkstemp(path.data());
  REQUIRE(fd >= 0);
  ::unlink(path.c_str());
  REQUIRE(::write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  REQUIRE(::lseek(fd, 0, SEEK_SET) == 0);
  return fd;
}

}  // namespace

TEST_CASE("InputReader: a pipe is read to its end, and stays as it was") {
  const Pipe pipe;
  Reading reading(pipe.ends[0]);
  pipe.write("one\n");
  CHECK(reading.has_read("one\n"));
  CHECK((::fcntl(pipe.ends[0], F_GETFL) & O_NONBLOCK) == 0);
  pipe.write("two");
  ::close(pipe.ends[1]);
  CHECK(reading.has_read("one\ntwo"));
  CHECK(reading.has_ended());
}

TEST_CASE("InputReader: a regular file, which nobody can watch, is read to its end") {
  const std::string all(3 * InputReader::kReadBytes + 5, 'x');
  Reading reading(file_with(all));
  CHECK(reading.has_read(all));
  CHECK(reading.has_ended());
}

TEST_CASE("InputReader: an empty file and /dev/null end at once") {
  Reading empty(file_with(""));
  CHECK(empty.has_ended());
  Reading null(::open("/dev/null", O_RDONLY));
  CHECK(null.has_ended());
}

TEST_CASE("InputReader: while it is paused nothing is read") {
  const Pipe pipe;
  Reading reading(pipe.ends[0]);
  reading.pauses_after_each();
  pipe.write("one");
  CHECK(reading.has_read("one"));
  pipe.write("two");
  CHECK(reading.size() == 3);
  reading.resumes();
  CHECK(reading.has_read("onetwo"));
  ::close(pipe.ends[1]);
  reading.resumes();
  CHECK(reading.has_ended());
}
