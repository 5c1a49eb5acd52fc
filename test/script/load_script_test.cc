#include "script/load_script.h"

#include <doctest/doctest.h>
#include <sysexits.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "facts.h"
#include "marked.h"
#include "script/answer.h"

namespace grotto {
namespace {

using namespace std::string_literals;
using test::faults;
using test::script_of;
using test::Told;

TEST_CASE("Script: the smallest one is a question") {
  const auto script = script_of("[[ask]]\nid = \"name\"\nprompt = \"What is your name?\"\n");
  REQUIRE(script->asks.size() == 1);
  const Ask& ask = script->asks[0];
  CHECK(ask.id == "name");
  CHECK(ask.place == Place{1, 1});
  CHECK(ask.type == AskType::text);
  CHECK(ask.prompt.fill(Told{}) == "What is your name?");
  CHECK(ask.section == kNoSection);
  CHECK(ask.when.is_always());
  CHECK(ask.gotos.empty());
  CHECK(ask.before.is_empty());
  CHECK(ask.after.is_empty());
  CHECK(ask.tries == 0);
  CHECK(ask.seconds == 0);
  CHECK_FALSE(ask.has_otherwise);
  CHECK_FALSE(ask.is_optional);
  CHECK(ask.is_kept);
  CHECK_FALSE(ask.is_run);
  CHECK_FALSE(ask.pattern);
  CHECK(script->title.empty());
  CHECK(script->start.is_empty());
  CHECK_FALSE(script->is_repeated);
  CHECK_FALSE(script->tells_token);
  CHECK(script->name_ask == kScriptEnd);
  CHECK_FALSE(script->run);
  CHECK_FALSE(script->race);
  CHECK_FALSE(script->has_score());
}

constexpr std::string_view kAll = R"toml(
title = "The shop"
start = """
Welcome.
Two questions."""
end = "Bye, {name}."
thanks = "Thanks."
repeat = true
tells-token = true
name = "name"

[[section]]
id = "you"
title = "About you"

[[section]]
id = "order"
title = "Your order, {name}"
when = "answered(name)"

[[ask]]
id = "name"
section = "you"
prompt = "Name?"
pattern = '\p{L}+'
mismatch = "Letters only."
default = "Luzmi"
tries = 3
seconds = 60
otherwise = "end"
say = "Hello."

[[ask]]
id = "size"
section = "order"
type = "choice"
choices = ["small", "large"]
prompt = "Size?"
default = "large"
say = { before = "Now, {name}:", after = "So {size}." }
goto = [{ when = 'size == "small"', to = "count" }, { to = "day" }]

[[ask]]
id = "count"
type = "number"
min = 1
max = 9.5
whole = true
prompt = "How many?"
optional = true
keep = false
goto = "day"

[[ask]]
id = "day"
type = "date"
min = 2026-01-01
max = "2026-12-31"
prompt = "When?"
when = "count > 2"
correct = [2026-05-01, "2026-05-02"]
points = 2.5
right = "Right."
wrong = "Wrong."

[[ask]]
id = "agree"
type = "yes-no"
prompt = "Agreed?"
default = "yes"
correct = true
goto = { when = "agree", to = "end" }

[[ask]]
id = "pin"
type = "hidden"
prompt = "PIN?"

[[ask]]
id = "mail"
type = "email"
prompt = "Mail?"
optional = true

[run]
command = ["shop.py", "--order"]
per = "server"
seconds = 5
for = ["size", "count"]
on-failure = "end"
)toml";

TEST_CASE("Script: every key arrives where it belongs") {
  const auto script = script_of(kAll);
  const Told facts{{"Luzmi"s, "small"s, 3.0}};
  CHECK(script->title == "The shop");
  CHECK(script->start.fill(facts) == "Welcome.\nTwo questions.");
  CHECK(script->end.fill(facts) == "Bye, Luzmi.");
  CHECK(script->thanks.fill(facts) == "Thanks.");
  CHECK(script->is_repeated);
  CHECK(script->tells_token);
  CHECK(script->name_ask == 0);
  CHECK(script->has_score());
  REQUIRE(script->sections.size() == 2);
  CHECK(script->sections[0].id == "you");
  CHECK(script->sections[0].when.is_always());
  CHECK(script->sections[1].title.fill(facts) == "Your order, Luzmi");
  CHECK(script->sections[1].place == Place{16, 1});
  CHECK(script->sections[1].when.holds(facts));

  REQUIRE(script->asks.size() == 7);
  const Ask& name = script->asks[0];
  CHECK(name.section == 0);
  CHECK(name.pattern->matches("Luzmi"));
  CHECK(name.mismatch == "Letters only.");
  CHECK(name.default_value == Value{"Luzmi"s});
  CHECK(name.tries == 3);
  CHECK(name.seconds == 60);
  CHECK(name.has_otherwise);
  CHECK(name.otherwise == kScriptEnd);
  CHECK(name.before.fill(facts) == "Hello.");
  CHECK_FALSE(name.is_run);

  const Ask& size = script->asks[1];
  CHECK(size.choices == std::vector<std::string>{"small", "large"});
  CHECK(size.default_value == Value{"large"s});
  CHECK(size.before.fill(facts) == "Now, Luzmi:");
  CHECK(size.after.fill(facts) == "So small.");
  CHECK(size.is_run);
  REQUIRE(size.gotos.size() == 2);
  CHECK(size.gotos[0].to == 2);
  CHECK(size.gotos[0].when.holds(facts));
  CHECK(size.gotos[1].to == 3);
  CHECK(size.gotos[1].when.is_always());

  const Ask& count = script->asks[2];
  CHECK(count.min == 1.0);
  CHECK(count.max == 9.5);
  CHECK(count.is_whole);
  CHECK(count.is_optional);
  CHECK_FALSE(count.is_kept);

  const Ask& day = script->asks[3];
  CHECK(day.min_date == "2026-01-01");
  CHECK(day.max_date == "2026-12-31");
  CHECK(day.when.holds(facts));
  CHECK(day.points == 2.5);
  CHECK(day.correct == std::vector<Value>{"2026-05-01"s, "2026-05-02"s});
  CHECK(day.right.fill(facts) == "Right.");
  CHECK(day.wrong.fill(facts) == "Wrong.");

  const Ask& agree = script->asks[4];
  CHECK(agree.default_value == Value{true});
  CHECK(agree.correct == std::vector<Value>{true});
  CHECK(agree.points == 1);
  REQUIRE(agree.gotos.size() == 1);
  CHECK(agree.gotos[0].to == kScriptEnd);

  REQUIRE(script->run);
  CHECK(script->run->command == std::vector<std::string>{"shop.py", "--order"});
  CHECK(script->run->is_shared);
  CHECK(script->run->seconds == 5);
  CHECK(script->run->ends_on_failure);
}

TEST_CASE("Script: what is not said has its default") {
  const auto script = script_of(R"toml(
[[ask]]
id = "a"
prompt = "A?"
pattern = "x"
[run]
command = ["x"]
)toml");
  CHECK(script->asks[0].mismatch == "That does not look right.");
  CHECK(script->asks[0].is_run);
  CHECK_FALSE(script->run->is_shared);
  CHECK(script->run->seconds == 10);
  CHECK_FALSE(script->run->ends_on_failure);
  const auto race = script_of(R"toml(
[race]
[[ask]]
id = "a"
prompt = "A?"
correct = "x"
)toml");
  CHECK(race->race->players == 2);
  CHECK(race->race->seconds == 20);
  CHECK(race->race->pause_seconds == 3);
  const auto set = script_of(R"toml(
[race]
players = 0
seconds = 5
pause = 0
[[ask]]
id = "a"
prompt = "A?"
correct = ["x", "y"]
points = -1
)toml");
  CHECK(set->race->players == 0);
  CHECK(set->race->seconds == 5);
  CHECK(set->race->pause_seconds == 0);
  CHECK(set->asks[0].points == -1);
}

TEST_CASE("Script: the types are told by their names") {
  for (const std::string_view type : {"text", "number", "yes-no", "date", "email", "hidden"}) {
    const auto script =
        script_of("[[ask]]\nid = \"a\"\nprompt = \"A?\"\ntype = \"" + std::string(type) + "\"\n");
    CHECK(to_string(script->asks[0].type) == type);
  }
  CHECK(to_string(AskType::choice) == "choice");
}

TEST_CASE("Script: a file is read, or the sentence says why not") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("grotto-script-test-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  const std::string path = folder / "x.toml";
  const auto write = [&path](std::string_view text) {
    std::ofstream(path, std::ios::binary) << text;
  };
  write(kAll);
  const auto loaded = load_script_file(path);
  REQUIRE(loaded);
  CHECK(loaded->script != nullptr);
  write("x");
  CHECK(load_script_file(path)->faults.size() == 1);
  write(std::string(kScriptBytesMax, '\n') + "\n");
  auto refused = load_script_file(path);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().exit_status == EX_NOINPUT);
  CHECK(refused.error().sentence == path + ": expected at most 1048576 bytes.");
  write(std::string(kScriptBytesMax, '\n'));
  CHECK(load_script_file(path).has_value());
  refused = load_script_file(folder);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().sentence == folder.string() + ": expected a plain file.");
  std::filesystem::remove_all(folder);
  refused = load_script_file(path);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().exit_status == EX_NOINPUT);
  CHECK(refused.error().sentence == path + ": No such file or directory.");
}

