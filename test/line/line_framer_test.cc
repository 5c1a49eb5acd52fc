#include "line/line_framer.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "naive_lines.h"
#include "random_input.h"

namespace grotto {
namespace {

using namespace std::string_literals;
using Lines = std::vector<std::string>;
using test::kTooLong;
using test::naive_lines;

// Every line of `parts`, fed one after the other, each part from memory of its own.
Lines lines_of(const std::vector<std::string>& parts, std::size_t limit, bool ends = true) {
  LineFramer framer{limit};
  Lines lines;
  std::string_view line;
  for (const std::string& part : parts) {
    const std::string copy = part;
    std::string_view input = copy;
    while (true) {
      const LineFramer::Next next = framer.next(input, line);
      if (next == LineFramer::Next::need_more) break;
      lines.emplace_back(next == LineFramer::Next::line ? std::string{line} : kTooLong);
    }
    CHECK(input.empty());
    CHECK(framer.partial_bytes() <= limit);
  }
  if (ends && framer.flush(line)) lines.emplace_back(line);
  return lines;
}

TEST_CASE("LineFramer: LF, CR LF, CR NUL and a lone CR each end a line") {
  const Lines both{"kaixo", "agur"};
  CHECK(lines_of({"kaixo\nagur\n"}, 100) == both);
  CHECK(lines_of({"kaixo\r\nagur\r\n"}, 100) == both);
  CHECK(lines_of({"kaixo\r\0agur\r\0"s}, 100) == both);
  CHECK(lines_of({"kaixo\ragur\r"}, 100) == both);
}

TEST_CASE("LineFramer: the LF or NUL after a CR is swallowed, also in the next read") {
  CHECK(lines_of({"kaixo\r", "\nagur\r", "\0bai\n"s}, 100) == Lines{"kaixo", "agur", "bai"});
  CHECK(lines_of({"a\r\n\n"}, 100) == Lines{"a", ""});
  CHECK(lines_of({"a\r\0\n"s}, 100) == Lines{"a", ""});
  CHECK(lines_of({"a\n\r"}, 100) == Lines{"a", ""});
}

TEST_CASE("LineFramer: a blank line is a line and counts once") {
  CHECK(lines_of({"\r\n\r\n"}, 100) == Lines{"", ""});
  CHECK(lines_of({"\n\n\n"}, 100) == Lines{"", "", ""});
}

TEST_CASE("LineFramer: NULs inside a line are dropped") {
  CHECK(lines_of({"\0k\0ai\0\0xo\0\n"s}, 5) == Lines{"kaixo"});
}

TEST_CASE("LineFramer: a line that is whole in the input is a view of it") {
  LineFramer framer{100};
  const std::string text = "kaixo\n";
  std::string_view input = text;
  std::string_view line;
  CHECK(framer.next(input, line) == LineFramer::Next::line);
  CHECK(line.data() == text.data());
  CHECK(framer.partial_bytes() == 0);
}

TEST_CASE("LineFramer: a line over the limit is refused once and the rest of it is dropped") {
  const std::string four = "abcd";
  CHECK(lines_of({four + "\n"}, 4) == Lines{four});
  CHECK(lines_of({four + "e\nf\n"}, 4) == Lines{kTooLong, "f"});
  CHECK(lines_of({"abc", "de", "fgh\0i"s, "\r", "\nf\n"}, 4) == Lines{kTooLong, "f"});
  CHECK(lines_of({"abcde", "fgh"}, 4) == Lines{kTooLong});
  CHECK(lines_of({"abcde\r", "\n", "\n"}, 4) == Lines{kTooLong, ""});
}

TEST_CASE("LineFramer: a line in many pieces grows to the limit and comes out whole") {
  std::string whole;
  for (int number = 0; whole.size() < 4000; ++number) whole += std::to_string(number) + ' ';
  for (const std::size_t size : {1U, 7U, 100U, 1000U}) {
    CAPTURE(size);
    LineFramer framer{whole.size()};
    std::string_view line;
    for (std::size_t at = 0; at < whole.size(); at += size) {
      std::string_view piece = std::string_view(whole).substr(at, size);
      CHECK(framer.next(piece, line) == LineFramer::Next::need_more);
      CHECK(framer.partial() == std::string_view(whole).substr(0, at + size));
    }
    std::string_view end = "\n";
    CHECK(framer.next(end, line) == LineFramer::Next::line);
    CHECK(line == whole);
  }
}

TEST_CASE("LineFramer: the last unterminated line comes at the end of input") {
  CHECK(lines_of({"kaixo\nag", "ur"}, 100) == Lines{"kaixo", "agur"});
  LineFramer framer{100};
  std::string_view input = "ab";
  std::string_view line;
  CHECK(framer.next(input, line) == LineFramer::Next::need_more);
  CHECK(framer.flush(line));
  CHECK(line == "ab");
  CHECK_FALSE(framer.flush(line));
}

TEST_CASE("LineFramer: the consumer may stop after any line and keep the rest") {
  LineFramer framer{100};
  std::string_view input = "bat\nbi\nhiru";
  std::string_view line;
  CHECK(framer.next(input, line) == LineFramer::Next::line);
  CHECK(input == "bi\nhiru");
  const std::string kept{input};
  input = kept;
  CHECK(framer.next(input, line) == LineFramer::Next::line);
  CHECK(line == "bi");
}

TEST_CASE("LineFramer: a line can be dropped and its characters taken back") {
  LineFramer framer{100};
  std::string_view line;
  const auto feed = [&](std::string_view input) { return framer.next(input, line); };
  feed("oker");
  framer.drop_line();
  CHECK(framer.partial() == "");
  feed("ñañ");
  framer.erase_character();
  CHECK(framer.partial() == "ña");
  framer.erase_character();
  framer.erase_character();
  framer.erase_character();
  CHECK(framer.partial() == "");
  CHECK(feed("\n") == LineFramer::Next::line);
  CHECK(line == "");
  feed("ab");
  CHECK(feed("c\n") == LineFramer::Next::line);
  CHECK(framer.partial_bytes() == 0);
  framer.erase_character();  // the line that was handed out is no longer being gathered
  CHECK(feed("d\n") == LineFramer::Next::line);
  CHECK(line == "d");
  feed("\x80\x80");  // continuation bytes that continue nothing go together
  framer.erase_character();
  CHECK(framer.partial() == "");
}

TEST_CASE("LineFramer: every split of every pair of ends gives the same lines") {
  const Lines ends{"\n", "\r\n", "\r\0"s, "\r", "\0\n"s};
  for (const std::string& first : ends) {
    for (const std::string& second : ends) {
      const std::string text = "kaixo" + first + "ab" + second + "luzea da" + first + "c";
      const Lines expected = naive_lines(text, 6);
      for (std::size_t at = 0; at <= text.size(); ++at) {
        for (std::size_t to = at; to <= text.size(); ++to) {
          CHECK(lines_of({text.substr(0, at), text.substr(at, to - at), text.substr(to)}, 6) ==
                expected);
        }
      }
    }
  }
}

TEST_CASE("LineFramer: random input gives what the naive twin gives") {
  INFO("seed " << test::seed());
  const std::vector<std::string> pieces{"\n", "\r",   "\0"s,        "\r\n", "\r\0"s,
                                        "a",  "bcde", "fghijklmno", "\xFF", "ñ\t"};
  for (std::uint64_t round = 0; round != 3000; ++round) {
    INFO("round " << round);
    test::RandomInput random{round};
    const std::string text = random.of(pieces, 60);
    const std::size_t limit = 1 + random.below(30);
    CHECK(lines_of(random.cut(text, 1 + random.below(40)), limit) == naive_lines(text, limit));
  }
}

TEST_CASE(
    "LineFramer: a gigabyte without an end stays bounded, a million ends are a million lines") {
  LineFramer framer{4096};
  const std::string block(64 * 1024, 'x');
  std::string_view line;
  int refused = 0;
  for (int left = 16 * 1024; left != 0; --left) {
    std::string_view input = block;
    while (framer.next(input, line) != LineFramer::Next::need_more) ++refused;
  }
  CHECK(refused == 1);
  CHECK(framer.partial_bytes() == 0);

  for (const std::string end : {"\n", "\r"}) {
    std::string ends;
    for (int left = 1'000'000; left != 0; --left) ends += end;
    std::string_view input = ends;
    int lines = framer.next(input, line) == LineFramer::Next::line ? 1 : 0;
    while (framer.next(input, line) == LineFramer::Next::line) ++lines;
    CHECK(lines == (end == "\n" ? 999'999 : 1'000'000));  // the first LF ends what was dropped
  }
}

}  // namespace
}  // namespace grotto
