#include "base/time_text.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>

namespace grotto {

TEST_CASE("time_text: a span is told in its two largest units") {
  CHECK(span_text(0) == "0s");
  CHECK(span_text(59) == "59s");
  CHECK(span_text(60) == "1m");
  CHECK(span_text(3'599) == "59m");
  CHECK(span_text(3'600) == "1h");
  CHECK(span_text(7'500) == "2h5m");
  CHECK(span_text(86'399) == "23h59m");
  CHECK(span_text(86'400) == "1d");
  CHECK(span_text(3 * 86'400 + 4 * 3'600 + 59) == "3d4h");
}

TEST_CASE("time_text: a moment is told in the time zone of the server") {
  const char* const before = std::getenv("TZ");
  const std::string kept = before == nullptr ? "" : before;
  setenv("TZ", "UTC-2", 1);
  tzset();
  CHECK(date_text(0) == "1970-01-01 02:00");
  std::string out = "x";
  append_time_of_day(3'723'999, out);
  CHECK(out == "x[03:02:03] ");
  before == nullptr ? unsetenv("TZ") : setenv("TZ", kept.c_str(), 1);
  tzset();
}

}  // namespace grotto
