// What is asked, in what order, and what counts as safe.
#include "desk.h"

namespace grotto::testing {
namespace {

constexpr std::string_view kOrder = R"(
title = "Lunch"
start = "Welcome."
end = "{dish} it is."
thanks = "Thank you."

[[section]]
id = "food"
title = "What you eat"

[[ask]]
id = "name"
prompt = "Your name?"

[[ask]]
id = "dish"
section = "food"
type = "choice"
prompt = "What, {name}?"
choices = ["soup", "cake"]
default = "soup"
say = { before = "Nearly done.", after = "Good choice." }

[[ask]]
id = "sugar"
section = "food"
type = "yes-no"
prompt = "With sugar?"
when = 'dish == "cake"'
optional = true
)";

}  // namespace

TEST_CASE("Prompt: a script is asked from its start to its thanks") {
  Desk desk(kOrder);
  Guest& ana = desk.comes();
  CHECK(ana.reads() == Lines{"*** Lunch ***", "Welcome.", "Your name?"});
  desk.says(ana, "ana");
  CHECK(ana.reads() == Lines{"== What you eat ==", "Nearly done.", "What, ana? (1-2) [soup]",
                             "  1  soup", "  2  cake"});
  SUBCASE("on the longer way") {
    desk.says(ana, "2");
    CHECK(ana.reads() == Lines{"Good choice.", "With sugar? (yes/no, optional)"});
    desk.says(ana, "");
    CHECK(ana.reads() == Lines{"cake it is.", "Thank you."});
    REQUIRE(desk.disk->kept.size() == 5);
    CHECK(desk.disk->kept[3].how == AnswerHow::skipped);
    CHECK(desk.disk->kept[3].answer == Value());
  }
  SUBCASE("on the shorter way") {
    desk.says(ana, "");
    CHECK(ana.reads() == Lines{"Good choice.", "soup it is.", "Thank you."});
    REQUIRE(desk.disk->kept.size() == 4);
    CHECK(desk.disk->kept[2].how == AnswerHow::by_default);
    CHECK(desk.disk->kept[2].answer == Value(std::string("soup")));
  }
  CHECK(ana.reason() == CloseReason::service_ended);
  CHECK(desk.disk->kept.front().event == AnswerEvent::start);
  CHECK(desk.disk->kept.back().event == AnswerEvent::end);
}

