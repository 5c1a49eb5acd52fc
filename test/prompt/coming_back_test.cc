// Going on with a visit after a dropped connection, beside a live one, and after a restart.
#include "desk.h"

namespace grotto::testing {
namespace {

constexpr std::string_view kThree = R"(
[[ask]]
id = "a"
prompt = "A?"
[[ask]]
id = "b"
prompt = "B, {a}?"
[[ask]]
id = "c"
prompt = "C?"
)";

std::string token_of(Desk& desk, Guest& guest) {
  desk.says(guest, "/resume");
  return token_in(guest.reads());
}

}  // namespace

TEST_CASE("Prompt: a dropped connection goes on at the next question") {
  Desk desk(kThree, {.workers = 2});
  Guest& ana = desk.comes();
  const std::string token = token_of(desk, ana);
  desk.says(ana, "one");
  desk.leaves(ana);
  CHECK(desk.disk->kept.back().event == AnswerEvent::unfinished);
  Guest& again = desk.comes({}, 1);
  again.reads();
  desk.says(again, "/resume " + token);
  CHECK(again.reads() == Lines{"Welcome back! 1 question is answered.", "B, one?"});
  desk.says(again, "two");
  desk.says(again, "three");
  CHECK(again.reason() == CloseReason::service_ended);
  CHECK(desk.disk->kept.back().event == AnswerEvent::end);
  for (const AnswerRecord& each : desk.disk->kept) {
    CHECK(each.session == desk.disk->kept.front().session);
  }
  SUBCASE("and is over then") {
    Guest& third = desk.comes();
    third.reads();
    desk.says(third, "/resume " + token);
    CHECK(third.reads().front().ends_with("[no-such-token]"));
  }
}

TEST_CASE("Prompt: a connection that is still there ends when another goes on") {
  Desk desk(kThree, {.workers = 2});
  Guest& ana = desk.comes();
  desk.says(ana, "one");
  const std::string token = token_of(desk, ana);
  Guest& again = desk.comes({}, 1);
  again.reads();
  desk.says(again, "/resume " + token);
  CHECK(again.reads() == Lines{"Welcome back! 1 question is answered.", "B, one?"});
  CHECK(ana.reads() == Lines{"You went on from another connection. Goodbye! [replaced]"});
  CHECK(ana.reason() == CloseReason::replaced);
  desk.leaves(ana);
  desk.says(again, "two");
  CHECK(again.reads() == Lines{"C?"});
}

TEST_CASE("Prompt: what was being kept when another connection goes on comes first") {
  Desk desk(kThree);
  Guest& ana = desk.comes();
  desk.says(ana, "one");
  const std::string token = token_of(desk, ana);
  desk.disk->is_quick = false;
  desk.says(ana, "two");
  Guest& again = desk.comes();
  again.reads();
  desk.says(again, "/resume " + token);
  CHECK(again.reads().empty());
  desk.disk->write();
  desk.settle();
  CHECK(again.reads() == Lines{"Welcome back! 2 questions are answered.", "C?"});
}

TEST_CASE("Prompt: who drops out while the end is being kept has ended, once") {
  Desk desk(kThree);
  Guest& ana = desk.comes();
  const std::string token = token_of(desk, ana);
  for (const auto* line : {"one", "two"}) desk.says(ana, line);
  desk.disk->is_quick = false;
  desk.says(ana, "three");
  desk.disk->write();  // the answer; the end waits
  desk.settle();
  desk.leaves(ana);
  desk.disk->is_quick = true;
  desk.disk->write();
  CHECK(desk.disk->kept.back().event == AnswerEvent::end);
  Guest& again = desk.comes();
  again.reads();
  desk.says(again, "/resume " + token);
  CHECK(again.reads().front().ends_with("[no-such-token]"));
}

TEST_CASE("Prompt: tokens that do not go on") {
  Desk desk(kThree);
  Guest& ana = desk.comes();
  ana.reads();
  desk.says(ana, "/resume nonsense");
  CHECK(ana.reads() ==
        Lines{"Nobody can go on by that token: it is not one, or all is answered already. "
              "[no-such-token]"});
  desk.says(ana, "one");
  ana.reads();
  desk.says(ana, "/resume nonsense");
  CHECK(ana.reads().front().ends_with("[has-begun]"));
}

TEST_CASE("Prompt: after a restart it goes on where the last answer that was kept is") {
  auto disk = std::make_shared<Disk>();
  std::string token;
  {
    Desk desk(kThree, {.disk = disk});
    Guest& ana = desk.comes();
    desk.says(ana, "one");
    desk.says(ana, "wrong");
    desk.says(ana, "/back");
    token = token_of(desk, ana);
    Guest& oskar = desk.comes();  // has ended
    for (const auto* line : {"x", "y", "z"}) desk.says(oskar, line);
  }
  SUBCASE("as after a kill") {
    // Nobody had the time to write that they left.
    std::erase_if(disk->kept,
                  [](const AnswerRecord& each) { return each.event == AnswerEvent::unfinished; });
  }
  Desk desk(kThree, {.disk = disk});
  Guest& ana = desk.comes();
  ana.reads();
  desk.says(ana, "/resume " + token);
  CHECK(ana.reads() == Lines{"Welcome back! 2 questions are answered.", "C?"});
  desk.says(ana, "/back");
  CHECK(ana.reads() == Lines{"B, one?"});
}

TEST_CASE("Prompt: rounds go on after a restart") {
  constexpr std::string_view kRounds =
      "repeat = true\n[[ask]]\nid = \"a\"\nprompt = \"A?\"\n[[ask]]\nid = \"b\"\nprompt = \"B?\"\n";
  auto disk = std::make_shared<Disk>();
  std::string token;
  {
    Desk desk(kRounds, {.disk = disk});
    Guest& ana = desk.comes();
    for (const auto* line : {"one", "two", "three"}) desk.says(ana, line);
    token = token_of(desk, ana);
  }
  Desk desk(kRounds, {.disk = disk});
  Guest& ana = desk.comes();
  ana.reads();
  desk.says(ana, "/resume " + token);
  CHECK(ana.reads() == Lines{"Welcome back! 1 question is answered.", "B?"});
  desk.says(ana, "four");
  CHECK(ana.reads() == Lines{"-- round 3 --", "A?"});
}

}  // namespace grotto::testing
