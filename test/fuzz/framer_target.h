// What the fuzzer of line framing does with each input, and line_test with its corpus: the framer
// says what its naive twin says, in whatever pieces. The first byte is the limit, the second the
// size of the pieces; 0xFE and 0xFD behind them are a line that is dropped and a character that is
// taken back (telnet's EL and EC). Threads: no state; any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "../line/naive_lines.h"
#include "base/check.h"
#include "line/line_framer.h"

namespace grotto::test {

constexpr char kDropLine = '\xFE';
constexpr char kEraseCharacter = '\xFD';

inline void frame_piece(LineFramer& framer, std::string_view piece, std::size_t limit,
                        std::vector<std::string>& lines) {
  const std::string copy(piece);  // from memory of its own, so that a sanitizer sees each end
  std::string_view input = copy;
  std::string_view line;
  for (;;) {
    const std::size_t before = input.size();
    const LineFramer::Next next = framer.next(input, line);
    GROTTO_CHECK(framer.partial_bytes() <= limit);
    if (next == LineFramer::Next::need_more) break;
    GROTTO_CHECK(input.size() < before);
    lines.push_back(next == LineFramer::Next::line ? std::string(line) : kTooLong);
  }
  GROTTO_CHECK(input.empty());
}

inline void fuzz_framer(std::string_view text) {
  if (text.size() < 2) return;
  const std::size_t limit = 1 + static_cast<unsigned char>(text[0]) % 80;
  const std::size_t piece_bytes = 1 + static_cast<unsigned char>(text[1]);
  text.remove_prefix(2);
  LineFramer framer(limit);
  NaiveFramer twin(limit);
  std::vector<std::string> lines;
  while (!text.empty()) {
    const bool is_drop = text.front() == kDropLine;
    if (is_drop || text.front() == kEraseCharacter) {
      is_drop ? framer.drop_line() : framer.erase_character();
      is_drop ? twin.drop_line() : twin.erase_character();
      text.remove_prefix(1);
    } else {
      const std::string_view piece =
          text.substr(0, text.find_first_of("\xFE\xFD")).substr(0, piece_bytes);
      frame_piece(framer, piece, limit, lines);
      for (const char c : piece) twin.take(c);
      text.remove_prefix(piece.size());
    }
    GROTTO_CHECK(framer.partial() == twin.partial());
  }
  std::string_view line;
  if (framer.flush(line)) lines.emplace_back(line);
  GROTTO_CHECK(lines == twin.lines());
  GROTTO_CHECK(!framer.flush(line));
}

}  // namespace grotto::test
