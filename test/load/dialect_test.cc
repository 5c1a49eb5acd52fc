#include "load/dialect/dialect.h"

#include <doctest/doctest.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "conversation.h"
#include "load/check/payload.h"
#include "support/seed.h"

using namespace grotto::load;           // NOLINT: a test of one module
using namespace grotto::load::testing;  // NOLINT

TEST_CASE("Dialect: each name makes one, and no other name does") {
  for (const std::string& name : dialect_names()) {
    for (const Purpose purpose : {Purpose::echo, Purpose::room}) {
      CHECK(make_dialect(name, purpose, kNonce) != nullptr);
    }
  }
  CHECK(make_dialect("gopher", Purpose::echo, kNonce) == nullptr);
}

TEST_CASE("Dialect line: an echo is ready without a word, and all it says is payload") {
  const auto dialect = make_dialect("line", Purpose::echo, kNonce);
  CHECK(greeting(*dialect).empty());
  CHECK(sent(*dialect, "kaixo") == "kaixo\n");
  const Conversation heard = check_cuts(*dialect, text_of(0) + "\n" + text_of(1) + "\r\nhello\n\n");
  CHECK(heard.frames == std::vector<Heard>{{Kind::ready, "", "", 0},
                                           {Kind::payload, text_of(0), "", 0},
                                           {Kind::payload, text_of(1), "", 0},
                                           {Kind::payload, "hello", "", 0},
                                           {Kind::payload, "", "", 0}});
  CHECK(dialect->is_lead_of("", 3));
  CHECK_FALSE(dialect->is_lead_of("x: ", 3));
  CHECK_FALSE(dialect->needs_probe());
}

TEST_CASE("Dialect line: a relay may put a lead before a text, and say words of its own") {
  const auto dialect = make_dialect("line", Purpose::room, kNonce);
  const Conversation heard =
      check_cuts(*dialect, "welcome\r\n[12:00] <x> " + text_of(4) + "\r\n" + text_of(5) + "\n");
  CHECK(heard.frames == std::vector<Heard>{{Kind::ready, "", "", 0},
                                           {Kind::notice, "welcome", "", 0},
                                           {Kind::payload, text_of(4), "[12:00] <x> ", 0},
                                           {Kind::payload, text_of(5), "", 0}});
  CHECK(dialect->needs_probe());
  CHECK(dialect->is_lead_of("anything ", 3));
}

TEST_CASE("Dialect grotto: a name is given, and who is welcome is in") {
  const auto dialect = make_dialect("grotto", Purpose::room, kNonce);
  CHECK(greeting(*dialect) == "abcde-7\n");
  CHECK(dialect->farewell() == "/quit\n");
  const Conversation heard = check_cuts(
      *dialect,
      "Greetings from the grotto!\r\nWelcome abcde-7! Type /quit to leave.\r\nabcde-3: " +
          text_of(8) +
          "\r\nluzmi has joined the chat!\r\n-- 37 lines skipped: your connection was too slow --"
          "\r\n-- 1 line skipped: your connection was too slow --\r\n");
  CHECK(kinds(heard) == std::vector{Kind::notice, Kind::ready, Kind::payload, Kind::notice,
                                    Kind::skipped, Kind::skipped});
  CHECK(heard.frames[2] == Heard{Kind::payload, text_of(8), "abcde-3: ", 0});
  CHECK(heard.frames[4].number == 37);
  CHECK(heard.frames[5].number == 1);
  CHECK(dialect->is_lead_of("abcde-3: ", 3));
  for (const char* other : {"abcde-4: ", "abcde-33: ", "abcdf-3: ", "", "abcde-3:", "xabcde-3: "})
    CHECK_FALSE(dialect->is_lead_of(other, 3));
}

