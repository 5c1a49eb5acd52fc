#include "load/view/screen_text.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "line/text.h"
#include "load/made_up_report.h"

using namespace grotto::load;
using grotto::test::made_up_failure;
using grotto::test::made_up_report;

namespace {

constexpr ScreenLook kPlain{Charset::utf8, false};

ScreenMoment moment_of(const Report& report, double share_done = 0.5) {
  ScreenMoment moment;
  moment.title = "echo of 127.0.0.1:7000, 50 connections, open loop at 20 000/s";
  moment.tally = &report.tally;
  moment.last = &report.samples[4];
  moment.share_done = share_done;
  for (std::size_t i = 0; i < 5; ++i) moment.rates.push_back(10'000 * static_cast<double>(i));
  return moment;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("ScreenText: 80 columns show the whole of a moment in seven lines") {
  const Report report = made_up_report();
  const auto lines = screen_lines(moment_of(report), 80, kPlain);
  const std::string text = joined(lines);
  INFO(text);
  REQUIRE(lines.size() == 7);
  CHECK(lines[1].starts_with("[\u2588"));
  CHECK(lines[1].ends_with("]  50 %  5.00 s left"));
  CHECK(lines[2].starts_with("rate     20.0 k/s"));
  CHECK(lines[2].ends_with(" \u2581\u2583\u2585\u2586\u2588"));
  CHECK(lines[3].starts_with("latency  p50 10"));
  CHECK(lines[4] == "errors   none");
  CHECK(has(lines[5], "generator 5"));
  CHECK(has(lines[5], "server 3"));
  CHECK(lines[6] == "memory   server 8.50 MiB");
}

TEST_CASE("ScreenText: no line is wider than the terminal, at any width, with or without colours") {
  const Report report = made_up_failure();
  ScreenMoment moment = moment_of(report);
  for (const bool is_measuring : {true, false}) {
    moment.phase = is_measuring ? "" : "draining: 12 345 replies are still on their way";
    for (std::size_t columns = 1; columns <= 200; ++columns) {
      for (const ScreenLook look : {kPlain, ScreenLook{Charset::ascii, true}}) {
        for (const std::string& line : screen_lines(moment, columns, look)) {
          INFO(columns << ": " << line);
          CHECK(columns_of(line) <= columns);
        }
      }
    }
  }
}

TEST_CASE("ScreenText: widths from 20 on keep every figure and every kind of error") {
  Report report = made_up_failure();
  report.tally.skipped = 17;
  for (const std::size_t columns : {20U, 40U, 80U, 200U}) {
    const std::string text = joined(screen_lines(moment_of(report), columns, kPlain));
    INFO(text);
    for (const char* const part :
         {"50 %", "20.0 k/s", "p50 ", "p99 ", "max 40.1 ms", "lost 3", "corrupted 1", "timed out 2",
          "17", "generator 5", "server 3", "8.50 MiB"})
      CHECK(has(text, part));
  }
}

TEST_CASE("ScreenText: an ASCII terminal gets ASCII") {
  const Report report = made_up_report();
  const std::string text = joined(screen_lines(moment_of(report), 80, {Charset::ascii, false}));
  INFO(text);
  for (const char c : text) CHECK(static_cast<unsigned char>(c) < 0x80);
  CHECK(has(text, "[#####"));
  CHECK(has(text, " :=+#"));
  CHECK(has(text, " us"));
  CHECK(has(plain_line(moment_of(report), Charset::ascii), " us"));
}

TEST_CASE("ScreenText: colours mark errors and labels, and without them there is no escape") {
  const Report report = made_up_failure();
  CHECK(has(joined(screen_lines(moment_of(report), 80, {Charset::utf8, true})),
            "\x1b[1;31mlost 3\x1b[0m"));
  CHECK_FALSE(has(joined(screen_lines(moment_of(report), 80, kPlain)), "\x1b"));
}

TEST_CASE("ScreenText: before the first interval there are the title and the phase") {
  ScreenMoment moment;
  moment.title = "echo \x1b[2J";
  moment.phase = "connecting 412 of 1 000";
  const auto lines = screen_lines(moment, 80, kPlain);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "echo \\u{1b}[2J");
  CHECK(lines[1] == "connecting 412 of 1 000");
}

TEST_CASE(
    "ScreenText: the time left is told while it can be known, and the share stays within 0 to "
    "100") {
  const Report report = made_up_report();
  const auto second = [&report](double share) {
    return screen_lines(moment_of(report, share), 80, kPlain)[1];
  };
  CHECK(has(second(0.25), "25 %  15.0 s left"));
  CHECK_FALSE(has(second(0), "left"));
  CHECK(has(second(1), "100 %"));
  CHECK_FALSE(has(second(1), "left"));
  CHECK(has(second(1.7), "100 %"));
  CHECK(has(second(-1), "  0 %"));
  CHECK(has(second(0.999), "99 %"));
}

TEST_CASE("ScreenText: the curve of the rate shows the newest values from 0 to their highest") {
  CHECK(sparkline({0, 50, 100}, 10, Charset::utf8) == "\u2581\u2585\u2588");
  CHECK(sparkline({900, 0, 50, 100}, 3, Charset::ascii) == " =#");
  CHECK(sparkline({0, 0}, 3, Charset::utf8) == "\u2581\u2581");
  CHECK(sparkline({}, 3, Charset::utf8).empty());
}

TEST_CASE("ScreenText: a plain line has the server's figures only if they are known") {
  Report report = made_up_report();
  CHECK(has(plain_line(moment_of(report), Charset::utf8), "server 3"));
  report.samples[4].server_cpu.reset();
  const std::string line = plain_line(moment_of(report), Charset::utf8);
  CHECK_FALSE(has(line, "server"));
  CHECK(has(line, "errors 0"));
}
