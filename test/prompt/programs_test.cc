// Programs that work on answers.
#include "desk.h"

namespace grotto::testing {
namespace {

constexpr std::string_view kEach = R"(
thanks = "Thanks."
[run]
command = ["work"]
seconds = 5
[[ask]]
id = "a"
prompt = "A?"
[[ask]]
id = "b"
prompt = "B?"
)";

const std::string kForAll =
    "[run]\ncommand = [\"work\"]\nper = \"server\"\n[[ask]]\nid = \"a\"\nprompt = \"A?\"\n";

}  // namespace

TEST_CASE("Prompt: a program gets an answer when it is safe, and says what comes next") {
  Desk desk(kEach);
  Guest& ana = desk.comes();
  ana.reads();
  CHECK(desk.stage->parts.empty());
  desk.disk->is_quick = false;
  desk.says(ana, "one");
  CHECK(desk.stage->parts.empty());
  desk.disk->write();
  desk.settle();
  desk.disk->is_quick = true;
  REQUIRE(desk.stage->parts.size() == 1);
  const auto program = desk.stage->parts[0];
  REQUIRE(program->got.size() == 1);
  CHECK(program->got[0].find(
            R"("id":"a","answer":"one","how":"given","score":0,"answers":{"a":"one"})") !=
        std::string::npos);
  CHECK(desk.offers(ana, "early") == Taken::wait);
  const auto prints = [&](const std::string& line) {
    program->events.on_line(line);
    desk.settle();
  };
  prints(R"({"say":"Thinking."})");
  CHECK(ana.reads() == Lines{"Thinking."});
  SUBCASE("the script's next question") {
    prints(R"({"say":["Good.","Go on."],"points":2,"next":true})");
    CHECK(ana.reads() == Lines{"Good.", "Go on.", "B?"});
    CHECK(desk.disk->kept.back().points == 2);
    CHECK(desk.disk->kept.back().place == 0);
    CHECK(desk.disk->kept.back().answer == Value(std::string("one")));
    desk.says(ana, "/score");
    CHECK(ana.reads() == Lines{"You have 2 points."});
  }
  SUBCASE("another one of the script") {
    prints(R"({"ask":"a"})");
    CHECK(ana.reads() == Lines{"A?"});
  }
  SUBCASE("one of its own, whose answer it gets too") {
    prints(R"({"ask":{"id":"n","prompt":"How many?","type":"number"}})");
    CHECK(ana.reads() == Lines{"How many? (a number)"});
    desk.says(ana, "x");
    CHECK(ana.reads().front().ends_with("[not-a-number]"));
    desk.says(ana, "/back");
    CHECK(ana.reads().front().ends_with("[counts-already]"));
    desk.says(ana, "3");
    CHECK(program->got.back().find(R"("id":"n","answer":3,)") != std::string::npos);
    CHECK(desk.disk->kept.back().ask == "n");
    prints(R"({"next":true})");
    CHECK(ana.reads() == Lines{"B?"});
  }
  SUBCASE("the end") {
    prints(R"({"end":true})");
    CHECK(ana.reads() == Lines{"Thanks."});
    CHECK(ana.reason() == CloseReason::service_ended);
  }
  SUBCASE("for who has ended his input: goodbye") {
    desk.ends_input(ana);
    prints(R"({"next":true})");
    CHECK(ana.reads().front() == "1 question is answered; this is not finished.");
  }
  SUBCASE("and it ends with the connection") {
    desk.leaves(ana);
    CHECK_FALSE(program->is_wanted);
  }
}

