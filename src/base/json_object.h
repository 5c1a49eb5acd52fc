// JsonObject: one JSON object (RFC 8259) on one line, written key by key in the order of the calls.
//
// No value is refused: bytes that are not UTF-8 become U+FFFD. Escaped is, beside quotes and
// backslashes, what a terminal obeys or some reader takes for the end of a line: C0, DEL, C1,
// U+2028 and U+2029. All else, `<` too, stands as it is.
// Threads: a value; any.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace grotto {

/// Appends `text` as a JSON string with its quotes: at most six times as long, and mostly as it is.
void append_json_text(std::string_view text, std::string& out);

class JsonObject {
 public:
  /// Begins `{` at the end of `out`, which outlives it; nobody else writes there until end().
  explicit JsonObject(std::string& out) : out_(out) { out_ += '{'; }

  // Keys are literals that need no escaping; none is given twice.
  JsonObject& text(std::string_view key, std::string_view value);
  JsonObject& texts(std::string_view key, std::span<const std::string> values);
  JsonObject& number(std::string_view key, std::uint64_t value);
  /// `"2026-01-31T10:00:00.123Z"`. `at_ms`: since 1970.
  JsonObject& moment(std::string_view key, std::int64_t at_ms);
  /// A value that is JSON already.
  JsonObject& value(std::string_view key, std::string_view json);

  /// The last call. A line end is the caller's.
  void end() { out_ += '}'; }

 private:
  void begin_value(std::string_view key);

  std::string& out_;
  bool is_empty_ = true;
};

}  // namespace grotto
