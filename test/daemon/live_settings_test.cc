#include "daemon/live_settings.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using grotto::Changes;
using grotto::compare_settings;
using grotto::Option;
using grotto::ProgramKind;
using grotto::Settings;

namespace {

const ProgramKind kProgram{.name = "grottod",
                           .services = {"chat", "echo", "prompt"},
                           .has_chat = true,
                           .has_echo = true,
                           .has_store = true,
                           .has_prompt = true};

/// Some value that the option has not got, if it takes one of these.
bool set_other(const Option& option, Settings& settings) {
  const std::string before = option.show(settings);
  for (const char* text : {"3",
                           "7",
                           "2s",
                           "3s",
                           "40000",
                           "70000",
                           "json",
                           "debug",
                           "only",
                           "true",
                           "drop",
                           "none",
                           "10.9.0.0/16",
                           "/other",
                           "plain,web",
                           "127.0.0.1:7001",
                           "echo",
                           "host",
                           "/etc/hostname",
                           "a.jsonl",
                           "a=b"}) {
    Settings other = settings;
    if (option.set(other, {text}) || option.show(other) == before) continue;
    settings = other;
    return true;
  }
  return false;
}

}  // namespace

TEST_CASE("live settings: each is an option, and comes over with its value") {
  const auto table = grotto::option_table(kProgram);
  for (const std::string_view flag : grotto::live_flags()) {
    CAPTURE(flag);
    const auto row = std::find_if(table.begin(), table.end(),
                                  [flag](const Option& option) { return option.flag == flag; });
    REQUIRE(row != table.end());
    const Settings running;
    Settings wanted;
    if (flag == "server-password-file" || flag == "api-token-file" || flag == "motd") continue;
    REQUIRE(set_other(*row, wanted));
    CHECK(row->show(grotto::with_live(running, wanted)) == row->show(wanted));
    const Changes changes = compare_settings(kProgram, running, wanted);
    REQUIRE(changes.now.size() == 1);
    CHECK(changes.now[0].from == row->show(running));
    CHECK(changes.now[0].to == row->show(wanted));
    CHECK(changes.restarts.empty());
  }
}

TEST_CASE("live settings: every other option stays, and is named as one that needs a restart") {
  std::size_t tried = 0;
  for (const Option& option : grotto::option_table(kProgram)) {
    if (!option.show || grotto::is_live(option.flag)) continue;
    CAPTURE(option.flag);
    const Settings running;
    Settings wanted;
    if (!set_other(option, wanted)) continue;
    ++tried;
    CHECK(option.show(grotto::with_live(running, wanted)) == option.show(running));
    const Changes changes = compare_settings(kProgram, running, wanted);
    CHECK(changes.now.empty());
    CHECK(changes.restarts == std::vector<std::string>{option.key()});
  }
  CHECK(tried > 30);
}

TEST_CASE("live settings: what a file holds counts, and a secret is in no text") {
  Settings running;
  running.server_password_file = running.motd_file = running.host_key_file = "/etc/a";
  running.server_password = running.motd = running.host_key = "old secret";
  Settings wanted = running;
  wanted.server_password = wanted.motd = wanted.host_key = "new secret";
  const Changes changes = compare_settings(kProgram, running, wanted);
  REQUIRE(changes.now.size() == 2);
  for (const Changes::Change& each : changes.now) CHECK((each.from + each.to).empty());
  CHECK(changes.restarts == std::vector<std::string>{"host_key_file"});
  const Settings settings = grotto::with_live(running, wanted);
  CHECK(settings.server_password == "new secret");
  CHECK(settings.motd == "new secret");
  CHECK(settings.host_key == "old secret");
}

TEST_CASE("live settings: listeners of the file are one thing that needs a restart") {
  const Settings running;
  Settings wanted;
  wanted.listeners.push_back({"echo", "127.0.0.1:7001", {}, false});
  CHECK(compare_settings(kProgram, running, wanted).restarts ==
        std::vector<std::string>{"listener"});
  CHECK(compare_settings(kProgram, wanted, wanted).restarts.empty());
}
