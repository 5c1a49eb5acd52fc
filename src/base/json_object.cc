#include "base/json_object.h"

#include <fmt/format.h>

#include <iterator>

#include "base/escape.h"
#include "base/time_text.h"

namespace grotto {

namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

constexpr bool is_as_it_is(char each) noexcept {
  const auto byte = static_cast<unsigned char>(each);
  return byte >= 0x20 && byte < 0x7F && each != '"' && each != '\\';
}

bool is_line_end_or_control(char32_t code_point) noexcept {
  return code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0) || code_point == 0x2028 ||
         code_point == 0x2029;
}

void append_escaped(char32_t code_point, std::string& out) {
  switch (code_point) {
    case '"': out += "\\\""; return;
    case '\\': out += "\\\\"; return;
    case '\t': out += "\\t"; return;
    case '\n': out += "\\n"; return;
    case '\r': out += "\\r"; return;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<std::uint32_t>(code_point));
  }
}

}  // namespace

void append_json_text(std::string_view text, std::string& out) {
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && is_as_it_is(text[plain])) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    char32_t code_point = 0;
    const std::size_t bytes = utf8_sequence(text, code_point);
    if (bytes == 0) {
      out += kReplacement;
      text.remove_prefix(1);
      continue;
    }
    if (code_point == '"' || code_point == '\\' || is_line_end_or_control(code_point)) {
      append_escaped(code_point, out);
    } else {
      out += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  out += '"';
}

void JsonObject::begin_value(std::string_view key) {
  if (!is_empty_) out_ += ',';
  is_empty_ = false;
  out_ += '"';
  out_ += key;
  out_ += "\":";
}

JsonObject& JsonObject::text(std::string_view key, std::string_view value) {
  begin_value(key);
  append_json_text(value, out_);
  return *this;
}

JsonObject& JsonObject::texts(std::string_view key, std::span<const std::string> values) {
  begin_value(key);
  out_ += '[';
  bool is_first = true;
  for (const std::string& value : values) {
    if (!is_first) out_ += ',';
    is_first = false;
    append_json_text(value, out_);
  }
  out_ += ']';
  return *this;
}

JsonObject& JsonObject::number(std::string_view key, std::uint64_t value) {
  begin_value(key);
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

JsonObject& JsonObject::moment(std::string_view key, std::int64_t at_ms) {
  begin_value(key);
  out_ += '"';
  append_utc(at_ms, out_);
  out_ += '"';
  return *this;
}

JsonObject& JsonObject::value(std::string_view key, std::string_view json) {
  begin_value(key);
  out_ += json;
  return *this;
}

}  // namespace grotto