TEST_CASE("Dialect grotto: who is to talk in another room is in when he has left the lobby") {
  const auto dialect = make_dialect("grotto", Purpose::room, kNonce);
  REQUIRE(dialect->choose_room("den"));
  const Conversation heard =
      check_cuts(*dialect,
                 "Welcome abcde-7!\r\nConnected users: ana\r\nana: [what] was said [there]\r\n"
                 "You are in den now, and your lines go there.\r\nAlso here: abcde-3\r\n"
                 "You left lobby; your lines go to den.\r\nabcde-3: " +
                     text_of(8) + "\r\n");
  CHECK(heard.answers == "/join den\n/leave lobby\n");
  CHECK(kinds(heard) == std::vector{Kind::notice, Kind::notice, Kind::notice, Kind::notice,
                                    Kind::notice, Kind::ready, Kind::payload});
  CHECK(kinds(check_cuts(*dialect, "Welcome abcde-7!\r\nThere is no room. [no-such-room]\r\n")) ==
        std::vector{Kind::notice, Kind::refused});
  CHECK_FALSE(make_dialect("redis", Purpose::room, kNonce)->choose_room("den"));
}

TEST_CASE("Dialect grotto: what was said before is history, and counts for nothing") {
  const auto dialect = make_dialect("grotto", Purpose::room, kNonce);
  const Conversation heard = check_cuts(
      *dialect, "Welcome abcde-7!\r\n-- 2 earlier lines --\r\nabcde-3: " + text_of(1) +
                    "\r\nabcde-3: " + text_of(2) + "\r\n-- now --\r\nabcde-3: " + text_of(3) +
                    "\r\n-- 1 earlier line --\r\nabcde-3: " + text_of(4) + "\r\n");
  CHECK(kinds(heard) == std::vector{Kind::ready, Kind::notice, Kind::notice, Kind::notice,
                                    Kind::notice, Kind::payload, Kind::notice, Kind::notice});
}

TEST_CASE("Dialect grotto: a taken name is a refusal, and other servers are aliens") {
  const auto dialect = make_dialect("grotto", Purpose::room, kNonce);
  CHECK(kinds(check_cuts(*dialect, "The name abcde-7 is taken.\r\n")) ==
        std::vector{Kind::refused});
  for (const char* words :
       {"abcde-7\n", "-ERR unknown command\r\n", "INFO {\"server_id\":\"x\"}\r\n",
        "HTTP/1.1 400 Bad Request\r\n", ":irc.example NOTICE * :hello\r\n", "ERROR :closing\r\n"})
    CHECK(kinds(check_cuts(*dialect, words)) == std::vector{Kind::alien});
  // As an echo server it is any other.
  CHECK(kinds(check_cuts(*make_dialect("grotto", Purpose::echo, kNonce), "x\n")) ==
        std::vector{Kind::ready, Kind::payload});
}

TEST_CASE("Dialect redis: a subscriber is in by RESP3's or RESP2's answer, and gets messages") {
  const auto dialect = make_dialect("redis", Purpose::room, kNonce);
  CHECK(greeting(*dialect) ==
        "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n*2\r\n$9\r\nSUBSCRIBE\r\n$6\r\ngrotto\r\n");
  CHECK(greeting(*dialect, {.member = 7, .is_reader = false}) == "*1\r\n$4\r\nPING\r\n");
  CHECK(sent(*dialect, "kaixo") == "*3\r\n$7\r\nPUBLISH\r\n$6\r\ngrotto\r\n$5\r\nkaixo\r\n");
  CHECK(dialect->hears_itself());
  const std::string message = "\r\n$7\r\nmessage\r\n$6\r\ngrotto\r\n$50\r\n" + text_of(1) + "\r\n";
  const Conversation heard =
      check_cuts(*dialect,
                 "%2\r\n$6\r\nserver\r\n$5\r\nredis\r\n$7\r\nmodules\r\n*0\r\n>3\r\n$9\r\n"
                 "subscribe\r\n$6\r\ngrotto\r\n:1\r\n>3" +
                     message + ":4\r\n*3" + message + "$-1\r\n_\r\n#t\r\n,1.5\r\n");
  CHECK(kinds(heard) == std::vector{Kind::notice, Kind::ready, Kind::payload, Kind::notice,
                                    Kind::payload, Kind::notice, Kind::notice, Kind::notice,
                                    Kind::notice});
  CHECK(heard.frames[2].text == text_of(1));
  CHECK(heard.frames[4].text == text_of(1));
}

