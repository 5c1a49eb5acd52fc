#include "service/person_lines.h"

#include <doctest/doctest.h>

#include <regex>
#include <string>
#include <vector>

#include "visitors.h"

namespace grotto {

using testing::Grotto;
using testing::Visitor;
using Lines = std::vector<std::string>;

namespace {

/// The lines with `T` for each moment, which must be one.
Lines timeless(const Lines& lines) {
  static const std::regex kMoment(R"re("at":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")re");
  Lines out;
  for (const std::string& line : lines)
    out.push_back(std::regex_replace(line, kMoment, R"("at":T)"));
  return out;
}

constexpr std::string_view kOn =
    R"({"type":"notice","text":"You read a JSON object per line.","at":T})";

}  // namespace

TEST_CASE("Lines for one: who asks for JSON with the first bytes reads nothing else, ever") {
  Grotto grotto;
  Visitor& bot = grotto.comes("/format json");
  CHECK(
      timeless(bot.reads()) ==
      Lines{R"({"type":"question","asks":"name","text":"Greetings from the grotto! Type your name )"
            R"(and press enter.","at":T})"});
  grotto.says(bot, "/format json");  // the same line, when its turn comes
  CHECK(timeless(bot.reads()) == Lines{std::string(kOn)});
  grotto.says(bot, "a b");
  CHECK(
      timeless(bot.reads()) ==
      Lines{
          R"({"type":"refusal","code":"bad-name","text":"A name is one word, without spaces.","at":T})",
          R"({"type":"question","asks":"name","text":"What is your name?","at":T})"});
  grotto.says(bot, "bot");
  CHECK(
      timeless(bot.reads()) ==
      Lines{
          R"({"type":"notice","text":"Welcome bot! Type /quit, exit or {quit} to leave, /help for )"
          R"(more.","at":T})",
          R"({"type":"names","room":"lobby","names":["bot"],"operators":[],"more":0,"next":0,"at":T})"});
  grotto.says(bot, "/quit");
  CHECK(timeless(bot.reads()) == Lines{R"({"type":"notice","text":"Goodbye!","at":T})"});
}

TEST_CASE("Lines for one: only the very command is a wish for JSON") {
  Grotto grotto;
  for (const std::string line :
       {"", "/format", "/format plain", "/format jsonx", "/formats json", "/"}) {
    CAPTURE(line);
    CHECK(grotto.comes(line).reads() ==
          Lines{"Greetings from the grotto! Type your name and press enter."});
  }
  CHECK(grotto.comes("/format  json ").reads().front().starts_with("{"));
  ChatOptions relay;
  relay.naming = Naming::none;  // there it is said
  Grotto bare(relay);
  CHECK(bare.comes("/format json").reads() == Lines{"Hello, connection to the server ok!"});
}

TEST_CASE("Lines for one: asked for later, the question for a name comes again as an object") {
  Grotto grotto;
  Visitor& bot = grotto.comes();
  bot.reads();
  grotto.says(bot, "/format json");
  const std::string question =
      R"({"type":"question","asks":"name","text":"What is your name?","at":T})";
  CHECK(timeless(bot.reads()) == Lines{std::string(kOn), question});
  grotto.says(bot, "/format xml");
  CHECK(
      timeless(bot.reads()) ==
      Lines{
          R"({"type":"refusal","code":"usage","text":"Type /format plain or /format json.","at":T})",
          question});
  grotto.says(bot, "/format plain");
  CHECK(bot.reads() == Lines{"You read plain lines.", "What is your name?"});
}

