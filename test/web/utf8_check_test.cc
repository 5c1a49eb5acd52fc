#include "web/utf8_check.h"

#include <doctest/doctest.h>
#include <unicode/utf8.h>

#include <cstdint>
#include <random>
#include <string>

#include "support/seed.h"

namespace grotto {
namespace {

bool is_text(std::string_view bytes) {
  Utf8Check check;
  return check.take(bytes) && check.is_whole();
}

std::string encode(unsigned point) {
  std::string out;
  const auto add = [&](unsigned byte) { out += static_cast<char>(byte); };
  if (point < 0x80) {
    add(point);
  } else if (point < 0x800) {
    add(0xC0 | point >> 6);
    add(0x80 | (point & 0x3F));
  } else if (point < 0x10000) {
    add(0xE0 | point >> 12);
    add(0x80 | (point >> 6 & 0x3F));
    add(0x80 | (point & 0x3F));
  } else {
    add(0xF0 | point >> 18);
    add(0x80 | (point >> 12 & 0x3F));
    add(0x80 | (point >> 6 & 0x3F));
    add(0x80 | (point & 0x3F));
  }
  return out;
}

bool is_text_for_icu(const std::string& bytes) {
  const auto size = static_cast<std::int32_t>(bytes.size());
  for (std::int32_t at = 0; at < size;) {
    UChar32 point = 0;
    U8_NEXT(reinterpret_cast<const std::uint8_t*>(bytes.data()), at, size, point);
    if (point < 0) return false;
  }
  return true;
}

TEST_CASE("Utf8Check: every code point is text, but surrogates and what is beyond the last") {
  unsigned wrong = 0;
  for (unsigned point = 0; point != 0x120000; ++point) {
    const bool is_good = point < 0xD800 || (point > 0xDFFF && point <= 0x10FFFF);
    if (is_text(encode(point)) != is_good) ++wrong;
  }
  CHECK(wrong == 0);
  for (const char* bad : {"\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xF0\x8F\xBF\xBF", "\x80",
                          "\xC3", "\xE2\x82", "\xF5\x80\x80\x80", "\xFF", "\xC3("}) {
    CHECK_FALSE(is_text(bad));
  }
}

TEST_CASE("Utf8Check: a text may be cut anywhere, and random bytes are judged as ICU judges them") {
  std::mt19937_64 random(test::seed());
  CAPTURE(test::seed());
  unsigned wrong = 0;
  for (int round = 0; round != 20'000; ++round) {
    std::string bytes;
    while (bytes.size() < 12) {
      bytes += random() % 4 == 0 ? std::string(1, static_cast<char>(0x80 + random() % 0x80))
                                 : encode(0x20 + static_cast<unsigned>(random() % 0x3000));
    }
    const bool is_good = is_text_for_icu(bytes);
    const std::size_t cut = random() % bytes.size();
    Utf8Check check;
    const bool is_taken = check.take(std::string_view(bytes).substr(0, cut)) &&
                          check.take(std::string_view(bytes).substr(cut)) && check.is_whole();
    if (is_taken != is_good) ++wrong;
  }
  CHECK(wrong == 0);
}

}  // namespace
}  // namespace grotto
