#include "base/time_text.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <ctime>
#include <limits>
#include <string>

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

TEST_CASE("time_text: moments for programs, also those that no clock shows") {
  const auto utc = [](std::int64_t at_ms) {
    std::string out;
    append_utc(at_ms, out);
    return out;
  };
  CHECK(utc(0) == "1970-01-01T00:00:00.000Z");
  CHECK(utc(-1) == "1969-12-31T23:59:59.999Z");
  CHECK(utc(1'769'853'600'123) == "2026-01-31T10:00:00.123Z");
  CHECK(utc(1'709'251'199'999) == "2024-02-29T23:59:59.999Z");
  CHECK(utc(253'402'300'799'999) == "9999-12-31T23:59:59.999Z");
  CHECK(utc(253'402'300'800'000) == "9999-12-31T23:59:59.999Z");
  CHECK(utc(std::numeric_limits<std::int64_t>::max()) == "9999-12-31T23:59:59.999Z");
  CHECK(utc(std::numeric_limits<std::int64_t>::min()) == "0000-01-01T00:00:00.000Z");
}

TEST_CASE("time_text: a moment for programs is read back to the millisecond, and nothing else is") {
  for (const std::int64_t at_ms :
       {std::int64_t{0}, std::int64_t{-1}, std::int64_t{1'796'000'000'123},
        std::int64_t{951'782'400'000} /* a leap day */, std::int64_t{-62'167'219'200'000},
        std::int64_t{253'402'300'799'999}}) {
    std::string text;
    append_utc(at_ms, text);
    CAPTURE(text);
    CHECK(parse_utc(text) == at_ms);
  }
  for (const std::string_view wrong :
       {"", "2026-01-31", "2026-01-31T10:00:00Z", "2026-01-31T10:00:00.123",
        "2026-01-31 10:00:00.123Z", "2026-01-31T10:00:00.1234Z", "2026-13-31T10:00:00.123Z",
        "2026-02-29T10:00:00.123Z", "2026-01-31T24:00:00.123Z", "2026-01-31T10:60:00.123Z",
        "2026-01-31T10:00:60.123Z", "2026-01-3xT10:00:00.123Z", "-026-01-31T10:00:00.123Z"}) {
    CAPTURE(wrong);
    CHECK_FALSE(parse_utc(wrong).has_value());
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
