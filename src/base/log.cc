#include "base/log.h"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/async.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <climits>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/log_sink.h"

namespace grotto {
namespace {

constexpr std::size_t kQueueLines = 4096;
// A longer line (a peer's name has no such length) is cut rather than kept in every queue slot.
constexpr std::size_t kLineBytesMax = 2048;

spdlog::level::level_enum spdlog_level(LogLevel level) noexcept {
  switch (level) {
    case LogLevel::debug: return spdlog::level::debug;
    case LogLevel::info: return spdlog::level::info;
    case LogLevel::warning: return spdlog::level::warn;
    case LogLevel::error: return spdlog::level::err;
    case LogLevel::off: return spdlog::level::off;
  }
  return spdlog::level::off;
}

constexpr std::size_t kHeadBytesMax = 64;  // a line's time and level
// Lines that wait for one another; then they go.
constexpr std::size_t kHeldBytesMax = 3'500;
static_assert(kLineBytesMax + 256 <= PIPE_BUF && kHeldBytesMax + 256 <= PIPE_BUF);

/// Whether poll(2) tells of `fd` that a whole line can be written without waiting. It
/// does of pipes (PIPE_BUF bytes or nothing), sockets (a quarter of the buffer or nothing) and
/// /dev/null; it does not of terminals, which may take half a line, and files, whose disk may
/// stall.
bool does_poll_tell(int fd) noexcept {
  struct stat status{};
  if (::fstat(fd, &status) != 0) return false;
  if (S_ISCHR(status.st_mode)) return ::isatty(fd) == 0;
  return S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
}

class Log {
 public:
  Log(const LogOptions& chosen, std::shared_ptr<LogSink> sink)
      : level(chosen.level),
        format(chosen.format),
        sink_(std::move(sink)),
        logger_(std::make_shared<spdlog::logger>("grotto", sink_)) {
    logger_->set_level(spdlog::level::trace);  // ours is looked at before
    if (chosen.level != LogLevel::off && !does_poll_tell(sink_->fd())) begin_thread();
  }

  ~Log() { pool_.reset(); }  // joins the thread that still holds the other two
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(spdlog::level::level_enum severity, std::string_view line) {
    const std::scoped_lock lock(mutex_);
    write_held();
    if (pool_ == nullptr && !can_take_a_line()) begin_thread();
    logger_->log(severity, spdlog::string_view_t(line.data(), line.size()));
  }

  void write_later(spdlog::level::level_enum severity, std::string line) {
    const std::scoped_lock lock(mutex_);
    const std::size_t size = line.size() + kHeadBytesMax;
    if (held_bytes_ + size > kHeldBytesMax) write_held();
    held_.push_back({spdlog::log_clock::now(), severity, std::move(line)});
    held_bytes_ += size;
    if (pool_ != nullptr || held_bytes_ > kHeldBytesMax) write_held();
  }

  void flush() {
    const std::scoped_lock lock(mutex_);
    write_held();
  }

  void reopen() {
    if (!sink_->is_file()) return;
    sink_->want_reopening();
    write(spdlog::level::critical, LogSink::kReopenMark);
  }

  [[nodiscard]] std::size_t dropped_lines() {
    const std::scoped_lock lock(mutex_);
    return sink_->unwritten_lines() + (pool_ == nullptr ? 0 : pool_->overrun_counter());
  }
  [[nodiscard]] bool is_drained() const noexcept { return sink_->is_drained(); }

  std::atomic<LogLevel> level;
  std::atomic<LogFormat> format;

 private:
  struct HeldLine {
    spdlog::log_clock::time_point at;
    spdlog::level::level_enum severity;
    std::string text;
  };

  void write_held() {
    if (held_.empty()) return;
    if (pool_ == nullptr && !can_take_a_line()) begin_thread();
    const std::vector<HeldLine> lines = std::exchange(held_, {});
    held_bytes_ = 0;
    if (pool_ == nullptr) sink_->begin_batch();
    for (const HeldLine& line : lines) {
      logger_->log(line.at, {}, line.severity,
                   spdlog::string_view_t(line.text.data(), line.text.size()));
    }
    if (pool_ == nullptr) sink_->end_batch();
  }

  [[nodiscard]] bool can_take_a_line() const noexcept {
    if (!does_poll_tell(sink_->fd())) return false;
    pollfd output{.fd = sink_->fd(), .events = POLLOUT, .revents = 0};
    return ::poll(&output, 1, 0) == 1;
  }

  void begin_thread() {
    pool_ = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
    sink_->run_on(pool_);
    logger_ = std::make_shared<spdlog::async_logger>("grotto", sink_, pool_,
                                                     spdlog::async_overflow_policy::overrun_oldest);
    logger_->set_level(spdlog::level::trace);
  }

