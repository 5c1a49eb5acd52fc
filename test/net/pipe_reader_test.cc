#include "net/pipe_reader.h"

#include <doctest/doctest.h>

#include <array>
#include <memory>
#include <string>

#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

/// A pipe whose end is read on a worker.
class ReadPipe {
 public:
  ReadPipe() {
    std::array<int, 2> ends{};
    REQUIRE(::pipe(ends.data()) == 0);
    set_nonblocking(ends[0]);
    set_nonblocking(ends[1]);
    far_ = Fd(ends[1]);
    worker_.on_worker([&] {
      reader_ = std::make_unique<PipeReader>(worker_.worker(), ends[0],
                                             [this](std::string_view bytes) { read_ += bytes; });
    });
  }
  ReadPipe(const ReadPipe&) = delete;
  ReadPipe& operator=(const ReadPipe&) = delete;
  ~ReadPipe() {
    worker_.on_worker([&] { reader_.reset(); });
    worker_.stop();
  }

  /// How many bytes of `bytes` the pipe took.
  std::size_t write(std::string_view bytes) {
    const ssize_t written = ::write(far_.get(), bytes.data(), bytes.size());
    return written < 0 ? 0 : static_cast<std::size_t>(written);
  }
  void ends() { far_.reset(); }
  bool becomes(const std::function<bool(const std::string& read)>& is_so) {
    return worker_.becomes([&] { return is_so(read_); });
  }
  std::string read() {
    return worker_.on_worker([&] { return read_; });
  }
  void reads_rest() {
    worker_.on_worker([&] { reader_->read_rest(); });
  }

 private:
  WorkerFixture worker_;
  Fd far_;
  std::string read_;
  std::unique_ptr<PipeReader> reader_;
};

}  // namespace

TEST_CASE("PipeReader: what is written is read, and its end closes the pipe") {
  ReadPipe pipe;
  pipe.write("one\n");
  CHECK(pipe.becomes([](const auto& read) { return read == "one\n"; }));
  pipe.write("two");
  pipe.ends();
  CHECK(pipe.becomes([](const auto& read) { return read == "one\ntwo"; }));
}

TEST_CASE("PipeReader: who writes more than the rate waits, and nothing is lost") {
  ReadPipe pipe;
  const std::string all = pattern(3 * PipeReader::kBytesPerSecond, 1);
  std::size_t written = 0;
  while (written < all.size()) {
    // It is full although nobody sleeps: the reader has made a pause.
    const bool is_over_rate = pipe.read().size() >= PipeReader::kBytesPerSecond;
    const std::size_t taken = pipe.write(std::string_view(all).substr(written));
    written += taken;
    if (is_over_rate && taken == 0) break;
  }
  CHECK(written < all.size());
  while (written < all.size()) written += pipe.write(std::string_view(all).substr(written));
  CHECK(pipe.becomes([&](const auto& read) { return read == all; }));
}

TEST_CASE("PipeReader: the rest is read at once, whatever the rate") {
  ReadPipe pipe;
  const std::string first = pattern(PipeReader::kBytesPerSecond, 1);
  std::size_t written = 0;
  while (written < first.size()) written += pipe.write(std::string_view(first).substr(written));
  REQUIRE(pipe.becomes([&](const auto& read) { return read == first; }));
  pipe.write("last words");
  pipe.reads_rest();
  CHECK(pipe.read() == first + "last words");
}
