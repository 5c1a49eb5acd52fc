#include "daemon/config.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>

#include "daemon/help.h"
#include "line/text.h"

namespace grotto {

namespace {

const ProgramKind kProgram{.name = "grottod",
                           .services = {"chat", "echo"},
                           .has_chat = true,
                           .has_echo = true,
                           .has_store = true};

/// A call with its environment and its file.
struct Call {
  std::vector<std::string> words;
  std::map<std::string, std::string> variables;
  std::string file;

  Result<Config> load() {
    std::string path;
    if (!file.empty()) {
      path = "config_test_" + std::to_string(::getpid()) + ".toml";
      std::ofstream(path) << file;
      words.push_back("--config");
      words.push_back(path);
    }
    std::vector<const char*> argv = {"grottod"};
    for (const std::string& word : words) argv.push_back(word.c_str());
    auto config = load_config(kProgram, static_cast<int>(argv.size()), argv.data(),
                              [&](const std::string& name) -> std::optional<std::string> {
                                const auto found = variables.find(name);
                                if (found == variables.end()) return std::nullopt;
                                return found->second;
                              });
    if (!path.empty()) std::remove(path.c_str());
    return config;
  }
};

void refuses(Call call, int status, std::initializer_list<const char*> named) {
  const auto config = call.load();
  REQUIRE_FALSE(config.has_value());
  CHECK(config.error().exit_status == status);
  for (const char* each : named) {
    CAPTURE(config.error().sentence);
    CHECK(config.error().sentence.find(each) != std::string::npos);
  }
}

}  // namespace

TEST_CASE(
    "Config: a flag goes before a variable, a variable before the file, the file before the "
    "default") {
  CHECK(Call{}.load()->settings.history == 20);
  CHECK(Call{.words = {}, .variables = {}, .file = "history = 1\n"}.load()->settings.history == 1);
  CHECK(Call{.words = {}, .variables = {{"GROTTO_HISTORY", "2"}}, .file = "history = 1\n"}
            .load()
            ->settings.history == 2);
  CHECK(Call{.words = {"--history", "3"},
             .variables = {{"GROTTO_HISTORY", "2"}},
             .file = "history = 1\n"}
            .load()
            ->settings.history == 3);
}

TEST_CASE("Config: the service is the first word, and chat without one") {
  CHECK(Call{}.load()->settings.service == "chat");
  CHECK(Call{.words = {"echo"}, .variables = {}, .file = ""}.load()->settings.service == "echo");
  refuses({.words = {"ecoh"}, .variables = {}, .file = ""}, 64, {"ecoh"});
}

TEST_CASE("Config: lists repeat on the command line and have commas in the environment") {
  const auto flags =
      Call{.words = {"--quit-word", "bye", "--quit-word", "agur"}, .variables = {}, .file = ""}
          .load();
  CHECK(flags->settings.quit_words == std::vector<std::string>{"bye", "agur"});
  const auto variable =
      Call{.words = {}, .variables = {{"GROTTO_QUIT_WORD", "bye,agur"}}, .file = ""}.load();
  CHECK(variable->settings.quit_words == std::vector<std::string>{"bye", "agur"});
}

TEST_CASE("Config: -p changes only the port") {
  const auto config = Call{.words = {"-p", "7000"}, .variables = {}, .file = ""}.load();
  CHECK(all_listeners(config->settings).front().endpoint == "127.0.0.1:7000");
}

TEST_CASE("Config: listeners of the file have services of their own") {
  const auto config =
      Call{.words = {},
           .variables = {},
           .file = "[[listener]]\nlisten = \"127.0.0.1:7001\"\nservice = \"echo\"\n"}
          .load();
  REQUIRE(config.has_value());
  CHECK(all_listeners(config->settings).back().service == "echo");
}

TEST_CASE("Config: a bad value is a sentence with its place and what was expected") {
  refuses({.words = {"--history", "many"}, .variables = {}, .file = ""}, 64, {"history", "many"});
  refuses({.words = {"--no-such"}, .variables = {}, .file = ""}, 64, {"--no-such"});
  refuses({.words = {}, .variables = {{"GROTTO_HISTORY", "-1"}}, .file = ""}, 78,
          {"GROTTO_HISTORY"});
  refuses({.words = {}, .variables = {}, .file = "# one\nhistory = \"many\"\n"}, 78,
          {".toml", "2", "history"});
  refuses({.words = {}, .variables = {}, .file = "hsitory = 1\n"}, 78, {".toml", "1", "hsitory"});
  refuses({.words = {}, .variables = {}, .file = "history = \n"}, 78, {".toml", "1"});
  refuses({.words = {"--config", "no/such/file.toml"}, .variables = {}, .file = ""}, 78,
          {"no/such/file.toml"});
}

TEST_CASE("Config: what --print-config prints is read back as the same settings") {
  auto config = Call{.words = {"--history", "7", "--names", "none", "--rate", "off"},
                     .variables = {},
                     .file = ""}
                    .load();
  const std::string printed = config_text(kProgram, config->settings);
  CAPTURE(printed);
  auto again = Call{.words = {}, .variables = {}, .file = printed}.load();
  if (!again) FAIL(again.error().sentence);
  CHECK(config_text(kProgram, again->settings) == printed);
}

TEST_CASE("Config: a listener's path is printed as TOML has it, whatever is in it") {
  const auto config = Call{.words = {},
                           .variables = {},
                           .file = "[[listener]]\nlisten = 'unix:/tmp/\"a\\b'\ndoors = 'plain'\n"}
                          .load();
  REQUIRE(config.has_value());
  const std::string printed = config_text(kProgram, config->settings);
  const auto again = Call{.words = {}, .variables = {}, .file = printed}.load();
  if (!again) FAIL(again.error().sentence);
  CHECK(again->settings.listeners.front().endpoint == "unix:/tmp/\"a\\b");
}

TEST_CASE("Config: a long value is cut between two characters where it is shown") {
  std::string value = "[[\"";
  while (value.size() < 100) value += "\xC3\xB1";
  const auto config =
      Call{.words = {}, .variables = {}, .file = "quit_word = " + value + "\"]]\n"}.load();
  REQUIRE_FALSE(config.has_value());
  CHECK(is_clean(config.error().sentence));
  CHECK(config.error().sentence.find("...") != std::string::npos);
}

TEST_CASE("Config: the admin listener is an endpoint, or a port of this machine") {
  CHECK(Call{.words = {"--admin", "9100"}, .variables = {}, .file = ""}.load()->settings.admin ==
        "127.0.0.1:9100");
  CHECK(Call{.words = {}, .variables = {}, .file = "admin = \"[::1]:9100\"\n"}
            .load()
            ->settings.admin == "[::1]:9100");
  CHECK(Call{.words = {"--admin", "unix:/run/admin"}, .variables = {}, .file = ""}
            .load()
            ->settings.admin == "unix:/run/admin");
  for (const char* bad :
       {"65536", "localhost", ":9100", "127.0.0.1:99999", "::1:9100", "unix:", "-1"}) {
    CAPTURE(bad);
    const std::string word = std::string("--admin=") + bad;
    refuses(
        {.words = {word}, .variables = {}, .file = ""}, 64,
        {"--admin: expected HOST:PORT, [IPV6]:PORT, unix:PATH, or a port of this machine", bad});
  }
  refuses({.words = {"--listen", "127.0.0.1:5001", "--admin", "5001"}, .variables = {}, .file = ""},
          64, {"127.0.0.1:5001 is listed twice to listen on."});
  refuses({.words = {"--metrics-readers", "everybody"}, .variables = {}, .file = ""}, 64,
          {"--metrics-readers: expected networks such as", "everybody"});
}

}  // namespace grotto
