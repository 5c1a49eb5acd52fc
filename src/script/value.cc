#include "script/value.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json_object.h"

namespace grotto {
namespace {

constexpr int kDigits = 15;  // that a double keeps of any decimal number

/// Without an exponent, and without what only the binary form has: 0.3 for 0.1 + 0.2.
std::string number_text(double number) {
  if (number == 0) return "0";
  const int exponent = static_cast<int>(std::floor(std::log10(std::fabs(number))));
  std::string text = fmt::format("{:.{}f}", number, std::clamp(kDigits - 1 - exponent, 0, 340));
  if (text.find('.') != std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') text.pop_back();
  }
  return text;
}

struct AsText {
  std::string operator()(std::monostate /*nothing*/) const { return {}; }
  std::string operator()(bool value) const { return value ? "yes" : "no"; }
  std::string operator()(double value) const {
    return std::isfinite(value) ? number_text(value) : std::string{};
  }
  std::string operator()(const std::string& value) const { return value; }
};

struct AsJson {
  std::string operator()(std::monostate /*nothing*/) const { return "null"; }
  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(double value) const {
    return std::isfinite(value) ? number_text(value) : "null";
  }
  std::string operator()(const std::string& value) const {
    std::string out;
    append_json_text(value, out);
    return out;
  }
};

}  // namespace

std::string to_text(const Value& value) {
  return std::visit(AsText{}, value);
}

std::string to_json(const Value& value) {
  return std::visit(AsJson{}, value);
}

}  // namespace grotto