TEST_CASE("Dialect redis: an echo is ECHO, and its texts may hold any byte") {
  const auto dialect = make_dialect("redis", Purpose::echo, kNonce);
  CHECK(greeting(*dialect) == "*1\r\n$4\r\nPING\r\n");
  CHECK(sent(*dialect, "kaixo") == "*2\r\n$4\r\nECHO\r\n$5\r\nkaixo\r\n");
  const Conversation heard = check_cuts(*dialect, "+PONG\r\n$5\r\nka\r\no\r\n$0\r\n\r\n");
  CHECK(kinds(heard) == std::vector{Kind::ready, Kind::payload, Kind::payload});
  CHECK(heard.frames[1].text == "ka\r\no");
}

TEST_CASE("Dialect redis: errors are refusals; an echo of our words and others are aliens") {
  const auto dialect = make_dialect("redis", Purpose::room, kNonce);
  const Conversation refused = check_cuts(*dialect, "-NOAUTH Authentication required.\r\n");
  CHECK(refused.frames ==
        std::vector<Heard>{{Kind::refused, "NOAUTH Authentication required.", "", 0}});
  for (const std::string& words :
       {std::string("INFO {}\r\n"), std::string("Greetings!\r\n"), std::string("\r\n"),
        std::string("$x\r\n"), std::string("*99999\r\n"), std::string("$99999999\r\n"),
        std::string("*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n"), std::string("*1\r\n$4\r\nPING\r\n")})
    CHECK(kinds(check_cuts(*dialect, words)) == std::vector{Kind::alien});
  // Nested too deep, or a head without an end.
  CHECK(kinds(listen(*dialect, "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:1\r\n", 0)).front() ==
        Kind::alien);
  CHECK(kinds(listen(*dialect, std::string(5'000, '+'), 0)) == std::vector{Kind::alien});
}

TEST_CASE("Dialect nats: CONNECT and PING are said once INFO came, and PONG lets in") {
  const auto dialect = make_dialect("nats", Purpose::room, kNonce);
  CHECK(greeting(*dialect).empty());
  CHECK(sent(*dialect, "kaixo") == "PUB grotto 5\r\nkaixo\r\n");
  CHECK(sent(*make_dialect("nats", Purpose::echo, kNonce), "kaixo") ==
        "PUB grotto.7 5\r\nkaixo\r\n");
  const Conversation heard =
      check_cuts(*dialect, "INFO {\"max_payload\":1048576}\r\nPONG\r\nMSG grotto 1 50\r\n" +
                               text_of(1) + "\r\nPING\r\nMSG grotto 1 7\r\na\r\nb\r\nc\r\n+OK\r\n");
  CHECK(kinds(heard) == std::vector{Kind::notice, Kind::ready, Kind::payload, Kind::notice,
                                    Kind::payload, Kind::notice});
  CHECK(heard.frames[2].text == text_of(1));
  CHECK(heard.frames[4].text == "a\r\nb\r\nc");
  CHECK(heard.answers.starts_with("CONNECT {\"verbose\":false,"));
  CHECK(heard.answers.find("\"echo\":false") != std::string::npos);
  CHECK(heard.answers.ends_with("\r\nSUB grotto 1\r\nPING\r\nPONG\r\n"));
  const Conversation silent =
      listen(*dialect, "INFO {}\r\n", 0, 0, {.member = 7, .is_reader = false});
  CHECK(silent.answers.find("SUB") == std::string::npos);
}

TEST_CASE("Dialect nats: -ERR is a refusal, and what is no INFO an alien") {
  const auto dialect = make_dialect("nats", Purpose::echo, kNonce);
  CHECK(kinds(check_cuts(*dialect, "INFO {}\r\n-ERR 'Authorization Violation'\r\n")) ==
        std::vector{Kind::notice, Kind::refused});
  for (const char* words : {"Greetings!\r\n", "+PONG\r\n", "\n"})
    CHECK(kinds(check_cuts(*dialect, words)) == std::vector{Kind::alien});
  CHECK(kinds(check_cuts(*dialect,
                         "INFO {}\r\nMSG grotto 1 many\r\nMSG grotto 1 99999999\r\n?\r\n")) ==
        std::vector{Kind::notice, Kind::alien, Kind::alien, Kind::alien});
}

TEST_CASE("Dialect irc: a nick, 001, JOIN and 366; every PING is answered") {
  const auto dialect = make_dialect("irc", Purpose::room, kNonce);
  const std::string nick = greeting(*dialect).substr(5, 4);
  CHECK(greeting(*dialect) == "NICK " + nick + "\r\nUSER grotto 0 * :grotto-load\r\n");
  CHECK(sent(*dialect, "kaixo") == "PRIVMSG #grotto :kaixo\r\n");
  const std::string stem = nick.substr(0, 3);
  const Conversation heard = check_cuts(
      *dialect, "NOTICE * :looking you up\r\nPING :12345\r\n:s 001 " + nick +
                    " :Welcome\r\n:s 422 x :no MOTD\r\n:" + nick + "!g@h JOIN #grotto\r\n:s 366 " +
                    nick + " #grotto :End\r\nPING :again\r\n:" + stem + "3!g@h PRIVMSG #grotto :" +
                    text_of(5) + "\r\n:luzmi!l@h PRIVMSG #grotto :hello\r\n");
  CHECK(kinds(heard) == std::vector{Kind::notice, Kind::notice, Kind::notice, Kind::notice,
                                    Kind::notice, Kind::ready, Kind::notice, Kind::payload,
                                    Kind::notice});
  CHECK(heard.answers == "PONG :12345\r\nJOIN #grotto\r\nPONG :again\r\n");
  CHECK(heard.frames[7].text == text_of(5));
  CHECK(dialect->is_lead_of(heard.frames[7].lead, 3));
  CHECK_FALSE(dialect->is_lead_of(heard.frames[7].lead, 4));
  CHECK(dialect->farewell() == "QUIT\r\n");
}

TEST_CASE("Dialect irc: an echo is PING and its PONG; refusals and aliens are told apart") {
  const auto echo = make_dialect("irc", Purpose::echo, kNonce);
  CHECK(sent(*echo, "kaixo") == "PING :kaixo\r\n");
  const Conversation heard =
      check_cuts(*echo, ":s 001 x :Welcome\r\n:s PONG s :" + text_of(2) + "\r\n");
  CHECK(kinds(heard) == std::vector{Kind::ready, Kind::payload});
  CHECK(heard.frames[1].text == text_of(2));
  const auto room = make_dialect("irc", Purpose::room, kNonce);
  for (const char* words :
       {"ERROR :Closing link\r\n", ":s 433 * x :in use\r\n", ":s 465 x :banned\r\n"})
    CHECK(kinds(check_cuts(*room, words)) == std::vector{Kind::refused});
  for (const char* words : {"Greetings!\r\n", "-ERR x\r\n", "NICK x\r\n"})
    CHECK(kinds(check_cuts(*room, words)) == std::vector{Kind::alien});
}

TEST_CASE("Dialect: any one byte of a text that is changed is corruption, not a notice") {
  const std::string text = text_of(9);
  struct Framing {
    const char* dialect;
    std::string in;
    std::string before;
    std::string after;
  };
  for (const Framing& each :
       {Framing{"grotto", "Welcome abcde-7!\r\n", "abcde-3: ", "\r\n"},
        Framing{"line", "", "", "\n"}, Framing{"line", "", "x: ", "\n"},
        Framing{"irc", ":s 001 x\r\n:s 366 x\r\n", ":gmr3!g@h PRIVMSG #grotto :", "\r\n"}}) {
    const auto dialect = make_dialect(each.dialect, Purpose::room, kNonce);
    for (std::size_t at = 0; at < text.size(); ++at) {
      for (const char byte : {'~', 'A', '9', '!', '\x01', '\xFF'}) {
        std::string changed = text;
        if (changed[at] == byte) continue;
        changed[at] = byte;
        const Conversation heard =
            listen(*dialect, each.in + each.before + changed + each.after, 0);
        CAPTURE(each.dialect);
        CAPTURE(changed);
        REQUIRE(heard.frames.back().kind == Kind::payload);
        Payload payload;
        CHECK(read_payload(heard.frames.back().text, payload) == PayloadState::corrupted);
      }
    }
  }
}

TEST_CASE("Dialect: a line without an end waits; it is read to nowhere") {
  for (const std::string& name : dialect_names()) {
    if (name == "ws") continue;  // has frames, not lines
    for (const Purpose purpose : {Purpose::echo, Purpose::room}) {
      const auto dialect = make_dialect(name, purpose, kNonce);
      Talk talk{.member = 7, .step = 1};
      std::string out;
      const std::string endless(name == "redis" ? 1'000 : 100'000, 'x');
      CHECK(dialect->next(talk, endless, out).kind == Kind::incomplete);
      CHECK(dialect->next(talk, {}, out).kind == Kind::incomplete);
    }
  }
}

TEST_CASE("Dialect: whatever comes, a frame lies within its bytes and something is read of it") {
  const auto seed = grotto::test::seed();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  const std::vector<std::string> pieces{"\r\n",
                                        "\n",
                                        "$",
                                        "*",
                                        ">3\r\n",
                                        "$7\r\nmessage\r\n",
                                        "$6\r\ngrotto\r\n",
                                        "MSG grotto 1 ",
                                        "5\r\n",
                                        "PING",
                                        "PONG",
                                        "INFO {}",
                                        ":s 001 x",
                                        ":s 366 x",
                                        "Welcome abcde-7!",
                                        "-- ",
                                        "3 lines skipped: your connection was too slow --",
                                        "99999999999999999999",
                                        "-1",
                                        "~",
                                        ":",
                                        " ",
                                        "%",
                                        "\xFF",
                                        std::string(1, '\0'),
                                        text_of(1),
                                        "+",
                                        "-ERR",
                                        "abcde-3: ",
                                        "subscribe"};
  for (int round = 0; round < 3'000; ++round) {
    const auto& names = dialect_names();
    const auto dialect = make_dialect(names[random() % names.size()],
                                      random() % 2 == 0 ? Purpose::echo : Purpose::room, kNonce);
    std::string words;
    for (std::size_t i = random() % 30; i > 0; --i) words += pieces[random() % pieces.size()];
    Talk talk{.member = 7, .step = static_cast<std::uint8_t>(random() % 3)};
    std::string out;
    std::string_view left = words;
    for (std::size_t steps = 0;; ++steps) {
      REQUIRE(steps <= words.size() + 1);
      // Exactly as long as it is, so that a sanitizer sees who reads on.
      const auto copy = std::make_unique<char[]>(left.size());  // NOLINT(modernize-avoid-c-arrays)
      left.copy(copy.get(), left.size());
      const std::string_view bytes(copy.get(), left.size());
      const Frame frame = dialect->next(talk, bytes, out);
      if (frame.kind == Kind::incomplete) break;
      REQUIRE(frame.size <= bytes.size());
      REQUIRE((frame.size > 0 || frame.kind == Kind::ready));
      for (const std::string_view part : {frame.text, frame.lead}) {
        if (part.empty()) continue;
        REQUIRE(part.data() >= bytes.data());
        REQUIRE(part.data() + part.size() <= bytes.data() + frame.size);
      }
      left.remove_prefix(frame.size);
    }
  }
}
