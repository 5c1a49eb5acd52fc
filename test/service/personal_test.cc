#include "service/personal.h"

#include <doctest/doctest.h>

#include <atomic>
#include <string>

#include "service/mentions.h"

namespace grotto {

TEST_CASE("Personal: an ignored name is ignored in all its forms, in lines that people say") {
  const NameRules names({});
  Personal personal(names);
  CHECK_FALSE(personal.is_filter());
  REQUIRE(personal.ignore(names.own("oskar")));
  CHECK(personal.is_filter());
  CHECK(personal.hides(nullptr, 1, LineKind::say, "oskar: kaixo\r\n"));
  CHECK(personal.hides(nullptr, 1, LineKind::say, "OSKAR: kaixo\r\n"));
  CHECK(personal.hides(nullptr, 1, LineKind::action, "* oskar waves\r\n"));
  CHECK_FALSE(personal.hides(nullptr, 1, LineKind::say, "luzmi: oskar: kaixo\r\n"));
  CHECK_FALSE(personal.hides(nullptr, 1, LineKind::leave, "oskar has left the chat.\r\n"));
  CHECK_FALSE(personal.hides(nullptr, 1, LineKind::rename, "oskar is now known as zuri.\r\n"));
  CHECK_FALSE(personal.hides(nullptr, 1, LineKind::say, "zuri: kaixo\r\n"));
  CHECK(personal.hides(nullptr, 0, LineKind::leave, "oskar has left the chat: read this\r\n"));
  CHECK_FALSE(personal.hides(nullptr, 1, LineKind::rename, "luzmi is now known as ana.\r\n"));
  CHECK_FALSE(personal.hides(nullptr, 1, LineKind::say, "ana: kaixo\r\n"));
  CHECK(personal.stop_ignoring(names.own("Oskar").key));
  CHECK_FALSE(personal.stop_ignoring(names.own("Oskar").key));
  CHECK_FALSE(personal.hides(nullptr, 1, LineKind::say, "oskar: kaixo\r\n"));
}

TEST_CASE("Personal: who is present when he is ignored stays so whatever he calls himself") {
  const NameRules names({});
  std::atomic<std::size_t> memory{0};
  const Limits limits;
  const Room room(names.own("lobby"), Room::Kind::permanent, limits, 1, memory);
  const Room cave(names.own("cave"), Room::Kind::permanent, limits, 1, memory);
  Personal personal(names);
  REQUIRE(personal.ignore(names.own("oskar")));
  personal.ignore(names.own("oskar"), room, 7);
  CHECK(personal.hides(&room, 7, LineKind::say, "zuri: kaixo\r\n"));
  CHECK_FALSE(personal.hides(&room, 8, LineKind::say, "zuri: kaixo\r\n"));
  CHECK_FALSE(personal.hides(&cave, 7, LineKind::say, "zuri: kaixo\r\n"));
  CHECK_FALSE(personal.hides(&room, 7, LineKind::rename, "oskar is now known as zuri.\r\n"));
  personal.forget(room);
  CHECK_FALSE(personal.hides(&room, 7, LineKind::say, "zuri: kaixo\r\n"));
  personal.ignore(names.own("oskar"), room, 7);
  CHECK(personal.stop_ignoring(names.own("oskar").key));
  CHECK_FALSE(personal.hides(&room, 7, LineKind::say, "zuri: kaixo\r\n"));
}

TEST_CASE("Personal: however many people speak, those who are ignored stay so") {
  const NameRules names({});
  Personal personal(names);
  for (std::size_t i = 0; i < Personal::kIgnoredMax; ++i) {
    REQUIRE(personal.ignore(names.own("troll" + std::to_string(i))));
  }
  CHECK_FALSE(personal.ignore(names.own("one-more")));
  CHECK(personal.ignore(names.own("TROLL7")));  // is already
  for (int i = 0; i < 2'000; ++i) {
    const std::string number = std::to_string(i);
    CHECK_FALSE(personal.hides(nullptr, 1, LineKind::say, "friend" + number + ": kaixo\r\n"));
    CHECK(personal.hides(nullptr, 1, LineKind::say,
                         "troll" + std::to_string(i % 100) + ": kaixo\r\n"));
  }
}

TEST_CASE("Mentions: names as people write them, and of one line only") {
  const NameRules names({});
  const NameKey luzmi = names.own("luzmi").key;
  std::atomic<std::size_t> memory{0};
  const Limits limits;
  Room room(names.own("lobby"), Room::Kind::permanent, limits, 1, memory);
  Room cave(names.own("cave"), Room::Kind::permanent, limits, 1, memory);
  Mentions mentions(names);
  LineNumber line = 0;
  for (const std::string_view text :
       {"luzmi", "Luzmi, come", "  @LUZMI: hi", "it is luzmi's", "(luzmi)", "a\tluzmi\tb",
        "\"luzmi\"", "luzmi-ri", "kaixo luzmi..."}) {
    CAPTURE(text);
    CHECK(mentions.has(room, line, text, luzmi));
    CHECK(mentions.has(room, line, "is not looked at twice", luzmi));
    CHECK_FALSE(mentions.has(cave, line, "of another room", luzmi));
    ++line;
  }
  for (const std::string_view text : {"", "luzmila", "illuzmi", "...", "lu zmi", "x-luzmi"}) {
    CAPTURE(text);
    CHECK_FALSE(mentions.has(room, line++, text, luzmi));
  }
  std::string many;
  for (std::size_t i = 0; i + 1 < Mentions::kWordsMax; ++i) many += "x ";
  CHECK(mentions.has(room, line++, many + "luzmi", luzmi));
  CHECK_FALSE(mentions.has(room, line++, many + "x luzmi", luzmi));
  CHECK(mentions.has(room, 0, "luzmi", luzmi));
  mentions.forget();
  CHECK_FALSE(mentions.has(room, 0, "somebody else", luzmi));
}

}  // namespace grotto
