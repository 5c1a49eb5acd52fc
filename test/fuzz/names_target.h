// What the fuzzer of names does with each input, and room_test with its corpus: two names, each a
// line. A name that is taken is clean, bounded and taken as itself again; two clash if and only if
// they fold to, or look like, the same by Unicode's own tables. Threads: no state; any.
#pragma once

#include <unicode/normalizer2.h>
#include <unicode/unistr.h>
#include <unicode/uspoof.h>

#include <string>
#include <string_view>
#include <variant>

#include "base/check.h"
#include "line/text.h"
#include "room/names.h"

namespace grotto::test {

/// The look-alike skeleton (UTS 39), of the text or of what it folds to.
inline icu::UnicodeString skeleton_of(const std::string& text, bool is_folded) {
  UErrorCode error = U_ZERO_ERROR;
  static USpoofChecker* const checker = uspoof_open(&error);
  auto unicode = icu::UnicodeString::fromUTF8(text);
  if (is_folded) {
    unicode = icu::Normalizer2::getNFKCCasefoldInstance(error)->normalize(unicode, error);
  }
  icu::UnicodeString skeleton;
  uspoof_getSkeletonUnicodeString(checker, 0, unicode, skeleton, &error);
  GROTTO_CHECK(U_SUCCESS(error));
  return skeleton;
}

inline void check_name(const NameRules& rules, const Name& name) {
  GROTTO_CHECK(!name.text.empty() && name.text.size() <= kNameBytesMax);
  GROTTO_CHECK(is_clean(name.text));
  GROTTO_CHECK(name.text.find_first_of(" \t:") == std::string::npos);
  GROTTO_CHECK(icu::UnicodeString::fromUTF8(name.text).countChar32() <=
               static_cast<int>(kNameCodePointsMax));
  const auto again = rules.check(name.text);
  GROTTO_CHECK(std::holds_alternative<Name>(again));
  GROTTO_CHECK(std::get<Name>(again).text == name.text && std::get<Name>(again).key == name.key);
  // However it is typed, it is the same one's: large and small.
  for (const bool is_upper : {true, false}) {
    auto other = icu::UnicodeString::fromUTF8(name.text);
    is_upper ? other.toUpper() : other.toLower();
    std::string text;
    const auto also = rules.check(other.toUTF8String(text));
    if (const auto* const taken = std::get_if<Name>(&also)) {
      const bool folds_alike = skeleton_of(taken->text, true) == skeleton_of(name.text, true);
      GROTTO_CHECK(!folds_alike || taken->key.clashes_with(name.key));
    }
  }
}

inline void fuzz_names(std::string_view text) {
  static const NameRules rules({"{quit}", "exit", "/quit"});
  const std::size_t end = text.find('\n');
  const auto one = rules.check(text.substr(0, end));
  const auto two = rules.check(end == std::string_view::npos ? text : text.substr(end + 1));
  for (const auto* const each : {&one, &two}) {
    if (const auto* const fault = std::get_if<NameFault>(each)) {
      GROTTO_CHECK(sentence(*fault).ends_with('.'));
    } else {
      check_name(rules, std::get<Name>(*each));
    }
  }
  const auto* const a = std::get_if<Name>(&one);
  const auto* const b = std::get_if<Name>(&two);
  if (a == nullptr || b == nullptr) return;
  const bool look_alike = skeleton_of(a->text, true) == skeleton_of(b->text, true) ||
                          skeleton_of(a->text, false) == skeleton_of(b->text, false);
  GROTTO_CHECK(a->key.clashes_with(b->key) == look_alike);
  GROTTO_CHECK(b->key.clashes_with(a->key) == look_alike);
  if (a->text == b->text) GROTTO_CHECK(a->key == b->key);
}

}  // namespace grotto::test
