#include "base/numbers.h"

#include <doctest/doctest.h>

#include <string>

using grotto::parse_decimal;
using grotto::parse_whole;

TEST_CASE("parse_whole: takes digits up to the largest number, and nothing else") {
  CHECK(parse_whole("0") == 0);
  CHECK(parse_whole("007") == 7);
  CHECK(parse_whole("18446744073709551615") == ~std::uint64_t{0});
  for (const char* text :
       {"", " 1", "1 ", "+1", "-1", "1.0", "0x1", "18446744073709551616", "1k"}) {
    INFO(text);
    CHECK_FALSE(parse_whole(text).has_value());
  }
}

TEST_CASE("parse_decimal: takes digits with a point between them, and nothing else") {
  CHECK(parse_decimal("5") == 5);
  CHECK(parse_decimal("0.25") == 0.25);
  CHECK(parse_decimal(std::string(32, '9')).has_value());
  for (const std::string text :
       {"", ".", ".5", "5.", "1.2.3", "-1", "1e3", "nan", "inf", " 1", "1,5"}) {
    INFO(text);
    CHECK_FALSE(parse_decimal(text).has_value());
  }
  CHECK_FALSE(parse_decimal(std::string(33, '9')).has_value());
}
