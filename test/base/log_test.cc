#include "base/log.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
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
  CapturedStandardError() : saved_(::dup(STDERR_FILENO)) {
    REQUIRE(::pipe2(pipe_.data(), O_CLOEXEC) == 0);
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
  log_::start({LogLevel::info, LogFormat::text});
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
  log_::start({LogLevel::debug, LogFormat::json});
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
  log_::start({LogLevel::info, LogFormat::text});
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
  log_::start({LogLevel::info, LogFormat::text});
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
  log_::start({LogLevel::info, LogFormat::text});
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
  log_::start({LogLevel::info, LogFormat::text});
  const std::string filler(900, 'x');
  for (int i = 0; i < 1'000; ++i) log_::info("filler", {{"text", filler}});
  log_::info("the_end");
  CHECK_FALSE(log_::stop(50));
  // The thread that was left behind goes on as soon as somebody reads.
  CHECK(count(captured.text_until("the_end"), "filler") == 1'000);
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
