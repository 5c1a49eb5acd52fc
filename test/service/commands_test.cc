#include "service/commands.h"

#include <doctest/doctest.h>

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

}  // namespace grotto
