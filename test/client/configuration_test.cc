#include "client/settings/configuration.h"

#include <doctest/doctest.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "client/settings/config_file.h"
#include "client/settings/setting.h"
#include "client/settings/target.h"

using namespace grotto;          // NOLINT: a test of one layer
using namespace grotto::client;  // NOLINT

namespace {

using Variables = std::map<std::string, std::string>;

Environment environment_of(Variables variables) {
  return [variables = std::move(variables)](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

Result<Configuration> configured(std::vector<const char*> words, Variables variables = {},
                                 const std::string& file = "") {
  words.insert(words.begin(), "grotto");
  return configure(static_cast<int>(words.size()), words.data(),
                   environment_of(std::move(variables)), file);
}

/// A file that is removed with it.
struct File {
  explicit File(const std::string& text) : path("/tmp/grotto-client-XXXXXX") {
    const int fd = ::mkstemp(path.data());
    REQUIRE(fd >= 0);
    ::close(fd);
    std::ofstream(path) << text;
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() { std::remove(path.c_str()); }
  std::string path;
};

}  // namespace

TEST_CASE("Target: a server as people type it") {
  CHECK(Target::parse("localhost")->address == "localhost:5001");
  CHECK(Target::parse("chat.example.org:6000")->address == "chat.example.org:6000");
  CHECK(Target::parse("[::1]:6000")->address == "[::1]:6000");
  CHECK(Target::parse("[::1]")->address == "[::1]:5001");
  CHECK(Target::parse("::1")->address == "[::1]:5001");
  CHECK(Target::parse("unix:/tmp/socket")->address == "unix:/tmp/socket");
  CHECK_FALSE(Target::parse("localhost")->is_tls);
  CHECK(Target::parse("tls:chat.example.org")->address == "chat.example.org:5001");
  CHECK(Target::parse("tls:chat.example.org:6000")->host == "chat.example.org");
  CHECK(Target::parse("tls:chat.example.org")->is_tls);
  CHECK(Target::parse("tls:::1")->host == "::1");
  CHECK(Target::parse("tls:[::1]:6000")->host == "::1");
  for (const char* const wrong :
       {"", ":1", "a:", "a:0", "a:65536", "a:b", "unix:", "[::1", "[]:1", "[::1]x", "a b",
        "tls:", "tls:unix:/a", "tls:tls:a", "tls:a:0", "a/b"}) {
    CAPTURE(wrong);
    CHECK_FALSE(Target::parse(wrong).has_value());
  }
}

TEST_CASE("Configuration: flag before environment before file before default") {
  const File file(
      "name = \"file\"\nroom = \"file\"\ntimeout = 3\nreconnect = false\njson = true\n");
  const auto made =
      configured({"--name", "flag"},
                 {{"GROTTO_CLIENT_NAME", "variable"}, {"GROTTO_CLIENT_ROOM", "cave"}}, file.path);
  REQUIRE(made.has_value());
  CHECK(made->options.name == "flag");
  CHECK(made->options.room == "cave");
  CHECK(made->options.timeout_ms == 3'000);
  CHECK(made->options.reconnect->tries == 0);
  CHECK(made->options.is_json);
  CHECK(made->options.server == "127.0.0.1:5001");
}

TEST_CASE("Configuration: faults are one sentence with a place and a status") {
  const auto fault = [](const Result<Configuration>& made) {
    REQUIRE_FALSE(made.has_value());
    return made.error();
  };
  CHECK(fault(configured({"--timeout", "never"})).exit_status == 64);
  CHECK(fault(configured({"--nosuch"})).exit_status == 64);
  CHECK(fault(configured({"a:1", "b:1"})).exit_status == 64);
  CHECK(fault(configured({"--name", "a", "--name", "b"})).sentence ==
        "--name is given 2 times; once is enough.");
  CHECK(fault(configured({"tls:a:x"})).sentence.find("or tls: before one of the first three") !=
        std::string::npos);
  CHECK(fault(configured({"--raw", "--json"})).exit_status == 64);
  CHECK(fault(configured({"--name", "a\nb"})).exit_status == 64);
  CHECK(fault(configured({}, {{"GROTTO_CLIENT_COLOR", "blue"}})).exit_status == 78);
  const File file("name = \"ana\"\ncolor = \"blue\"\n");
  const Error error = fault(configured({}, {}, file.path));
  CHECK(error.exit_status == 78);
  CHECK(error.sentence == file.path + ":2: color: expected auto, always or never, not \"blue\".");
  CHECK(fault(configured({"--config", "/no/such/file"})).exit_status == 78);
  CHECK(configured({}, {}, "/no/such/default").has_value());
}

TEST_CASE("Configuration: what is no TOML, no key, or of another type is told with its line") {
  Options options;
  const auto sentence = [&](const char* text) {
    const auto done = read_config_text(text, "f.toml", options);
    REQUIRE_FALSE(done.has_value());
    return done.error().sentence;
  };
  CHECK(sentence("\nname = \n").starts_with("f.toml:2: not TOML: "));
  CHECK(sentence("nam = \"a\"").starts_with("f.toml:1: nam is no key"));
  CHECK(sentence("name = 3") == "f.toml:1: name has a value of another type.");
  CHECK(read_config_text("reconnect = 5\ntimeout = 0.5\nraw = false", "f.toml", options));
  CHECK(options.reconnect->tries == 5);
  CHECK(options.timeout_ms == 500);
  CHECK(read_config_text("tls_ca = \"ca.pem\"\ntls_insecure = true", "f.toml", options));
  CHECK(options.tls_ca == "ca.pem");
  CHECK(options.is_insecure);
}

TEST_CASE("Configuration: every option but the server stands in --help, in at most 100 columns") {
  const std::string help = help_text();
  for (const Setting& setting : all_settings()) {
    if (setting.key == "server") continue;
    CAPTURE(setting.key);
    CHECK(help.find(setting.flag()) != std::string::npos);
  }
  CHECK(help.find("tls:HOST:PORT") != std::string::npos);
  std::size_t at = 0;
  while (at < help.size()) {
    const std::size_t end = help.find('\n', at);
    CHECK(end - at <= 100);
    at = end + 1;
  }
}

TEST_CASE("Configuration: what the file says of a grotto server does not hold with --raw") {
  const File file("name = \"ana\"\njson = true\n");
  const auto made = configured({"--raw", "a:25"}, {}, file.path);
  REQUIRE(made.has_value());
  CHECK(made->options.name.empty());
  CHECK_FALSE(made->options.is_json);
}
