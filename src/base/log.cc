#include "base/log.h"

#include <fmt/format.h>
#include <spdlog/async.h>
#include <spdlog/sinks/base_sink.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
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

/// Standard error, one write per line. Runs on spdlog's thread; the mutex is never contended.
class StandardError final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  StandardError(std::weak_ptr<spdlog::details::thread_pool> pool, LogFormat format)
      : pool_(std::move(pool)), format_(format) {}

  [[nodiscard]] bool is_drained() const noexcept { return drained_; }

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

struct Log {
  explicit Log(const LogOptions& chosen)
      : options(chosen), pool(std::make_shared<spdlog::details::thread_pool>(kQueueLines, 1)) {
    sink = std::make_shared<StandardError>(pool, chosen.format);
    logger = std::make_shared<spdlog::async_logger>("grotto", sink, pool,
                                                    spdlog::async_overflow_policy::overrun_oldest);
    logger->set_level(spdlog_level(chosen.level));
    logger->set_pattern(chosen.format == LogFormat::json ? kJsonPattern : kTextPattern,
                        spdlog::pattern_time_type::utc);
  }

  ~Log() { pool.reset(); }  // joins the thread that still holds the other two
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  const LogOptions options;
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<StandardError> sink;
  std::shared_ptr<spdlog::async_logger> logger;
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
  log->logger->log(spdlog::level::critical,
                   spdlog::string_view_t(kLastMark.data(), kLastMark.size()));
  while (!log->sink->is_drained()) {
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
  const Log& log = *the_log;
  try {
    std::string line = format_log_line(log.options.format, event, fields);
    if (line.size() > kLineBytesMax) {
      line = format_log_line(log.options.format, event, {{"bytes_cut", line.size()}});
    }
    log.logger->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
  } catch (...) {  // NOLINT(bugprone-empty-catch): no memory for a log line must not cost a peer
  }
}

std::uint64_t dropped_lines() noexcept {
  const auto& log = the_log;
  return log ? log->pool->overrun_counter() : 0;
}

}  // namespace log
}  // namespace grotto