TEST_CASE("Prompt: nothing more is asked before the last answer is safe") {
  Desk desk(kOrder);
  Guest& ana = desk.comes();
  ana.reads();
  desk.disk->is_quick = false;
  desk.says(ana, "ana");
  CHECK(ana.reads().empty());
  CHECK(desk.offers(ana, "cake") == Taken::wait);
  SUBCASE("it takes a moment") {
    desk.disk->write();
    desk.settle();
    CHECK(ana.was_told_to_go_on);
    CHECK(ana.reads().front() == "== What you eat ==");
  }
  SUBCASE("the disk is full, which is said once, and so is its end") {
    desk.disk->what = "No space left on device";
    desk.pass_ms(1'000);
    const Lines told = ana.reads();
    REQUIRE(told.size() == 1);
    CHECK(told.front().find("cannot be kept at the moment (No space left on device)") !=
          std::string::npos);
    CHECK(told.front().ends_with("[not-kept]"));
    desk.pass_ms(5'000);
    CHECK(ana.reads().empty());
    desk.disk->write();
    desk.settle();
    const Lines after = ana.reads();
    CHECK(after[0] == "It is kept now.");
    CHECK(after[1] == "== What you eat ==");
  }
  SUBCASE("who has ended his input meanwhile is told how to go on when it is safe") {
    desk.ends_input(ana);
    CHECK(ana.reason() == CloseReason::none);
    desk.disk->write();
    desk.settle();
    CHECK(ana.reason() == CloseReason::peer_closed);
    CHECK(ana.reads().front() == "1 question is answered; this is not finished.");
  }
  SUBCASE("who is gone meanwhile has lost nothing") {
    desk.leaves(ana);
    desk.disk->write();
    CHECK(desk.disk->kept.size() == 3);  // start, answer, unfinished
  }
}

TEST_CASE("Prompt: tries and seconds run out") {
  SUBCASE("and there is another way") {
    Desk desk(R"(
[[ask]]
id = "code"
prompt = "Code?"
pattern = "[0-9]+"
mismatch = "Digits, please."
tries = 2
otherwise = "why"
[[ask]]
id = "more"
prompt = "More?"
goto = "end"
[[ask]]
id = "why"
prompt = "Why not?"
)");
    Guest& ana = desk.comes();
    ana.reads();
    desk.says(ana, "x");
    CHECK(ana.reads() == Lines{"Digits, please. [mismatch]"});
    desk.says(ana, "y");
    CHECK(ana.reads() == Lines{"Digits, please. [mismatch]",
                               "That was the last of 2 tries. [tries-out]", "Why not?"});
    CHECK(desk.disk->kept[1].how == AnswerHow::tries_out);
  }
  SUBCASE("and the default stands for an answer") {
    Desk desk(R"(
[[ask]]
id = "size"
type = "number"
prompt = "Size?"
default = 4
seconds = 3
say = { after = "{size}, then." }
)");
    Guest& ana = desk.comes();
    ana.reads();
    desk.pass_ms(2'999);
    CHECK(ana.reads().empty());
    desk.pass_ms(1);
    CHECK(ana.reads() == Lines{"The time is up. [timed-out]", "4, then."});
    CHECK(desk.disk->kept[1].took_ms == 3'000);
    CHECK(desk.disk->kept[1].how == AnswerHow::timed_out);
  }
  SUBCASE("and it does not go on") {
    Desk desk(
        "[[ask]]\nid = \"a\"\nprompt = \"A?\"\nseconds = 1\n[[ask]]\nid = \"b\"\nprompt = "
        "\"B?\"\n");
    Guest& ana = desk.comes();
    ana.reads();
    desk.pass_ms(1'000);
    CHECK(ana.reads().back() == "Without an answer to this question it does not go on. Goodbye!");
    CHECK(ana.is_ending());
  }
}

TEST_CASE("Prompt: commands in place of an answer") {
  Desk desk(kOrder);
  Guest& ana = desk.comes();
  ana.reads();
  SUBCASE("/back goes back, and what is answered then counts") {
    desk.says(ana, "/back");
    CHECK(ana.reads() == Lines{"There is no question before this one. [first-question]"});
    desk.says(ana, "anna");
    ana.reads();
    desk.says(ana, "/back");
    CHECK(ana.reads() == Lines{"Your name?"});
    desk.says(ana, "ana");
    CHECK(ana.reads()[2] == "What, ana? (1-2) [soup]");
    REQUIRE(desk.disk->kept.size() == 3);
    CHECK(desk.disk->kept[1].place == 0);
    CHECK(desk.disk->kept[2].place == 0);
  }
  SUBCASE("/again asks once more") {
    desk.says(ana, "/again");
    CHECK(ana.reads() == Lines{"Your name?"});
  }
  SUBCASE("/skip needs a question that may be skipped") {
    desk.says(ana, "/skip");
    CHECK(ana.reads() == Lines{"This question needs an answer. [not-optional]"});
    desk.says(ana, "ana");
    ana.reads();
    desk.says(ana, "/skip");
    CHECK(ana.reads().back() == "Thank you.");
  }
  SUBCASE("/help lists what there is, and nothing of the host's") {
    desk.says(ana, "/help");
    for (const std::string& line : ana.reads()) {
      CHECK(line.find("/host") == std::string::npos);
      CHECK(line.find("/table") == std::string::npos);
    }
  }
  SUBCASE("/quit and {quit} leave") {
    desk.says(ana, "{quit}");
    CHECK(ana.reads() == Lines{"Goodbye!"});
    CHECK(ana.reason() == CloseReason::quit);
  }
  SUBCASE("what is none is refused, and two slashes make an answer") {
    desk.says(ana, "/bakc");
    CHECK(ana.reads() ==
          Lines{"There is no command /bakc. Did you mean /back? /help lists them; an answer that "
                "begins with a slash is typed with two. [unknown-command]"});
    desk.says(ana, "/host secret");
    CHECK(ana.reads().front().starts_with("There is no command /host."));
    desk.says(ana, "/help me");
    CHECK(ana.reads() == Lines{"/help takes nothing after it. [usage]"});
    desk.says(ana, "//etc");
    CHECK(ana.reads()[2] == "What, /etc? (1-2) [soup]");
  }
  SUBCASE("/score where there are no points") {
    desk.says(ana, "/score");
    CHECK(ana.reads() == Lines{"There are no points here. [no-score]"});
  }
}

TEST_CASE("Prompt: hidden answers") {
  Desk desk(
      "[[ask]]\nid = \"pin\"\ntype = \"hidden\"\nprompt = \"PIN?\"\n[[ask]]\nid = \"b\"\nprompt = "
      "\"B?\"\n");
  Guest& ana = desk.comes();
  CHECK(ana.reads() ==
        Lines{"(Your answer can be seen as you type it; in a telnet client, type /telnet first.)",
              "PIN?"});
  SUBCASE("are hidden from /telnet on, and only they") {
    desk.says(ana, "/telnet");
    CHECK(ana.reads() == Lines{"PIN?"});
    CHECK(ana.is_hidden);
    desk.says(ana, "1234");
    CHECK_FALSE(ana.is_hidden);
    CHECK(ana.reads() == Lines{"B?"});
  }
  SUBCASE("may begin with a slash") {
    desk.says(ana, "/secret");
    CHECK(ana.reads() == Lines{"B?"});
    CHECK(desk.disk->kept[1].answer == Value(std::string("/secret")));
  }
}

TEST_CASE("Prompt: an answer that is not to be kept is not") {
  Desk desk("[[ask]]\nid = \"pin\"\ntype = \"hidden\"\nprompt = \"PIN?\"\nkeep = false\n");
  Guest& ana = desk.comes();
  desk.says(ana, "1234");
  CHECK(desk.disk->kept[1].answer == Value());
  CHECK(desk.disk->kept[1].how == AnswerHow::given);
}

TEST_CASE("Prompt: points") {
  Desk desk(R"(
[[ask]]
id = "a"
type = "number"
prompt = "1 + 1?"
correct = 2
points = 3
right = "Right."
wrong = "No."
[[ask]]
id = "b"
prompt = "B?"
)");
  Guest& ana = desk.comes();
  ana.reads();
  desk.says(ana, "2");
  CHECK(ana.reads() == Lines{"Right.", "B?"});
  desk.says(ana, "/score");
  CHECK(ana.reads() == Lines{"You have 3 points."});
  desk.says(ana, "/back");
  CHECK(ana.reads() == Lines{"The last answer counts already and stays. [counts-already]"});
  CHECK(desk.disk->kept[1].points == 3);
  desk.says(ana, "x");
  CHECK(ana.reads() == Lines{"You have 3 points."});
  CHECK(desk.disk->kept.back().score == 3);

  Guest& oskar = desk.comes();
  oskar.reads();
  desk.says(oskar, "3");
  CHECK(oskar.reads() == Lines{"No.", "B?"});
}

TEST_CASE("Prompt: the next round on the same connection") {
  Desk desk("repeat = true\nthanks = \"Thanks.\"\n[[ask]]\nid = \"a\"\nprompt = \"A?\"\n");
  Guest& ana = desk.comes();
  ana.reads();
  desk.says(ana, "one");
  CHECK(ana.reads() == Lines{"Thanks.", "-- round 2 --", "A?"});
  desk.says(ana, "two");
  CHECK(ana.reads() == Lines{"Thanks.", "-- round 3 --", "A?"});
  CHECK(desk.disk->kept[3].round == 2);
  CHECK(desk.disk->kept[3].place == 0);
}

TEST_CASE("Prompt: each line is an object for who wants JSON from the first byte") {
  Desk desk(kOrder);
  Guest& bot = desk.comes("/format json");
  for (const std::string& line : bot.reads()) CHECK(line.starts_with("{\"type\":\""));
  desk.says(bot, "/format json");
  CHECK(bot.reads().front().find("You read a JSON object per line.") != std::string::npos);
  desk.says(bot, "bot");
  const Lines lines = bot.reads();
  CHECK(lines[2].find(
            R"("type":"question","asks":"dish","kind":"choice","choices":["soup","cake"])") !=
        std::string::npos);
  desk.says(bot, "tea");
  CHECK(bot.reads().front().find(R"("type":"refusal","code":"not-a-choice")") != std::string::npos);
}

TEST_CASE("Prompt: a paste of answers is delayed, not refused") {
  Desk desk(kOrder, {.rate = 5});
  Guest& ana = desk.comes();
  for (int i = 0; i < 20; ++i) desk.says(ana, "/again");
  CHECK(desk.offers(ana, "/again") == Taken::wait);
  desk.pass_ms(250);
  CHECK(ana.was_told_to_go_on);
  CHECK(desk.offers(ana, "/again") == Taken::yes);
}

TEST_CASE("Prompt: the host sees how far everybody is") {
  Desk desk(kOrder, {.host_key = "open sesame"});
  Guest& ana = desk.comes();
  desk.says(ana, "ana");
  Guest& host = desk.comes();
  host.reads();
  desk.says(host, "/table");
  CHECK(host.reads().front().starts_with("There is no command /table."));
  desk.says(host, "/host open sesame");
  Lines lines = host.reads();
  CHECK(lines[1] == "-- 1 person --");
  CHECK(lines[2].ends_with("1 of 3, at dish"));
  desk.says(ana, "soup");
  desk.pass_ms(2'000);
  lines = host.reads();
  CHECK(lines[1].ends_with("2 of 3, done"));
  desk.says(host, "hello");
  CHECK(host.reads() == Lines{"You are the host: /help lists what you can do. [host]"});
  Guest& thief = desk.comes();
  thief.reads();
  for (int i = 0; i < 3; ++i) desk.says(thief, "/host guess");
  CHECK(thief.reason() == CloseReason::refused);
}

TEST_CASE("Prompt: who is stopped is told how to go on") {
  Desk desk(kOrder);
  Guest& ana = desk.comes();
  desk.says(ana, "ana");
  ana.reads();
  desk.is_stopping(ana);
  const Lines lines = ana.reads();
  CHECK(token_in(lines).size() == 22);
  CHECK(lines.back() == "The server is stopping. Goodbye!");
}

}  // namespace grotto::testing
