#include <doctest/doctest.h>

#include <string>

#include "room/colors.h"
#include "room/line_parts.h"

namespace grotto {

TEST_CASE("LineParts: who and what, of every kind of line") {
  const auto check = [](LineKind kind, std::string_view line, std::string_view from,
                        std::string_view text) {
    CAPTURE(line);
    const LineParts parts = parts_of(kind, line);
    CHECK(parts.from == from);
    CHECK(parts.text == text);
  };
  check(LineKind::say, "luzmi: kaixo\r\n", "luzmi", "kaixo");
  check(LineKind::say, "luzmi: a: b", "luzmi", "a: b");
  check(LineKind::say, "luzmi: \r\n", "luzmi", "");
  check(LineKind::say, "[::1]:40712: kaixo\r\n", "[::1]:40712", "kaixo");
  check(LineKind::say, "nobody has a name here\r\n", "", "nobody has a name here");
  check(LineKind::action, "* luzmi waves: hi\r\n", "luzmi", "waves: hi");
  check(LineKind::join, "luzmi has joined the chat!\r\n", "luzmi", "luzmi has joined the chat!");
  check(LineKind::leave, "luzmi has left the chat: bye\r\n", "luzmi",
        "luzmi has left the chat: bye");
  check(LineKind::rename, "luzmi is now known as ana.\r\n", "luzmi", "luzmi is now known as ana.");
  check(LineKind::topic, "luzmi changed the topic: bats\r\n", "luzmi",
        "luzmi changed the topic: bats");
  check(LineKind::notice, "ana is the operator of this room now.\r\n", "",
        "ana is the operator of this room now.");
  check(LineKind::moves, "3 joined, 1 left\r\n", "", "3 joined, 1 left");
  check(LineKind::say, "", "", "");
  check(LineKind::join, "x", "x", "x");
}

TEST_CASE("Colours: a name has one of its own, what nobody said is dim, and nothing else changes") {
  const auto colored = [](LineKind kind, std::string_view line) {
    std::string out;
    append_colored(kind, line, out);
    return out;
  };
  const std::string said = colored(LineKind::say, "luzmi: kaixo \x7e\r\n");
  CHECK(said.starts_with("\x1b["));
  CHECK(said.ends_with("mluzmi\x1b[0m: kaixo \x7e\r\n"));
  CHECK(said.substr(0, said.find("luzmi")) ==
        colored(LineKind::action, "* luzmi waves\r\n").substr(2, said.find("luzmi")));
  CHECK(colored(LineKind::join, "luzmi has joined the chat!\r\n") ==
        "\x1b[2mluzmi has joined the chat!\x1b[0m\r\n");
  CHECK(colored(LineKind::say, "kaixo\r\n") == "kaixo\r\n");
  std::size_t differ = 0;
  for (const std::string_view name : {"ana", "oskar", "miren", "jon", "iker", "leire"}) {
    differ +=
        colored(LineKind::say, std::string(name) + ": x\r\n").substr(0, 5) != said.substr(0, 5)
            ? 1U
            : 0U;
  }
  CHECK(differ >= 3);
}

}  // namespace grotto
