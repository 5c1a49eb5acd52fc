#include "service/commands.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace grotto {

TEST_CASE("Commands: the word is the command, the rest its arguments, trimmed") {
  std::string_view arguments;
  const Command* const found = find_command("/nick   luzmi  ", arguments);
  REQUIRE(found != nullptr);
  CHECK(found->name == "/nick");
  CHECK(arguments == "luzmi");
  CHECK(find_command("/nickname", arguments) == nullptr);
  CHECK(find_command("/NICK", arguments) == nullptr);
  REQUIRE(find_command("/who", arguments) != nullptr);
  CHECK(arguments.empty());
}

TEST_CASE("Commands: an unknown one gets a hint, with the nearest there is") {
  CHECK(unknown_command_hint("/whp").find("Did you mean /who?") != std::string::npos);
  CHECK(unknown_command_hint("/xyzzyx").find("Did you mean") == std::string::npos);
  CHECK(unknown_command_hint("/xyzzyx").find("//") != std::string::npos);
  CHECK(unknown_command_hint("/" + std::string(4000, 'x')).size() < 200);
}

TEST_CASE("Commands: docs/chat.md has what /help COMMAND tells") {
  // GROTTO_WRITE_DOCS=1 writes it.
  const std::string path = std::string(GROTTO_TOP) + "/docs/chat.md";
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  std::string text((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
  constexpr std::string_view kHead = "What `/help COMMAND` tells.\n\n";
  const std::size_t head = text.find(kHead);
  REQUIRE(head != std::string::npos);
  const std::string wanted = text.substr(0, head + kHead.size()) + commands_as_markdown();
  if (std::getenv("GROTTO_WRITE_DOCS") != nullptr) {
    std::ofstream(path, std::ios::binary) << wanted;
    return;
  }
  CHECK(text == wanted);
}

}  // namespace grotto
