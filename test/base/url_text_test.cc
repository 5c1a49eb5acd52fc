#include "base/url_text.h"

#include <doctest/doctest.h>

namespace grotto {

TEST_CASE("URL texts: percent signs are followed by two digits") {
  CHECK(percent_decoded("a%20b%C3%b1") == "a b\u00f1");
  CHECK(percent_decoded("a+b") == "a+b");
  for (const char* const text : {"%", "%4", "%zz", "%-1", "a%2"}) {
    CHECK_FALSE(percent_decoded(text).has_value());
  }
}

TEST_CASE("URL texts: the first value of a key") {
  CHECK(query_value("as=ana&as=oskar", "as") == "ana");
  CHECK(query_value("x=1&a%73=a+b%2B", "as") == "a b+");
  CHECK(query_value("as", "as") == "");
  CHECK_FALSE(query_value("asx=1&&=", "as").has_value());
  CHECK_FALSE(query_value("as=%", "as").has_value());
  CHECK_FALSE(query_value("", "as").has_value());
}

}  // namespace grotto
