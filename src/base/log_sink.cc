#include "base/log_sink.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace grotto {

namespace {

constexpr int kCannotCreate = 73;  // EX_CANTCREAT (sysexits.h)
constexpr mode_t kFileMode = 0640;

constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

/// The fields of JSON begin with a quote, an event with a letter.
LogFormat format_of(const spdlog::details::log_msg& message) noexcept {
  return message.payload.size() > 0 && *message.payload.data() == '"' ? LogFormat::json
                                                                      : LogFormat::text;
}

/// Never waits: a pipe without a reader is no place for a log.
Result<int> open_file(const std::string& file) {
  constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  const int fd = ::open(file.c_str(), kFlags, kFileMode);
  if (fd < 0) {
    return Error{fmt::format("cannot write the log {}: {}.", file, std::strerror(errno)),
                 kCannotCreate};
  }
  struct stat status{};
  if (::fstat(fd, &status) == 0 && (S_ISREG(status.st_mode) || S_ISCHR(status.st_mode))) return fd;
  ::close(fd);
  return Error{fmt::format("cannot write the log {}: it is not a file.", file), kCannotCreate};
}

}  // namespace

Result<std::shared_ptr<LogSink>> LogSink::open(const std::string& file) {
  if (file.empty()) return std::shared_ptr<LogSink>(new LogSink(STDERR_FILENO, file));
  const auto fd = open_file(file);
  if (!fd) return fd.error();
  return std::shared_ptr<LogSink>(new LogSink(*fd, file));
}

LogSink::LogSink(int fd, std::string file)
    : file_(std::move(file)),
      fd_(fd),
      text_(kTextPattern, spdlog::pattern_time_type::utc),
      json_(kJsonPattern, spdlog::pattern_time_type::utc) {}

LogSink::~LogSink() {
  if (is_file()) ::close(fd_);
}

void LogSink::log(const spdlog::details::log_msg& message) {
  const std::string_view payload(message.payload.data(), message.payload.size());
  const auto pool = pool_.lock();
  const std::size_t overrun = pool == nullptr ? 0 : pool->overrun_counter();
  // A full queue may have lost the mark as well.
  const bool is_due = payload == kReopenMark || overrun != overrun_lines_;
  if (is_due && wants_reopening_.exchange(false)) reopen();
  overrun_lines_ = overrun;
  if (payload == kReopenMark) return;
  if (payload == kLastMark) {
    is_drained_ = true;
    return;
  }
  last_format_ = format_of(message);
  tell_dropped(message);
  if (!put(message)) ++unwritten_lines_;
}

void LogSink::reopen() {
  if (!is_file()) return;
  const auto opened = open_file(file_);
  if (!opened) {
    const std::string line =
        format_log_line(last_format_, "log_not_reopened", {{"why", opened.error().sentence}});
    put({spdlog::log_clock::now(), {}, "", spdlog::level::err, line});
    return;
  }
  // Under the same number, so that whoever looks at fd() meanwhile finds one of the two files.
  static_cast<void>(::dup3(*opened, fd_, O_CLOEXEC));
  ::close(*opened);
}

void LogSink::tell_dropped(const spdlog::details::log_msg& next) {
  const std::size_t dropped = unwritten_lines_ + overrun_lines_;
  if (dropped == told_dropped_) return;
  const std::string line =
      format_log_line(last_format_, "log_lines_dropped", {{"count", dropped - told_dropped_}});
  if (put({next.time, {}, next.logger_name, spdlog::level::warn, line})) told_dropped_ = dropped;
}

bool LogSink::put(const spdlog::details::log_msg& message) {
  spdlog::memory_buf_t line;
  (format_of(message) == LogFormat::json ? json_ : text_).format(message, line);
  if (!is_batching_) return write_fully(line.data(), line.size());
  batch_.append(line.data(), line.data() + line.size());
  ++batch_lines_;
  return true;
}

void LogSink::begin_batch() noexcept {
  batch_.clear();
  batch_lines_ = 0;
  told_before_batch_ = told_dropped_;
  is_batching_ = true;
}

void LogSink::end_batch() noexcept {
  is_batching_ = false;
  if (batch_lines_ == 0 || write_fully(batch_.data(), batch_.size())) return;
  unwritten_lines_ += batch_lines_ - (told_dropped_ == told_before_batch_ ? 0 : 1);
  told_dropped_ = told_before_batch_;
}

/// A line that a full disk has cut is taken back, so that the next one is not its end.
bool LogSink::write_fully(const char* data, std::size_t size) noexcept {
  std::size_t written = 0;
  while (written < size) {
    const ssize_t sent = ::write(fd_, data + written, size - written);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) break;  // a log line is no reason to stop
    written += static_cast<std::size_t>(sent);
  }
  if (written == size) return true;
  struct stat status{};
  if (written > 0 && is_file() && ::fstat(fd_, &status) == 0 && S_ISREG(status.st_mode)) {
    static_cast<void>(::ftruncate(fd_, status.st_size - static_cast<off_t>(written)) == 0);
  }
  return false;
}

}  // namespace grotto
