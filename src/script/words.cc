#include "script/words.h"

#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "base/check.h"
#include "base/edit_distance.h"
#include "base/escape.h"

namespace grotto {
namespace {

constexpr std::size_t kQuotedBytesMax = 60;
constexpr std::size_t kIdBytesMax = 64;
constexpr std::size_t kNearDistanceMax = 2;  // of a word of 5 letters or more; else 1

bool is_letter(char each) noexcept {
  return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || each == '_';
}

bool is_digit(char each) noexcept {
  return each >= '0' && each <= '9';
}

std::string shown(std::string_view text, char quote) {
  std::string inner = escaped(text.substr(0, 4 * kQuotedBytesMax));
  if (inner.size() > kQuotedBytesMax) {
    std::size_t size = kQuotedBytesMax;
    while ((static_cast<unsigned char>(inner[size]) & 0xC0U) == 0x80U) --size;
    inner.resize(size);
    inner += "…";
  }
  return fmt::format("{}{}{}", quote, inner, quote);
}

std::string lowered(std::string_view word) {
  std::string lower(word);
  for (char& each : lower) {
    if (each >= 'A' && each <= 'Z') each = static_cast<char>(each - 'A' + 'a');
  }
  return lower;
}

}  // namespace

std::string_view trimmed(std::string_view text) noexcept {
  std::size_t begin = text.size();
  std::size_t end = 0;
  for (std::size_t at = 0; at != text.size();) {
    char32_t code_point = 0;
    const std::size_t size = utf8_sequence(text.substr(at), code_point);
    const bool is_blank = size != 0 && u_isUWhiteSpace(static_cast<UChar32>(code_point)) != 0;
    if (!is_blank && begin == text.size()) begin = at;
    at += size == 0 ? 1 : size;
    if (!is_blank) end = at;
  }
  return begin == text.size() ? std::string_view{} : text.substr(begin, end - begin);
}

std::string folded(std::string_view text) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const fold = icu::Normalizer2::getNFKCCasefoldInstance(status);
  GROTTO_CHECK(U_SUCCESS(status));
  // Nothing that is compared is longer than a line; the bound is for ICU's type only.
  const std::string_view bounded = text.substr(0, std::numeric_limits<std::int32_t>::max() / 4);
  const icu::StringPiece piece(bounded.data(), static_cast<std::int32_t>(bounded.size()));
  const icu::UnicodeString result = fold->normalize(icu::UnicodeString::fromUTF8(piece), status);
  GROTTO_CHECK(U_SUCCESS(status));
  std::string out;
  result.toUTF8String(out);
  return out;
}

std::string in_quotes(std::string_view text) {
  return shown(text, '"');
}

std::string as_code(std::string_view text) {
  return shown(text, '`');
}

std::string listed(std::span<const std::string> words, std::string_view last_joint) {
  std::string out;
  for (std::size_t i = 0; i != words.size(); ++i) {
    if (i != 0) out += i + 1 == words.size() ? fmt::format(" {} ", last_joint) : ", ";
    out += words[i];
  }
  return out;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> words) {
  if (word.size() > kIdBytesMax) return {};
  const std::string lower = lowered(word);
  std::string_view nearest;
  std::size_t distance_min = kNearDistanceMax + 1;
  for (const std::string_view each : words) {
    if (each.size() > word.size() + kNearDistanceMax) continue;
    if (word.size() > each.size() + kNearDistanceMax) continue;
    const std::size_t distance = edit_distance(lower, lowered(each));
    const bool is_near = distance < each.size() && distance <= (each.size() < 5 ? 1 : 2);
    if (!is_near || distance >= distance_min) continue;
    distance_min = distance;
    nearest = each;
  }
  return nearest.empty() ? std::string{} : fmt::format(" Did you mean {}?", in_quotes(nearest));
}

bool is_id(std::string_view text) noexcept {
  if (text.empty() || text.size() > kIdBytesMax || !is_letter(text[0])) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char each) { return is_letter(each) || is_digit(each); });
}

bool is_reserved(std::string_view id) noexcept {
  constexpr std::array<std::string_view, 10> kWords{"and", "or",    "not",   "in",    "true",
                                                    "end", "false", "score", "round", "answered"};
  return std::find(kWords.begin(), kWords.end(), id) != kWords.end();
}

}  // namespace grotto
