// Log: what the people who run the server read on standard error or in a file, one line per event.
//
// The one global of the program. No loop ever waits for it: whoever logs writes the line itself as
// long as poll(2) says that a pipe or a socket takes it whole. From the first time that it does
// not, and for terminals and files always, lines go into a queue of fixed size that a thread of its
// own writes; when that is slow the oldest lines go, are counted, and the count is told in their
// place. (A process of one thread serves an echoed line 2 % cheaper: the kernel counts no
// references to its files.) A line is an event (a fixed word) and fields;
// values are escaped here, so that no raw byte of a peer can reach a terminal or forge a line. What
// people say is logged at `debug` only.
// Threads: start() and stop() from main, with no other thread running; all else from any.
#pragma once

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace grotto {

enum class LogLevel : std::uint8_t { debug, info, warning, error, off };
enum class LogFormat : std::uint8_t { text, json };

struct LogOptions {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::text;
  std::string file;  // appended to; empty: standard error
};

/// One value of a line. Needs to live for the call only.
class LogField {
 public:
  LogField(std::string_view key, std::string_view value) noexcept : key_(key), text_(value) {}
  LogField(std::string_view key, std::integral auto value) noexcept
      : key_(key), number_(static_cast<std::int64_t>(value)) {}

  [[nodiscard]] std::string_view key() const noexcept { return key_; }
  [[nodiscard]] std::string_view text() const noexcept { return text_; }
  [[nodiscard]] std::optional<std::int64_t> number() const noexcept { return number_; }

 private:
  std::string_view key_;
  std::string_view text_;
  std::optional<std::int64_t> number_;
};

using LogFields = std::initializer_list<LogField>;

namespace log {

/// Starts logging. Before start() and after stop() lines are dropped silently. Errors: the file
/// cannot be opened (exit status 73).
[[nodiscard]] Result<Done> start(const LogOptions& options);

/// Writes what is queued, waiting at most `patience_ms` for the reader of standard error. False if
/// it did not take everything: the writing thread then still hangs in it, and the process must end
/// by _Exit.
bool stop(std::uint64_t patience_ms = 1'000) noexcept;

[[nodiscard]] bool is_on(LogLevel level) noexcept;

/// From the next line on.
void set_level(LogLevel level) noexcept;
void set_format(LogFormat format) noexcept;

/// The file is opened anew by its name, since somebody has moved it away (logrotate): lines before
/// this call are in the old one, those after it in the new one. If it cannot be opened the old one
/// stays and reads `log_not_reopened`. Does not wait for the disk; without a file nothing happens.
void reopen() noexcept;

/// Queues one line. Never blocks, never throws. `event` and the keys are words of the program.
void write(LogLevel level, std::string_view event, std::span<const LogField> fields) noexcept;
inline void write(LogLevel level, std::string_view event, LogFields fields = {}) noexcept {
  write(level, event, std::span<const LogField>(fields.begin(), fields.size()));
}

/// As write(), for a line that peers cause often: it may wait, with its time, and goes before the
/// next line of write(), at flush(), or when 3,500 bytes wait, in one system call with those that
/// have waited with it. Whoever calls it calls flush() soon.
void write_later(LogLevel level, std::string_view event, std::span<const LogField> fields) noexcept;
void flush() noexcept;

/// Lines that a slow reader, a full disk or a lack of memory has cost so far.
[[nodiscard]] std::uint64_t dropped_lines() noexcept;

inline void debug(std::string_view event, LogFields fields = {}) noexcept {
  write(LogLevel::debug, event, fields);
}
inline void info(std::string_view event, LogFields fields = {}) noexcept {
  write(LogLevel::info, event, fields);
}
inline void warning(std::string_view event, LogFields fields = {}) noexcept {
  write(LogLevel::warning, event, fields);
}
inline void error(std::string_view event, LogFields fields = {}) noexcept {
  write(LogLevel::error, event, fields);
}

}  // namespace log

/// Thins out an event that peers can cause at will: so many of a second have a line of their own.
/// More are an attack: its other events are counted, and one line a second tells how many until for
/// ten seconds none has brought more than that. Threads: owned by one.
class EventGate {
 public:
  /// `each_max`: so many events of a second have a line of their own.
  explicit EventGate(std::uint64_t each_max = 1) noexcept : each_max_(each_max) {}

  /// An event happened at `now_ms`: the number of events that a line should tell now, or nothing.
  [[nodiscard]] std::optional<std::uint64_t> pass(std::uint64_t now_ms) noexcept {
    ++untold_;
    const auto count = take_if_due(now_ms);
    ++happened_in_second_;
    return count;
  }

  /// The rest of a burst that ended, once its second is over.
  [[nodiscard]] std::optional<std::uint64_t> take_if_due(std::uint64_t now_ms) noexcept {
    if (untold_ == 0) return std::nullopt;
    if (!told_before_ || now_ms - second_ms_ >= kSecondMs) begin_second(now_ms);
    if (told_in_second_ == lines_of_second_) return std::nullopt;
    ++told_in_second_;
    const std::uint64_t count = untold_;
    untold_ = 0;
    return count;
  }

  [[nodiscard]] bool has_rest() const noexcept { return untold_ != 0; }

 private:
  static constexpr std::uint64_t kSecondMs = 1'000;
  static constexpr std::uint64_t kAttackMs = 10'000;  // longer than between its bursts

  void begin_second(std::uint64_t now_ms) noexcept {
    if (happened_in_second_ > each_max_) attack_ends_ms_ = second_ms_ + kSecondMs + kAttackMs;
    lines_of_second_ = now_ms < attack_ends_ms_ ? 1 : each_max_;
    told_before_ = true;
    second_ms_ = now_ms;
    happened_in_second_ = 0;
    told_in_second_ = 0;
  }

  const std::uint64_t each_max_;
  std::uint64_t untold_ = 0;
  std::uint64_t happened_in_second_ = 0;
  std::uint64_t told_in_second_ = 0;
  std::uint64_t lines_of_second_ = 0;
  std::uint64_t second_ms_ = 0;  // when the second began
  std::uint64_t attack_ends_ms_ = 0;
  bool told_before_ = false;
};

/// The bytes of one line without its time and level, as write() queues it. For tests.
std::string format_log_line(LogFormat format, std::string_view event,
                            std::span<const LogField> fields);
inline std::string format_log_line(LogFormat format, std::string_view event, LogFields fields) {
  return format_log_line(format, event, std::span<const LogField>(fields.begin(), fields.size()));
}

}  // namespace grotto