TEST_CASE("Lines for one: in and out of JSON in a room, and what was set before is kept") {
  Grotto grotto;
  Visitor& ana = grotto.enters("ana");
  Visitor& bot = grotto.enters("bot");
  ana.reads();
  grotto.says(bot, "/color on");
  grotto.says(bot, "/format");
  CHECK(bot.reads() == Lines{"Names will have colors.", "You read plain lines."});
  grotto.says(bot, "/format json");
  grotto.says(ana, "kaixo");
  grotto.says(bot, "/format");
  CHECK(timeless(bot.reads()) ==
        Lines{std::string(kOn), std::string(kOn),
              R"({"type":"say","id":2,"room":"lobby","from":"ana","text":"kaixo","at":T})"});
  grotto.says(bot, "/format plain");
  grotto.says(ana, "/me waves");
  const Lines plain = bot.reads();
  REQUIRE(plain.size() == 2);
  CHECK(plain[0] == "You read plain lines.");
  CHECK(plain[1].find("\x1b[") != std::string::npos);
}

TEST_CASE("Lines for one: private words, and no bell in JSON") {
  Grotto grotto;
  Visitor& ana = grotto.enters("ana");
  Visitor& bot = grotto.enters("bot", "/format json");
  ana.reads();
  grotto.says(bot, "/bell on");
  bot.reads();
  grotto.says(ana, "/msg bot a \"b\"");
  grotto.says(ana, "bot!");
  CHECK(ana.reads() == Lines{"you -> bot: a \"b\""});
  grotto.says(bot, "/reply kaixo");
  CHECK(timeless(bot.reads()) ==
        Lines{R"({"type":"private","from":"ana","to":"bot","text":"a \"b\"","at":T})",
              R"({"type":"private","from":"bot","to":"ana","text":"kaixo","at":T})",
              R"({"type":"say","id":2,"room":"lobby","from":"ana","text":"bot!","at":T})"});
  CHECK(ana.reads() == Lines{"bot -> you: kaixo"});
}

TEST_CASE("Lines for one: names and topics") {
  Limits limits;
  limits.members_listed_max = 2;
  Grotto grotto({}, limits);
  Visitor& ana = grotto.enters("ana");
  grotto.says(ana, "/join cave");
  grotto.says(ana, "/topic bats & \"friends\"");
  grotto.enters("oskar");
  Visitor& bot = grotto.enters("bot", "/format json");
  grotto.says(bot, "/who");
  grotto.says(bot, "/who cave");
  grotto.says(bot, "/join cave");
  grotto.says(bot, "/topic");
  grotto.says(bot, "/leave");
  CHECK(
      timeless(bot.reads()) ==
      Lines{
          R"({"type":"names","room":"lobby","names":["ana","oskar"],"operators":[],"more":1,"head":3,"at":T})",
          R"({"type":"names","room":"cave","names":["ana"],"operators":["ana"],"more":0,"head":2,"at":T})",
          R"({"type":"notice","text":"You are in cave now, and your lines go there.","at":T})",
          R"({"type":"topic","room":"cave","from":"ana","topic":"bats & \"friends\"",)"
          R"("text":"Topic: bats & \"friends\"","at":T})",
          R"({"type":"names","room":"cave","names":["ana","bot"],"operators":["ana"],"more":0,)"
          R"("next":2,"at":T})",
          R"({"type":"topic","room":"cave","from":"ana","topic":"bats & \"friends\"",)"
          R"("text":"Topic of cave, by ana: bats & \"friends\"","at":T})",
          R"({"type":"notice","text":"You left cave; your lines go to lobby.","at":T})"});
}

