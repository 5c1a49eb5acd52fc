#include "load/result/units.h"

#include <doctest/doctest.h>

#include <string>
#include <utility>

using namespace grotto::load;

TEST_CASE("Units: a duration is read with each of its units, and without one as seconds") {
  const std::pair<const char*, std::uint64_t> cases[] = {
      {"250us", 250'000},
      {"250\u00b5s", 250'000},
      {"10ms", 10'000'000},
      {"1.5s", 1'500'000'000},
      {"2m", 120'000'000'000},
      {"1h", 3'600'000'000'000},
      {"3", 3'000'000'000},
      {"0.25", 250'000'000},
      {"0", 0},
      {"0.5us", 500},
      {"8784h", 31'622'400'000'000'000},
  };
  for (const auto& [text, ns] : cases) {
    INFO(text);
    const auto read = parse_duration_ns(text);
    REQUIRE(read);
    CHECK(*read == ns);
  }
}

TEST_CASE("Units: what is no duration gets a sentence that shows it, and exit status 64") {
  for (const char* const text :
       {"", "s", "ms10", "-1s", "+1s", "1.", ".5s", "1.2.3s", "1e3s", "10 ms", "10sec", "1s ",
        "nan", "0x10", "10MS", "8784.1h", "999999999999h"}) {
    INFO(text);
    const auto read = parse_duration_ns(text);
    REQUIRE_FALSE(read);
    CHECK(read.error().exit_status == 64);
    CHECK(read.error().sentence.starts_with('"' + std::string(text) + '"'));
  }
  CHECK(parse_duration_ns("1parsec").error().sentence ==
        "\"1parsec\" is no duration: expected a number and us, ms, s, m or h, such as 250us or "
        "1.5s (without a unit: seconds)");
  CHECK(parse_duration_ns("8785h").error().sentence ==
        "\"8785h\" is too long: a duration is at most 8784h");
  CHECK(parse_duration_ns("1\x1b[2J").error().sentence.find('\x1b') == std::string::npos);
}

TEST_CASE("Units: a duration is written with three digits in the unit that fits") {
  const std::pair<double, std::string> cases[] = {
      {0, "0 s"},
      {0.4, "0.400 ns"},
      {412, "412 ns"},
      {412e3, "412 \u00b5s"},
      {3.1e6, "3.10 ms"},
      {1.2e9, "1.20 s"},
      {999.4e3, "999 \u00b5s"},
      {999.6e3, "1.00 ms"},
      {9.996e6, "10.0 ms"},
      {999.4e9, "999 s"},
      {1000e9, "16.7 min"},
      {5999e9, "1.67 h"},
      {5'900e9, "98.3 min"},
      {9000e9, "2.50 h"},
  };
  for (const auto& [ns, text] : cases) CHECK(duration_text(ns) == text);
}

TEST_CASE("Units: counts are written whole in groups, or with three digits and a letter") {
  CHECK(grouped_text(0) == "0");
  CHECK(grouped_text(999) == "999");
  CHECK(grouped_text(1'000) == "1 000");
  CHECK(grouped_text(1'234'567) == "1 234 567");
  CHECK(grouped_text(~std::uint64_t{0}) == "18 446 744 073 709 551 615");
  const std::pair<double, std::string> cases[] = {
      {0, "0"},           {0.125, "0.125"},   {12.34, "12.3"},
      {999, "999"},       {999.9, "1 000"},   {9'999, "9 999"},
      {10'000, "10.0 k"}, {12'400, "12.4 k"}, {999'600, "1.00 M"},
      {12.4e6, "12.4 M"}, {3.5e9, "3.50 G"},  {2e12, "2.00 T"},
  };
  for (const auto& [count, text] : cases) CHECK(count_text(count) == text);
}

TEST_CASE("Units: bytes are written in powers of 1,024, shares in percent") {
  const std::pair<double, std::string> cases[] = {
      {0, "0 B"},         {512, "512 B"},       {1'023, "1023 B"},       {1'024, "1 KiB"},
      {65'536, "64 KiB"}, {66'000, "64.5 KiB"}, {1'572'864, "1.50 MiB"}, {1'048'575, "1.00 MiB"},
      {-2'048, "-2 KiB"}, {202.4, "202 B"},     {999.7, "1000 B"},       {5'368'709'120, "5 GiB"},
  };
  for (const auto& [bytes, text] : cases) CHECK(bytes_text(bytes) == text);
  CHECK(share_text(0) == "0 %");
  CHECK(share_text(0.994) == "99.4 %");
  CHECK(share_text(0.9996) == "100 %");
  CHECK(share_text(1.5) == "150 %");
}
