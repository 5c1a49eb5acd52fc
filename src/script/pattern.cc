#include "script/pattern.h"

#include <fmt/format.h>
#include <unicode/regex.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace grotto {
namespace {

constexpr std::size_t kPatternBytesMax = 1024;
constexpr std::int32_t kStepsMax = 50;  // ICU: a step takes about 1 ms
constexpr std::int32_t kStackBytesMax = 8 * 1024 * 1024;

icu::UnicodeString unicode(std::string_view text) {
  return icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

std::string_view why(UErrorCode status) noexcept {
  switch (status) {
    case U_REGEX_BAD_ESCAPE_SEQUENCE: return "This escape with a backslash means nothing.";
    case U_REGEX_PROPERTY_SYNTAX: return "This property means nothing.";
    case U_REGEX_MISMATCHED_PAREN: return "The parentheses do not match.";
    case U_REGEX_NUMBER_TOO_BIG: return "This number is too large.";
    case U_REGEX_BAD_INTERVAL: return "Expected `{n}`, `{n,}` or `{n,m}`.";
    case U_REGEX_MAX_LT_MIN: return "In `{n,m}`, m is smaller than n.";
    case U_REGEX_INVALID_BACK_REF: return "This refers to a group that there is not.";
    case U_REGEX_LOOK_BEHIND_LIMIT: return "What is looked for behind has no bound.";
    case U_REGEX_MISSING_CLOSE_BRACKET: return "This `[` has no `]`.";
    case U_REGEX_INVALID_RANGE: return "In this range, the end comes before the beginning.";
    default: return "The pattern cannot be read from here on.";
  }
}

/// ICU's place, in code points.
std::size_t offset_of(const UParseError& place, std::string_view text) {
  const auto code_points = static_cast<std::size_t>(unicode(text).countChar32());
  const auto offset = static_cast<std::size_t>(std::max(place.offset, 0));
  // It has read the character that it stumbled over.
  return std::min(offset == 0 ? 0 : offset - 1, code_points);
}

}  // namespace

struct Pattern::Compiled {
  std::unique_ptr<icu::RegexPattern> pattern;
};

std::variant<Pattern, Pattern::Misfit> Pattern::compile(std::string_view text) {
  if (text.empty()) return Misfit{0, "Expected a regular expression."};
  if (text.size() > kPatternBytesMax) {
    return Misfit{0, fmt::format("A pattern has at most {} bytes.", kPatternBytesMax)};
  }
  if (text.find('\n') != std::string_view::npos) {
    return Misfit{0, "A pattern is one line."};
  }
  UParseError place{};
  UErrorCode status = U_ZERO_ERROR;
  auto compiled = std::make_shared<Compiled>();
  compiled->pattern.reset(
      icu::RegexPattern::compile(unicode(text), UREGEX_ERROR_ON_UNKNOWN_ESCAPES, place, status));
  if (U_FAILURE(status)) return Misfit{offset_of(place, text), std::string(why(status))};
  Pattern pattern;
  pattern.compiled_ = std::move(compiled);
  return pattern;
}

bool Pattern::matches(std::string_view text) const {
  UErrorCode status = U_ZERO_ERROR;
  const icu::UnicodeString subject = unicode(text);  // outlives the matcher
  const std::unique_ptr<icu::RegexMatcher> matcher(compiled_->pattern->matcher(subject, status));
  if (U_FAILURE(status)) return false;
  matcher->setTimeLimit(kStepsMax, status);
  matcher->setStackLimit(kStackBytesMax, status);
  const bool is_match = matcher->matches(status) != 0;
  return U_SUCCESS(status) && is_match;
}

}  // namespace grotto