TEST_CASE("Lines for one: history and the last lines are the objects that they were when live") {
  Grotto grotto;
  Visitor& ana = grotto.enters("ana");
  for (const char* const line : {"one", "/me two", "three"}) grotto.says(ana, line);
  Visitor& bot = grotto.comes("/format json");
  grotto.says(bot, "bot");
  const Lines entering = timeless(bot.reads());
  const Lines three = {
      R"({"type":"say","id":1,"room":"lobby","from":"ana","text":"one","at":T})",
      R"({"type":"me","id":2,"room":"lobby","from":"ana","text":"two","at":T})",
      R"({"type":"say","id":3,"room":"lobby","from":"ana","text":"three","at":T})"};
  REQUIRE(entering.size() == 6);
  CHECK(entering[2].ends_with(R"("next":4,"at":T})"));
  CHECK(Lines(entering.begin() + 3, entering.end()) == three);
  grotto.says(bot, "/last");
  CHECK(timeless(bot.reads()) == three);
  grotto.says(bot, "/last 2");
  CHECK(timeless(bot.reads()) == Lines(three.begin() + 1, three.end()));
  grotto.says(bot, "/history 2");
  Lines history(three.begin() + 1, three.end());
  history.emplace_back(
      R"({"type":"notice","text":"-- earlier ones: /history 2 before 2 --","at":T})");
  CHECK(timeless(bot.reads()) == history);
  grotto.says(ana, "/last 2");
  ana.reads();
  grotto.says(ana, "/last 2");
  CHECK(ana.reads() == Lines{"* ana two", "ana: three"});
  grotto.says(ana, "/history 2");
  CHECK(ana.reads() == Lines{"-- 2 lines of lobby, 2 to 3 --", "* ana two", "ana: three",
                             "-- earlier ones: /history 2 before 2 --"});
}

TEST_CASE("Lines for one: the last lines of nothing are none, and what is no number is refused") {
  Grotto grotto;
  Visitor& ana = grotto.enters("ana");
  grotto.says(ana, "/last 5");
  CHECK(ana.reads().empty());
  for (const std::string wrong : {"0", "-1", "x", "5 before 7", "18446744073709551616"}) {
    CAPTURE(wrong);
    grotto.says(ana, "/last " + wrong);
    CHECK(ana.reads() == Lines{"Type /last [N]. [usage]"});
  }
  grotto.says(ana, "/last 1001");
  CHECK(ana.reads() == Lines{"At most 1000 lines at once. [too-many]"});
}

TEST_CASE("Lines for one: what the door says and the farewells are objects too") {
  Limits limits;
  limits.hello_timeout_ms = 1'000;
  Grotto grotto({}, limits);
  Visitor& bot = grotto.comes("/format json");
  Visitor& ana = grotto.enters("ana");
  bot.reads();
  CHECK(grotto.service().phrase(ana, "Too long.", "too-long") == "Too long. [too-long]");
  CHECK(grotto.service().phrase(ana, "Goodbye!", {}) == "Goodbye!");
  CHECK(timeless({grotto.service().phrase(bot, "Too long.", "too-long")}) ==
        Lines{R"({"type":"refusal","code":"too-long","text":"Too long.","at":T})"});
  Visitor unknown;  // whom the door has not opened for
  CHECK(grotto.service().phrase(unknown, "Too long.", "too-long") == "Too long. [too-long]");
  grotto.pass_ms(1'100);
  CHECK(bot.reason() == CloseReason::hello_timeout);
  CHECK(
      timeless(bot.reads()) ==
      Lines{R"({"type":"notice","text":"You gave no name in time. Come back any time!","at":T})"});
  Visitor& other = grotto.enters("other", "/format json");
  grotto.service().on_stopping(other);
  CHECK(timeless(other.reads()) ==
        Lines{R"({"type":"notice","text":"The server is stopping. Goodbye!","at":T})"});
}

TEST_CASE("Lines for one: of an escape sequence in a greeting nothing is left, not even escaped") {
  ChatOptions options;
  options.greeting = "\x1b[31mkaixo\x1b[0m \"you\" \x01\xff";
  options.motd = "one\ttab\r\n\x1b]0;title\atwo\n";
  Grotto grotto(options);
  Visitor& bot = grotto.comes("/format json");
  grotto.says(bot, "bot");
  const Lines lines = timeless(bot.reads());
  CHECK(lines[0] ==
        "{\"type\":\"question\",\"asks\":\"name\",\"text\":\"kaixo \\\"you\\\" \ufffd\",\"at\":T}");
  CHECK(lines[2] == R"({"type":"notice","text":"one\ttab","at":T})");
  CHECK(lines[3] == R"({"type":"notice","text":"two","at":T})");
}

}  // namespace grotto