  std::mutex mutex_;                                    // guards what follows
  std::shared_ptr<spdlog::details::thread_pool> pool_;  // set once
  const std::shared_ptr<LogSink> sink_;
  std::shared_ptr<spdlog::logger> logger_;
  std::vector<HeldLine> held_;
  std::size_t held_bytes_ = 0;
};

constinit std::unique_ptr<Log> the_log;
// What stop() left behind because its thread hangs in a write.
constinit std::atomic<Log*> abandoned{nullptr};

void append_quoted(std::string& line, std::string_view escaped_text) {
  line += '"';
  for (const char c : escaped_text) {
    if (c == '"' || c == '\\') line += '\\';
    line += c;
  }
  line += '"';
}

void append_text_field(std::string& line, const LogField& field) {
  line += ' ';
  line += field.key();
  line += '=';
  if (const auto number = field.number()) {
    fmt::format_to(std::back_inserter(line), "{}", *number);
    return;
  }
  const std::string value = escaped(field.text());
  if (!value.empty() && value.find_first_of(" \"=\\") == std::string::npos) {
    line += value;
    return;
  }
  // The value's own backslashes are doubled already: only quotes need one more.
  line += '"';
  for (const char c : value) {
    if (c == '"') line += '\\';
    line += c;
  }
  line += '"';
}

void append_json_field(std::string& line, const LogField& field) {
  line += ',';
  append_quoted(line, field.key());
  line += ':';
  if (const auto number = field.number()) {
    fmt::format_to(std::back_inserter(line), "{}", *number);
  } else {
    append_quoted(line, escaped(field.text()));
  }
}

std::string bounded_line(std::string_view event, std::span<const LogField> fields) {
  const LogFormat format = the_log->format.load(std::memory_order_relaxed);
  std::string line = format_log_line(format, event, fields);
  if (line.size() <= kLineBytesMax) return line;
  return format_log_line(format, event, {{"bytes_cut", line.size()}});
}

}  // namespace

std::string format_log_line(LogFormat format, std::string_view event,
                            std::span<const LogField> fields) {
  std::string line;
  if (format == LogFormat::json) {
    line += "\"event\":";
    append_quoted(line, event);
    for (const LogField& field : fields) append_json_field(line, field);
  } else {
    line += event;
    for (const LogField& field : fields) append_text_field(line, field);
  }
  return line;
}

namespace log {

Result<Done> start(const LogOptions& options) {
  auto sink = LogSink::open(options.file);
  if (!sink) return sink.error();
  the_log = std::make_unique<Log>(options, std::move(*sink));
  return Done{};
}

bool stop(std::uint64_t patience_ms) noexcept {
  std::unique_ptr<Log> log = std::move(the_log);
  if (!log) return true;
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(patience_ms);
  // Ending the pool queues one more message and joins: it must not begin while the thread hangs.
  try {
    log->write(spdlog::level::critical, LogSink::kLastMark);
  } catch (...) {  // a slow reader, and no thread to be had
    return false;
  }
  while (!log->is_drained()) {
    if (Clock::now() >= end) {
      abandoned = log.release();
      return false;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return true;
}

bool is_on(LogLevel level) noexcept {
  const auto& log = the_log;
  return log && level >= log->level.load(std::memory_order_relaxed);
}

void set_level(LogLevel level) noexcept {
  if (the_log) the_log->level = level;
}

void set_format(LogFormat format) noexcept {
  if (the_log) the_log->format = format;
}

void reopen() noexcept {
  if (!the_log) return;
  try {
    the_log->reopen();
  } catch (...) {  // NOLINT(bugprone-empty-catch): no memory for the mark: the next line does it
  }
}

void write(LogLevel level, std::string_view event, std::span<const LogField> fields) noexcept {
  if (!is_on(level)) return;
  try {
    the_log->write(spdlog_level(level), bounded_line(event, fields));
  } catch (...) {  // NOLINT(bugprone-empty-catch): no memory for a log line must not cost a peer
  }
}

void write_later(LogLevel level, std::string_view event,
                 std::span<const LogField> fields) noexcept {
  if (!is_on(level)) return;
  try {
    the_log->write_later(spdlog_level(level), bounded_line(event, fields));
  } catch (...) {  // NOLINT(bugprone-empty-catch): likewise
  }
}

void flush() noexcept {
  if (!the_log) return;
  try {
    the_log->flush();
  } catch (...) {  // NOLINT(bugprone-empty-catch): likewise
  }
}

std::uint64_t dropped_lines() noexcept {
  const auto& log = the_log;
  return log ? log->dropped_lines() : 0;
}

}  // namespace log
}  // namespace grotto
