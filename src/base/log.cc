#include "base/log.h"

#include <fmt/format.h>
#include <poll.h>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
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

#include "base/escape.h"

namespace grotto {
namespace {

constexpr std::size_t kQueueLines = 4096;
// A longer line (a peer's name has no such length) is cut rather than kept in every queue slot.
constexpr std::size_t kLineBytesMax = 2048;

// Queued by stop(): when it comes out, all before it is written. Not a line that write() can make.
constexpr std::string_view kLastMark = "\n";

constexpr const char* kTextPattern = "%Y-%m-%dT%H:%M:%S.%eZ %l %v";
constexpr const char* kJsonPattern = R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l",%v})";

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

void write_fully(const char* data, std::size_t size) noexcept {
  while (size > 0) {
    const ssize_t sent = ::write(STDERR_FILENO, data, size);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return;  // nobody reads: a log line is no reason to stop
    data += sent;
    size -= static_cast<std::size_t>(sent);
  }
}

/// Standard error, one write per line. The mutex is never contended.
class StandardError final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit StandardError(LogFormat format) : format_(format) {}

  [[nodiscard]] bool is_drained() const noexcept { return drained_; }
  /// From here on it runs on the thread of `pool`.
  void run_on(std::weak_ptr<spdlog::details::thread_pool> pool) { pool_ = std::move(pool); }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    if (std::string_view(message.payload.data(), message.payload.size()) == kLastMark) {
      drained_ = true;
      return;
    }
    if (const auto pool = pool_.lock()) tell_dropped(message, pool->overrun_counter());
    put(message);
  }
  void flush_() override {}

  void tell_dropped(const spdlog::details::log_msg& next, std::size_t dropped) {
    if (dropped == told_dropped_) return;
    const std::string line =
        format_log_line(format_, "log_lines_dropped", {{"count", dropped - told_dropped_}});
    told_dropped_ = dropped;
    put({next.time, {}, next.logger_name, spdlog::level::warn, line});
  }
  void put(const spdlog::details::log_msg& message) {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    write_fully(line.data(), line.size());
  }

  std::weak_ptr<spdlog::details::thread_pool> pool_;
  LogFormat format_;
  std::size_t told_dropped_ = 0;
  std::atomic<bool> drained_ = false;
};

static_assert(kLineBytesMax + 256 <= PIPE_BUF);  // with its time and level

/// Whether poll(2) tells of standard error that a whole line can be written without waiting. It
/// does of pipes (PIPE_BUF bytes or nothing), sockets (a quarter of the buffer or nothing) and
/// /dev/null; it does not of terminals, which may take half a line, and files, whose disk may
/// stall.
bool does_poll_tell() noexcept {
  struct stat status{};
  if (::fstat(STDERR_FILENO, &status) != 0) return false;
  if (S_ISCHR(status.st_mode)) return ::isatty(STDERR_FILENO) == 0;
  return S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode);
}

class Log {
 public:
  explicit Log(const LogOptions& chosen)
      : options(chosen),
        sink_(std::make_shared<StandardError>(chosen.format)),
        logger_(std::make_shared<spdlog::logger>("grotto", sink_)) {
    set_up(*logger_);
    if (!does_poll_tell()) begin_thread();
  }

  ~Log() { pool_.reset(); }  // joins the thread that still holds the other two
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void write(spdlog::level::level_enum level, std::string_view line) {
    const std::scoped_lock lock(mutex_);
    if (pool_ == nullptr && !can_take_a_line()) begin_thread();
    logger_->log(level, spdlog::string_view_t(line.data(), line.size()));
  }

  [[nodiscard]] std::size_t dropped_lines() {
    const std::scoped_lock lock(mutex_);
    return pool_ == nullptr ? 0 : pool_->overrun_counter();
  }
  [[nodiscard]] bool is_drained() const noexcept { return sink_->is_drained(); }

  const LogOptions options;

 private:
  [[nodiscard]] static bool can_take_a_line() noexcept {
    pollfd standard_error{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
    return ::poll(&standard_error, 1, 0) == 1;
  }

  void begin_thread() {
    pool_ = std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1);
    sink_->run_on(pool_);
    logger_ = std::make_shared<spdlog::async_logger>("grotto", sink_, pool_,
                                                     spdlog::async_overflow_policy::overrun_oldest);
    set_up(*logger_);
  }

  void set_up(spdlog::logger& logger) const {
    logger.set_level(spdlog_level(options.level));
    logger.set_pattern(options.format == LogFormat::json ? kJsonPattern : kTextPattern,
                       spdlog::pattern_time_type::utc);
  }

  std::mutex mutex_;                                    // guards what follows
  std::shared_ptr<spdlog::details::thread_pool> pool_;  // set once
  std::shared_ptr<StandardError> sink_;
  std::shared_ptr<spdlog::logger> logger_;
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

}  // namespace

std::string format_log_line(LogFormat format, std::string_view event, LogFields fields) {
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

void start(const LogOptions& options) {
  if (options.level != LogLevel::off) the_log = std::make_unique<Log>(options);
}

bool stop(std::uint64_t patience_ms) noexcept {
  std::unique_ptr<Log> log = std::move(the_log);
  if (!log) return true;
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + std::chrono::milliseconds(patience_ms);
  // Ending the pool queues one more message and joins: it must not begin while the thread hangs.
  try {
    log->write(spdlog::level::critical, kLastMark);
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
  return log && level >= log->options.level;
}

void write(LogLevel level, std::string_view event, LogFields fields) noexcept {
  if (!is_on(level)) return;
  Log& log = *the_log;
  try {
    std::string line = format_log_line(log.options.format, event, fields);
    if (line.size() > kLineBytesMax) {
      line = format_log_line(log.options.format, event, {{"bytes_cut", line.size()}});
    }
    log.write(spdlog_level(level), line);
  } catch (...) {  // NOLINT(bugprone-empty-catch): no memory for a log line must not cost a peer
  }
}

std::uint64_t dropped_lines() noexcept {
  const auto& log = the_log;
  return log ? log->dropped_lines() : 0;
}

}  // namespace log
}  // namespace grotto
