#include "client/terminal/screen.h"

#include <doctest/doctest.h>

#include <string>

#include "client/terminal/wide_text.h"

using namespace grotto::client;  // NOLINT: a test of one layer

namespace {

Screen::Input typed(const std::string& text, std::size_t cursor) {
  return {.prompt = "[lobby] > ", .prompt_look = "", .typed = {to_wide(text), cursor, false}};
}

}  // namespace

TEST_CASE("Screen: a line arrives above what is half typed") {
  Screen screen({40, 10});
  CHECK(screen.draw(typed("kaixo", 5)) == "\r\x1b[J[lobby] > kaixo\r\x1b[15C");
  CHECK(screen.show_above("oskar: hi\n", typed("kaixo", 2)) ==
        "\r\x1b[Joskar: hi\n[lobby] > kaixo\r\x1b[12C");
}

TEST_CASE("Screen: an input of several rows is erased from its first one on") {
  Screen screen({20, 10});
  const std::string long_text(25, 'x');
  CHECK(screen.draw(typed(long_text, 0)) == "\r\x1b[J[lobby] > " + std::string(10, 'x') + "\r\n" +
                                                std::string(15, 'x') + "\x1b[1A\r\x1b[10C");
  static_cast<void>(screen.draw(typed(long_text, 25)));
  CHECK(screen.erase() == "\r\x1b[1A\x1b[J");
  CHECK(screen.erase() == "\r\x1b[J");
}

TEST_CASE("Screen: where there is no room for the prompt it is short") {
  Screen screen({18, 10});
  CHECK(screen.draw(typed("a", 1)) == "\r\x1b[J> a\r\x1b[3C");
  screen.resize({6, 10});
  CHECK(screen.draw(typed("a", 1)) == "\r\x1b[Ja\r\x1b[1C");
}

TEST_CASE("Screen: after a terminal became narrower, the rows are where it folded them") {
  Screen screen({40, 10});
  static_cast<void>(screen.draw(typed(std::string(25, 'x'), 25)));  // 35 columns
  screen.resize({20, 10});
  CHECK(screen.erase() == "\r\x1b[1A\x1b[J");
}

TEST_CASE("Screen: a cleared one is drawn from its top") {
  Screen screen({40, 10});
  static_cast<void>(screen.draw(typed(std::string(60, 'x'), 60)));
  CHECK(screen.clear(typed("a", 1)) == "\x1b[H\x1b[2J[lobby] > a\r\x1b[11C");
}