TEST_CASE("Prompt: a program that fails is told of, and the questions go on without it") {
  Desk desk(kEach);
  Guest& ana = desk.comes();
  desk.says(ana, "one");
  ana.reads();
  const auto program = desk.stage->parts.at(0);
  std::string sentence;
  SUBCASE("it ends") {
    program->events.on_end("exit status 3");
    sentence = "The program behind the questions has ended.";
  }
  SUBCASE("it prints nonsense") {
    program->events.on_line("Segmentation fault");
    sentence = "The program behind the questions answered what makes no sense.";
  }
  SUBCASE("it floods") {
    for (int i = 0; i < 70; ++i)
      program->events.on_line(R"({"say":")" + std::string(1'000, 'x') + "\"}");
    sentence = "The program behind the questions said too much.";
  }
  SUBCASE("it hangs") {
    desk.pass_ms(5'000);
    sentence = "The program behind the questions took longer than 5 s.";
  }
  desk.settle();
  const Lines lines = ana.reads();
  REQUIRE(lines.size() >= 2);
  CHECK(lines[lines.size() - 2] ==
        sentence + " Your answer is kept, and it goes on without it. [program]");
  CHECK(lines.back() == "B?");
  desk.says(ana, "two");  // it is started again, if it has ended
  CHECK(desk.stage->parts.back()->got.back().find("\"id\":\"b\"") != std::string::npos);
}

TEST_CASE(
    "Prompt: after three failures a program is left alone; on-failure = \"end\" ends at once") {
  SUBCASE("three") {
    Desk desk("repeat = true\n[run]\ncommand = [\"work\"]\n[[ask]]\nid = \"a\"\nprompt = \"A?\"\n");
    Guest& ana = desk.comes();
    for (int i = 0; i < 3; ++i) {
      desk.says(ana, "x");
      desk.stage->parts.back()->events.on_end("signal 9");
      desk.settle();
    }
    ana.reads();
    desk.says(ana, "x");
    CHECK(ana.reads().back() == "A?");
    CHECK(desk.stage->parts.size() == 3);
  }
  SUBCASE("end") {
    Desk desk(
        "[run]\ncommand = [\"work\"]\non-failure = \"end\"\n[[ask]]\nid = \"a\"\nprompt = "
        "\"A?\"\n[[ask]]\nid = \"b\"\nprompt = \"B?\"\n");
    Guest& ana = desk.comes();
    desk.says(ana, "x");
    desk.stage->parts.back()->events.on_end("signal 9");
    desk.settle();
    CHECK(ana.reads().back() == "It does not go on without it. Goodbye!");
    CHECK(ana.is_ending());
  }
}

TEST_CASE("Prompt: one program for all answers to each, in any order") {
  Desk desk(kForAll, {.workers = 2});
  Guest& ana = desk.comes();
  Guest& oskar = desk.comes({}, 1);
  desk.says(ana, "ana's");
  desk.says(oskar, "oskar's");
  ana.reads();
  oskar.reads();
  REQUIRE(desk.stage->parts.size() == 1);
  const auto program = desk.stage->parts[0];
  const auto session_in = [](const std::string& line) {
    const std::size_t at = line.find("\"session\":\"") + 11;
    return line.substr(at, line.find('"', at) - at);
  };
  const std::string of_ana = session_in(program->got[0]);
  const std::string of_oskar = session_in(program->got[1]);
  SUBCASE("both are answered") {
    program->events.on_line(R"({"session":"nobody","say":"?","next":true})");
    program->events.on_line(R"({"session":")" + of_oskar + R"(","say":"to oskar","next":true})");
    desk.settle();
    CHECK(oskar.reads() == Lines{"to oskar"});
    CHECK(ana.reads().empty());
    program->events.on_line(R"({"session":")" + of_ana + R"(","say":"to ana","next":true})");
    desk.settle();
    CHECK(ana.reads() == Lines{"to ana"});
  }
  SUBCASE("its end is told to all, and it is not started again at once") {
    program->events.on_end("signal 11");
    desk.settle();
    CHECK(ana.reads().front().starts_with("The program behind the questions has ended."));
    CHECK(oskar.reads().front().starts_with("The program behind the questions has ended."));
    Guest& luzmi = desk.comes();
    luzmi.reads();
    desk.says(luzmi, "x");
    CHECK(luzmi.reads().front().starts_with("The program behind the questions has ended."));
    CHECK(desk.stage->parts.size() == 1);
  }
}

}  // namespace grotto::testing
