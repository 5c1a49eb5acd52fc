#include "client/pipe/entrance.h"

#include <doctest/doctest.h>

#include <string>

using namespace grotto::client;  // NOLINT: a test of one layer

namespace {

using Step = Entrance::Step;

Options as(const std::string& name, const std::string& room = "", bool is_json = false) {
  Options options;
  options.name = name;
  options.room = room;
  options.is_json = is_json;
  return options;
}

constexpr const char* kGreeting = "Greetings from the grotto! Type your name and press enter.";

}  // namespace

TEST_CASE("Entrance: a name is said at once, and lines follow the welcome") {
  Entrance entrance(as("bot"), "");
  CHECK(entrance.is_needed());
  CHECK(entrance.first_words() == "bot\n");
  CHECK(entrance.on_line("3 before you") == Step::wait);
  CHECK(entrance.on_line(kGreeting) == Step::wait);
  CHECK(entrance.on_line("Welcome bot! Type /quit to leave.") == Step::is_in);
}

TEST_CASE("Entrance: nothing to say, nothing to wait for") {
  CHECK_FALSE(Entrance(as(""), "").is_needed());
}

TEST_CASE("Entrance: a refused name is told, and no line may follow") {
  Entrance entrance(as("bot"), "");
  CHECK(entrance.on_line(kGreeting) == Step::wait);
  CHECK(entrance.on_line("The name bot is taken. [name-taken]") == Step::refused);
  CHECK(entrance.sentence() == "The name bot is taken. [name-taken]");
}

TEST_CASE("Entrance: a full server and a name with an account are refusals") {
  Entrance full(as("bot"), "");
  CHECK(full.on_line("The server is full, try again later. [full]") == Step::refused);
  Entrance account(as("ana"), "");
  CHECK(account.on_line(kGreeting) == Step::wait);
  CHECK(account.on_line("The name ana belongs to an account. Its password:") == Step::refused);
}

TEST_CASE("Entrance: a room is entered after the welcome; what others said there proves nothing") {
  Entrance entrance(as("bot", "cave secret"), "");
  entrance.on_line(kGreeting);
  CHECK(entrance.on_line("Welcome bot!") == Step::send);
  CHECK(entrance.to_send() == "/join cave secret\n");
  CHECK(entrance.on_line("eve: You are in cave now [room-password]") == Step::wait);
  CHECK(entrance.on_line("* eve [banned]") == Step::wait);
  SUBCASE("when it lets us in") {
    CHECK(entrance.on_line("You are in cave now, and your lines go there.") == Step::is_in);
  }
  SUBCASE("when it does not") {
    CHECK(entrance.on_line("The room asks for another password. [room-password]") == Step::refused);
  }
}

TEST_CASE("Entrance: a token that is not good any more is followed by the name") {
  Entrance entrance(as("bot"), "token-token");
  CHECK(entrance.first_words() == "/resume token-token\n");
  entrance.on_line(kGreeting);
  CHECK(entrance.on_line("Nobody can come back by that token. [no-such-token]") == Step::send);
  CHECK(entrance.to_send() == "bot\n");
}

TEST_CASE("Entrance: objects are asked for, and answered by objects") {
  Entrance entrance(as("bot", "cave", true), "");
  CHECK(entrance.first_words() == "/format json\n");
  CHECK(entrance.on_line(R"({"type":"question","asks":"name","text":"Who?"})") == Step::send);
  CHECK(entrance.to_send() == "bot\n");
  CHECK(entrance.on_line(R"({"type":"notice","text":"Welcome bot!"})") == Step::wait);
  CHECK(entrance.on_line(R"({"type":"names","room":"lobby","names":["bot"],"next":0})") ==
        Step::send);
  CHECK(entrance.to_send() == "/join cave\n");
  CHECK(entrance.on_line(R"({"type":"say","id":0,"room":"lobby","text":"a"})") == Step::wait);
  SUBCASE("when the room is entered") {
    CHECK(entrance.on_line(R"({"type":"names","room":"cave","names":["bot"],"next":0})") ==
          Step::is_in);
  }
  SUBCASE("when it is closed") {
    CHECK(entrance.on_line(R"({"type":"refusal","code":"invitation-only","text":"No."})") ==
          Step::refused);
  }
}

TEST_CASE("Entrance: without a name of ours, the first object opens the pipe") {
  Entrance entrance(as("", "", true), "");
  CHECK(entrance.on_line(R"({"type":"question","asks":"name","text":"Who?"})") == Step::is_in);
}

TEST_CASE("Entrance: other protocols are told apart") {
  for (const char* const line :
       {"SSH-2.0-OpenSSH_9.2", "220 mail.example.org ESMTP", "HTTP/1.1 400 Bad Request", "bot"}) {
    CAPTURE(line);
    CHECK(Entrance(as("bot"), "").on_line(line) == Step::foreign);
  }
  CHECK(Entrance(as("bot", "", true), "").on_line("hello") == Step::foreign);
}
