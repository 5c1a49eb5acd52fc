#include "net/launch_message.h"

#include <doctest/doctest.h>

using namespace grotto;  // NOLINT: a test of one layer

namespace {

LaunchRequest a_launch() {
  return {.kind = LaunchRequestKind::launch,
          .launch = {.program = "/bin/echo",
                     .arguments = {"echo", "", "two words"},
                     .variables = {"A=1", "B"},
                     .outlives_server = true}};
}

}  // namespace

TEST_CASE("LaunchMessage: a launch comes out as it went in") {
  const auto request = decode_launch_request(encode(a_launch()));
  REQUIRE(request.has_value());
  CHECK(request->kind == LaunchRequestKind::launch);
  CHECK(request->launch.program == "/bin/echo");
  CHECK(request->launch.arguments == std::vector<std::string>{"echo", "", "two words"});
  CHECK(request->launch.variables == std::vector<std::string>{"A=1", "B"});
  CHECK(request->launch.outlives_server);
}

TEST_CASE("LaunchMessage: a signal comes out as it went in, but for groups that nobody may mean") {
  const auto signal = [](int pid) {
    return decode_launch_request(
        encode({.kind = LaunchRequestKind::signal, .pid = pid, .number = 15, .launch = {}}));
  };
  REQUIRE(signal(77).has_value());
  CHECK(signal(77)->pid == 77);
  CHECK(signal(77)->number == 15);
  for (const int pid : {1, 0, -1, -77}) CHECK_FALSE(signal(pid).has_value());
}

TEST_CASE("LaunchMessage: cut at any byte, or longer by one, it is none") {
  const std::string whole = encode(a_launch());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(decode_launch_request(std::string_view(whole).substr(0, size)).has_value());
  }
  CHECK_FALSE(decode_launch_request(whole + 'x').has_value());
}

TEST_CASE("LaunchMessage: a launch of nothing and a kind that there is not are none") {
  LaunchRequest request = a_launch();
  request.launch.program.clear();
  CHECK_FALSE(decode_launch_request(encode(request)).has_value());
  request = a_launch();
  request.launch.arguments.clear();
  CHECK_FALSE(decode_launch_request(encode(request)).has_value());
  request = a_launch();
  request.kind = static_cast<LaunchRequestKind>(9);
  CHECK_FALSE(decode_launch_request(encode(request)).has_value());
}
