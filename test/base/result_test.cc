#include "base/result.h"

#include <doctest/doctest.h>

#include <set>
#include <string_view>

#include "grotto/close_reason.h"

using grotto::CloseReason;
using grotto::Done;
using grotto::Error;
using grotto::Result;

TEST_CASE("Result: holds either a value or the sentence that says why there is none") {
  Result<int> good{7};
  REQUIRE(good.has_value());
  CHECK(*good == 7);

  const Result<Done> bad{Error{"The port is taken.", 69}};
  REQUIRE_FALSE(bad);
  CHECK(bad.error().sentence == "The port is taken.");
  CHECK(bad.error().exit_status == 69);
}

TEST_CASE("CloseReason: every reason has a word of its own") {
  std::set<std::string_view> words;
  const auto last = static_cast<unsigned>(CloseReason::internal_error);
  for (unsigned value = 0; value <= last; ++value) {
    const auto word = to_string(static_cast<CloseReason>(value));
    CHECK_FALSE(word.empty());
    words.insert(word);
  }
  CHECK(words.size() == last + 1);
}
