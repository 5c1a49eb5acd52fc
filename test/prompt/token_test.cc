#include "prompt/token.h"

#include <doctest/doctest.h>

#include <set>

namespace grotto {

TEST_CASE("Tokens: no two are alike, and their hash does not show them") {
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    const std::string token = new_token();
    CHECK(token.size() == 22);
    CHECK(token_hash(token).size() == 32);
    CHECK(token_hash(token) == token_hash(token));
    seen.insert(token);
    seen.insert(token_hash(token));
    seen.insert(new_session_id());
  }
  CHECK(seen.size() == 3'000);
}

TEST_CASE("Secrets: equal ones only are the same") {
  CHECK(is_same_secret("open sesame", "open sesame"));
  CHECK_FALSE(is_same_secret("open sesame", "open sesam"));
  CHECK_FALSE(is_same_secret("", "x"));
}

}  // namespace grotto
