#include "prompt/board.h"

#include <doctest/doctest.h>

namespace grotto {

TEST_CASE("Board: the best come first, and of equals who came first") {
  Board board;
  board.put("1", {.name = "ana", .at = "b", .answered = 1, .score = 1});
  board.put("2", {.name = "oskar", .at = "b", .answered = 1, .score = 3});
  board.put("3", {.name = "luzmi", .at = "b", .answered = 1, .score = 1});
  board.put("1", {.name = "ana", .at = "c", .answered = 2, .score = 1});
  const std::uint64_t version = board.version();
  board.remove("nobody");
  CHECK(board.version() == version);
  CHECK(table_text(board.rows(), 5, true, 10) ==
        "-- 3 people --\n"
        "   1  oskar                      3 points  1 of 5, at b\n"
        "   2  ana                        1 points  2 of 5, at c\n"
        "   3  luzmi                      1 points  1 of 5, at b");
  board.remove("2");
  CHECK(board.version() != version);
  CHECK(board.rows().size() == 2);
}

TEST_CASE(
    "Board: a long name is cut at a column, wide letters too, and rows beyond the bound are "
    "counted") {
  Board board;
  board.put("1", {.name = "\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C"
                          "\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C",
                  .at = "a"});
  board.put("2", {.name = "ana", .at = "", .is_here = false, .is_done = true});
  board.put("3", {.name = "oskar", .at = "a", .is_here = false});
  CHECK(table_text(board.rows(), 2, false, 2) ==
        "-- 3 people --\n"
        "   1  "
        "\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\xED\x95\x9C\xED"
        "\x95\x9C"
        "\xED\x95\x9C\xED\x95\x9C  0 of 2, at a\n"
        "   2  ana                   0 of 2, done\n"
        "and 1 more");
  CHECK(table_text(board.rows(), 2, false, 3).ends_with("0 of 2, at a, away"));
}

TEST_CASE("Board: who has gone makes room for who comes") {
  Board board;
  for (std::size_t i = 0; i < Board::kRowsMax; ++i) {
    board.put(std::to_string(i), {.name = std::to_string(i), .at = "", .is_here = i != 7});
  }
  board.put("new", {.name = "new", .at = ""});
  CHECK(board.rows().size() == Board::kRowsMax);
  for (const Board::Row& row : board.rows()) CHECK(row.name != "7");
}

}  // namespace grotto