TEST_CASE("Script: a fault is told with its file, line and column") {
  CHECK(to_string(ScriptFault{{12, 8}, "There is no question."}, "a\nb.toml") ==
        "a\\u{a}b.toml:12:8: There is no question.");
}

TEST_CASE("Script: what is no TOML is one fault, where it is") {
  faults("id = §",
         {"This is not TOML: Error while parsing key-value pair: encountered end-of-file."});
  faults("[[ask]]\nid = \"a\"\nid = §\"b\"\n",
         {"This is not TOML: Error while parsing key-value pair: cannot redefine existing string "
          "'id'."});
  const LoadedScript bad = load_script("x = \"\xFF\"");
  REQUIRE(bad.faults.size() == 1);
  CHECK(bad.faults[0].place.line == 1);
  const LoadedScript nul = load_script("x = \""s + '\0' + "\"");
  CHECK(nul.faults.size() == 1);
}

TEST_CASE("Script: a text that is nested without an end costs no stack") {
  faults("x = [[[[[[[[§[", {"This is nested deeper than anything in a script."});
  std::string dotted = "a";
  for (int i = 0; i != 8; ++i) dotted += ".a";
  faults(dotted + "§.a = 1", {"This is nested deeper than anything in a script."});
  faults("[" + dotted + "§.\"a\"]", {"This is nested deeper than anything in a script."});
  for (const std::string piece : {"a.", "[", "{", "[a.", "x=[\n{a.", "\"'\".", "'\"'."}) {
    std::string text;
    while (text.size() < 100'000) text += piece;
    CHECK(load_script(text).faults.size() == 1);
  }
  // Not nested: dots and brackets of texts and comments.
  script_of(R"toml(
# ......................... [[[[[[[[[[[[[[[[[[[[[[
[[ask]]
id = "a"
prompt = "a.b.c.d.e.f.g.h.i.j.k \" [[[[[[[[[["
say.before = '[[[[[[[[[[[[['
say.after = """a.b.c.d.e.f.g.h.i.j.k "" \""" [[[[[[[[[["""
wrong = ''''[[[[[[[[[[[[[[[[[[''''
correct = '''
{{{{{{{{{{{{{{'''
)toml");
}

TEST_CASE("Script: a text that does not end is no TOML, whatever it is") {
  for (const std::string text :
       {"x = \"", "x = \"a\\", "x = '", "x = \"\"\"a\"\"", "x = '''", "x = \"a\ny"}) {
    INFO(text);
    const LoadedScript loaded = load_script(text);
    REQUIRE(loaded.faults.size() == 1);
    CHECK(loaded.faults[0].sentence.starts_with("This is not TOML: "));
  }
}

TEST_CASE("Script: an empty one, and one that is too large") {
  faults("§", {"A script needs a question at least: [[ask]]."});
  faults("§ask = []", {"A script needs a question at least: [[ask]]."});
  const LoadedScript large = load_script(std::string(kScriptBytesMax + 1, '\n'));
  REQUIRE(large.faults.size() == 1);
  CHECK(large.faults[0].sentence == "A script has at most 1048576 bytes.");
}

TEST_CASE("Script: it has as many questions as its bound, and no more") {
  std::string text;
  for (std::size_t i = 0; i != kAsksMax; ++i) {
    text += "[[ask]]\nid = \"a" + std::to_string(i) + "\"\nprompt = \"?\"\n";
  }
  CHECK(script_of(text)->asks.size() == kAsksMax);
  faults(text + "§[[ask]]\nid = \"x\"\nprompt = \"?\"\n", {"A script has at most 1000 questions."});
}

TEST_CASE("Script: of many faults the first 100 are told, in the order of their places") {
  std::string text;
  for (int i = 0; i != 150; ++i) text += "[[ask]]\n";
  const LoadedScript loaded = load_script(text);
  REQUIRE(loaded.faults.size() == 100);
  CHECK(loaded.script == nullptr);
  for (unsigned i = 0; i != 100; ++i) CHECK(loaded.faults[i].place == Place{i / 2 + 1, 1});
}

}  // namespace
}  // namespace grotto
