// The race: the same question for all, and the fastest right answer wins.
#include "desk.h"

namespace grotto::testing {
namespace {

constexpr std::string_view kRace = R"(
name = "who"
end = "Bye."
[race]
players = 2
seconds = 10
pause = 3
[[ask]]
id = "who"
prompt = "Who?"
[[ask]]
id = "one"
type = "number"
prompt = "1 + 1?"
correct = 2
[[ask]]
id = "two"
prompt = "Capital of Italy?"
correct = "Rome"
points = 5
)";

}  // namespace

TEST_CASE("Race: it begins when enough are there, and the first right answer wins") {
  Desk desk(kRace, {.workers = 2});
  Guest& ana = desk.comes();
  ana.reads();
  desk.says(ana, "ana");
  CHECK(ana.reads() == Lines{"ana is in: 1 of 2 players are here."});
  desk.says(ana, "hello?");
  CHECK(ana.reads() == Lines{"Wait for the next question. [no-question]"});
  Guest& oskar = desk.comes({}, 1);
  oskar.reads();
  desk.says(oskar, "oskar");
  CHECK(oskar.reads() == Lines{"oskar is in. The race begins!", "1 + 1? (a number)"});
  CHECK(ana.reads() == Lines{"oskar is in. The race begins!", "1 + 1? (a number)"});
  desk.says(ana, "two");
  CHECK(ana.reads().front().ends_with("[not-a-number]"));
  desk.pass_ms(1'500);
  desk.says(oskar, "2");
  CHECK(oskar.reads() ==
        Lines{"Right, and first!", "oskar was first: 2 (1.5 s).", "Points: oskar 1, ana 0"});
  CHECK(ana.reads() == Lines{"oskar was first: 2 (1.5 s).", "Points: oskar 1, ana 0"});
  desk.pass_ms(3'000);
  CHECK(ana.reads() == Lines{"Capital of Italy?"});
  desk.says(oskar, "Paris");
  CHECK(oskar.reads() == Lines{"Capital of Italy?", "Wrong."});
  desk.says(ana, "rome");
  CHECK(ana.reads() ==
        Lines{"Right, and first!", "ana was first: rome (0.0 s).", "Points: ana 5, oskar 1"});
  oskar.reads();
  desk.pass_ms(3'000);
  CHECK(oskar.reads() ==
        Lines{"The race is over.", "Points: ana 5, oskar 1", "Bye.", "You have 1 point."});
  CHECK(oskar.reason() == CloseReason::service_ended);
  CHECK(ana.reason() == CloseReason::service_ended);
}

TEST_CASE("Race: nobody knows, and the time is up") {
  Desk desk(kRace);
  Guest& ana = desk.comes();
  Guest& oskar = desk.comes();
  desk.says(ana, "ana");
  desk.says(oskar, "ana");  // who is called alike is told apart
  ana.reads();
  oskar.reads();
  SUBCASE("all are wrong") {
    desk.says(ana, "1");
    desk.says(oskar, "3");
    CHECK(oskar.reads() ==
          Lines{"Wrong.", "Nobody had it. Right is: 2", "Points: ana 0, ana (2) 0"});
  }
  SUBCASE("the time is up") {
    desk.pass_ms(10'000);
    CHECK(ana.reads() == Lines{"Nobody had it. Right is: 2", "Points: ana 0, ana (2) 0"});
    CHECK(desk.disk->kept.back().how == AnswerHow::timed_out);
  }
  SUBCASE("the others leave") {
    desk.says(ana, "1");
    ana.reads();
    desk.leaves(oskar);
    CHECK(ana.reads() ==
          Lines{"ana (2) has left the race.", "Nobody had it. Right is: 2", "Points: ana 0"});
  }
  desk.pass_ms(3'000);
  CHECK(ana.reads().back() == "Capital of Italy?");
}

TEST_CASE("Race: the next question waits until every answer is safe") {
  Desk desk(kRace);
  Guest& ana = desk.comes();
  Guest& oskar = desk.comes();
  desk.says(ana, "ana");
  desk.says(oskar, "oskar");
  desk.disk->is_quick = false;
  desk.says(ana, "2");
  ana.reads();
  desk.pass_ms(3'000);
  desk.pass_ms(3'000);
  for (const std::string& line : ana.reads()) CHECK(line != "Capital of Italy?");
  desk.disk->is_quick = true;
  desk.disk->write();
  desk.settle();
  CHECK(ana.reads().back() == "Capital of Italy?");
}

TEST_CASE("Race: the host begins it, and closes a question") {
  Desk desk("[race]\nplayers = 0\n[[ask]]\nid = \"one\"\nprompt = \"1 + 1?\"\ncorrect = \"2\"\n",
            {.host_key = "open sesame"});
  Guest& host = desk.comes();
  desk.says(host, "/host open sesame");
  host.reads();
  desk.says(host, "/start");
  CHECK(host.reads() == Lines{"Nobody is in the race yet."});
  Guest& ana = desk.comes();
  CHECK(ana.reads().back().ends_with("is in. The host begins the race."));
  desk.says(host, "/start");
  CHECK(host.reads() == Lines{"The race has begun."});
  CHECK(ana.reads() == Lines{"The race begins!", "1 + 1?"});
  desk.says(host, "/next");
  CHECK(ana.reads().front() == "Nobody had it. Right is: 2");
  Guest& late = desk.comes();
  CHECK(late.reads().back() == "The race is on: you are in from the next question.");
}

}  // namespace grotto::testing
