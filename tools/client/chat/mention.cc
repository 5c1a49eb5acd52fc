#include "client/chat/mention.h"

#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <cstdint>

namespace grotto::client {

namespace {

constexpr std::size_t kWordsMax = 200;

UChar32 decode(std::string_view text, std::size_t& at) noexcept {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  UChar32 code_point = 0;
  U8_NEXT_OR_FFFD(bytes, at, text.size(), code_point);  // NOLINT: ICU's macro
  return code_point;
}

/// The word without punctuation before it, up to the next punctuation that stands in neither the
/// name (names may have some within).
Stretch core_of(std::string_view word) {
  std::size_t begin = 0;
  while (begin < word.size()) {
    std::size_t after = begin;
    if (!u_ispunct(decode(word, after))) break;
    begin = after;
  }
  std::size_t end = begin;
  while (end < word.size()) {
    std::size_t after = end;
    if (u_ispunct(decode(word, after))) break;
    end = after;
  }
  return {begin, end - begin};
}

/// The word without punctuation at either end.
Stretch trimmed(std::string_view word) {
  const Stretch core = core_of(word);
  std::size_t end = core.begin;
  for (std::size_t at = core.begin; at < word.size();) {
    if (!u_ispunct(decode(word, at))) end = at;
  }
  return {core.begin, end - core.begin};
}

}  // namespace

std::string folded(std::string_view text) {
  std::string result;
  icu::UnicodeString::fromUTF8(
      icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())))
      .foldCase()
      .toUTF8String(result);
  return result;
}

std::optional<Stretch> find_mention(std::string_view text, std::string_view name) {
  if (name.empty()) return std::nullopt;
  const std::string wanted = folded(name);
  std::size_t at = 0;
  for (std::size_t words = 0; words != kWordsMax; ++words) {
    at = text.find_first_not_of(" \t", at);
    if (at == std::string_view::npos) return std::nullopt;
    const std::size_t end = std::min(text.find_first_of(" \t", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    for (const Stretch part : {trimmed(word), core_of(word)}) {
      if (part.size != 0 && folded(word.substr(part.begin, part.size)) == wanted) {
        return Stretch{at + part.begin, part.size};
      }
    }
    at = end;
  }
  return std::nullopt;
}

}  // namespace grotto::client
