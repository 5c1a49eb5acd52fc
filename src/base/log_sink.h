// LogSink: where the lines of the log go: standard error or a file of our own, one write per line.
//
// What could not be written (a full disk, a reader that is gone) is counted, and the count is told
// with the next line that can be. Threads: log() and so all that is private from one thread at a
// time (the log's mutex, then its queue's thread); the rest from any.
#pragma once

#include <spdlog/async.h>
#include <spdlog/pattern_formatter.h>
#include <spdlog/sinks/sink.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/log.h"
#include "base/result.h"

namespace grotto {

class LogSink final : public spdlog::sinks::sink {
 public:
  /// `file`: empty for standard error. Errors: it cannot be opened for appending (exit status 73).
  static Result<std::shared_ptr<LogSink>> open(const std::string& file);
  ~LogSink() override;

  // Marks that are logged like lines; write() makes none such.
  static constexpr std::string_view kLastMark = "\n";    // all before it is written
  static constexpr std::string_view kReopenMark = "\r";  // see want_reopening()

  void log(const spdlog::details::log_msg& message) override;
  void flush() override {}
  void set_pattern(const std::string& /*pattern*/) override {}
  void set_formatter(std::unique_ptr<spdlog::formatter> /*formatter*/) override {}

  /// What is logged until end_batch() goes out in one write.
  void begin_batch() noexcept;
  void end_batch() noexcept;

  /// At the next kReopenMark the file of that name is opened anew; if that fails, the old one stays
  /// and reads why.
  void want_reopening() noexcept { wants_reopening_ = true; }

  [[nodiscard]] bool is_drained() const noexcept { return is_drained_; }
  /// Lines that could not be written.
  [[nodiscard]] std::size_t unwritten_lines() const noexcept { return unwritten_lines_; }
  /// From here on it runs on the thread of `pool`, whose lost lines it tells too.
  void run_on(std::weak_ptr<spdlog::details::thread_pool> pool) { pool_ = std::move(pool); }
  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] bool is_file() const noexcept { return !file_.empty(); }

 private:
  LogSink(int fd, std::string file);

  void reopen();
  void tell_dropped(const spdlog::details::log_msg& next);
  bool put(const spdlog::details::log_msg& message);
  [[nodiscard]] bool write_fully(const char* data, std::size_t size) noexcept;

  const std::string file_;  // empty: standard error
  const int fd_;            // reopening puts another file under this number
  spdlog::pattern_formatter text_;
  spdlog::pattern_formatter json_;
  std::weak_ptr<spdlog::details::thread_pool> pool_;
  spdlog::memory_buf_t batch_;
  std::size_t batch_lines_ = 0;
  std::size_t told_before_batch_ = 0;
  bool is_batching_ = false;
  std::size_t overrun_lines_ = 0;  // that the queue has lost
  std::size_t told_dropped_ = 0;
  LogFormat last_format_ = LogFormat::text;  // what we tell ourselves looks like the line before it
  std::atomic<std::size_t> unwritten_lines_ = 0;
  std::atomic<bool> wants_reopening_ = false;
  std::atomic<bool> is_drained_ = false;
};

}  // namespace grotto
