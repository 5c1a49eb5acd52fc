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

TEST_CASE("time_text: spans as people type them") {
  CHECK(parse_span("90s") == 90);
  CHECK(parse_span("5m") == 300);
  CHECK(parse_span("1h30m") == 5'400);
  CHECK(parse_span("2d1s") == 172'801);
  CHECK(parse_span("0s") == 0);
  for (const std::string_view wrong : {"", "5", "m", "-5m", "5x", "30m1h", "5m5m", "1.5h", " 5m",
                                       "9223372036854775808s", "99999999999d", "forever"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_span(wrong).has_value());
  }
}

TEST_CASE("time_text: moments as people type them") {
  const std::int64_t now = wall_clock_ms();
  CHECK(parse_moment("1h30m", now) == now - 5'400'000);
  const auto midnight = parse_moment("00:00", now);
  REQUIRE(midnight);
  CHECK(*midnight <= now);
  CHECK(*midnight > now - 90'000'000);
  const auto date = parse_moment("2026-01-31", now);
  REQUIRE(date);
  CHECK(date_text(*date) == "2026-01-31 00:00");
  CHECK(parse_moment("2026-01-31 14:30", now) == *date + 52'200'000);
  CHECK(parse_moment("2026-01-31T14:30:05", now) == *date + 52'205'000);
  for (const std::string_view wrong :
       {"", "now", "14", "14:3x", "25:00", "2026-13-01", "14:30 x", "2026-01-31 14", "yesterday"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_moment(wrong, now).has_value());
  }
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
