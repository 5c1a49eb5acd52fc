#include "daemon/bot_options.h"

#include <doctest/doctest.h>

namespace grotto {
namespace {

/// The bots of these texts; none if they are refused.
std::vector<BotChoice> bots(const Texts& texts) {
  Settings settings;
  CHECK_FALSE(set_bots(settings, texts).has_value());
  CHECK(bot_texts(settings) == texts);
  return settings.bots;
}

std::string refusal(const Texts& texts) {
  Settings settings;
  return set_bots(settings, texts).value_or("");
}

std::string fault(const Texts& texts, NamingChoice names = NamingChoice::ask,
                  const std::string& service = "chat") {
  Settings settings;
  settings.names = names;
  settings.service = service;
  CHECK_FALSE(set_bots(settings, texts).has_value());
  return fault_of_bots(settings).value_or("");
}

bool has(const std::string& text, const std::string& part) {
  CAPTURE(text);
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("Bot options: a name, a room if there is one, and the rest is the command") {
  const auto two = bots({"ana=echo a=b: c", "oskar:cave=cat"});
  REQUIRE(two.size() == 2);
  CHECK(two[0].name == "ana");
  CHECK(two[0].room.empty());
  CHECK(two[0].command == "echo a=b: c");
  CHECK(two[1].name == "oskar");
  CHECK(two[1].room == "cave");
  CHECK(two[1].command == "cat");
}

TEST_CASE("Bot options: a # before the room is dropped") {
  Settings settings;
  CHECK_FALSE(set_bots(settings, {"ana:#cave=cat"}).has_value());
  CHECK(settings.bots.at(0).room == "cave");
}

TEST_CASE("Bot options: what is wrong is said") {
  CHECK(has(refusal({"ana"}), "NAME=COMMAND or NAME:ROOM=COMMAND"));
  CHECK(has(refusal({"ana="}), "a command behind the ="));
  CHECK(has(refusal({"ana= \t"}), "a command behind the ="));
  CHECK(has(refusal({"ana=" + std::string(4'097, 'x')}), "4096 bytes"));
  CHECK(refusal({"ana=" + std::string(4'096, 'x')}).empty());
  CHECK(has(refusal({"ana=cat\n"}), "one line"));
  CHECK(has(refusal({"=cat"}), "at least one character"));
  CHECK(has(refusal({"a b=cat"}), "one word"));
  CHECK(has(refusal({"ana:=cat"}), "at least one character"));
  CHECK(has(refusal({"ana:a b=cat"}), "one word"));
  CHECK(has(refusal({"ana:cave:more=cat"}), "colon"));
  CHECK(has(refusal(Texts(33, "ana=cat")), "at most 32"));
  CHECK(refusal(Texts(32, "ana=cat")).empty());
}

TEST_CASE("Bot options: what only the whole shows is said too") {
  CHECK(fault({}, NamingChoice::none, "echo").empty());
  CHECK(fault({"ana=cat", "oskar=cat"}).empty());
  CHECK(has(fault({"ana=cat", "Ana=cat"}), "Two bots are called ana and Ana"));
  CHECK(has(fault({"exit=cat"}), "That word is for leaving"));
  CHECK(has(fault({"ana=cat"}, NamingChoice::none), "--names ask only"));
  CHECK(has(fault({"ana=cat"}, NamingChoice::address), "--names ask only"));
  CHECK(has(fault({"ana=cat"}, NamingChoice::ask, "echo"), "chat service only"));
}

}  // namespace grotto
