#include "client/chat/room_book.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace grotto::client;  // NOLINT: a test of one layer

namespace {

using Age = RoomBook::Age;

class Story {
 public:
  Age reads(const std::string& line) {
    const auto message = Message::parse(line);
    REQUIRE(message.has_value());
    return book.take(*message);
  }
  Age says(int id, const std::string& from = "oskar", const std::string& room = "lobby") {
    return reads("{\"type\":\"say\",\"id\":" + std::to_string(id) + ",\"room\":\"" + room +
                 "\",\"from\":\"" + from + "\",\"text\":\"x\",\"at\":\"2026-01-31T10:00:" +
                 (id < 10 ? "0" : "") + std::to_string(id) + ".000Z\"}");
  }
  void enters(int next) {
    reads(R"({"type":"notice","text":"Welcome ana! Type /quit to leave."})");
    reads(R"({"type":"names","room":"lobby","names":["oskar","ana"],"more":0,"next":)" +
          std::to_string(next) + "}");
  }
  RoomBook book;
};

}  // namespace

TEST_CASE("RoomBook: who I am, where I am, who is there") {
  Story story;
  story.enters(0);
  CHECK(story.book.my_name() == "ana");
  CHECK(story.book.focus() == "lobby");
  CHECK(story.book.people() == 2);
  story.reads(R"({"type":"join","id":0,"room":"lobby","from":"Luzmi","text":"…"})");
  CHECK(story.book.people() == 3);
  CHECK(story.book.names_like("l") == std::vector<std::string>{"Luzmi"});
  story.reads(R"({"type":"nick","id":1,"room":"lobby","from":"Luzmi","to":"miren","text":"…"})");
  story.reads(R"({"type":"notice","id":2,"room":"lobby","joined":5,"left":1,"text":"…"})");
  CHECK(story.book.people() == 7);
  story.reads(R"({"type":"leave","id":3,"room":"lobby","from":"miren","text":"…"})");
  CHECK(story.book.people() == 6);
  CHECK(story.book.names_like("") == std::vector<std::string>{"oskar"});
  story.reads(R"({"type":"notice","text":"You are now known as anna."})");
  CHECK(story.book.my_name() == "anna");
}

TEST_CASE("RoomBook: the focus follows /join, /focus and /leave") {
  Story story;
  story.enters(0);
  story.reads(R"({"type":"names","room":"cave","names":["ana"],"more":0,"next":0})");
  CHECK(story.book.focus() == "cave");
  story.reads(R"({"type":"notice","text":"Your lines go to lobby; you are also in cave."})");
  CHECK(story.book.focus() == "lobby");
  story.reads(R"({"type":"notice","text":"You left cave; your lines go to lobby."})");
  CHECK(story.book.focus() == "lobby");
  CHECK(story.book.rooms() == std::vector<std::string>{"lobby"});
  story.reads(R"({"type":"names","room":"elsewhere","names":["x"],"more":0})");
  CHECK(story.book.rooms() == std::vector<std::string>{"lobby"});
}

TEST_CASE("RoomBook: history is earlier, what comes is fresh, and positions are the last ones") {
  Story story;
  story.enters(5);
  CHECK(story.says(3) == Age::earlier);
  CHECK(story.says(4) == Age::earlier);
  CHECK(story.says(5) == Age::fresh);
  CHECK(story.says(7) == Age::fresh);
  CHECK(story.says(5) == Age::earlier);
  CHECK(story.says(2, "ana", "cave") == Age::fresh);
  CHECK(story.book.positions() == " cave=2 lobby=7");
}

TEST_CASE("RoomBook: after coming in anew, history that was read before is repeated") {
  Story story;
  story.enters(0);
  story.says(3);
  story.book.begin_anew();
  story.enters(6);
  CHECK(story.says(3) == Age::repeated);
  CHECK(story.says(4) == Age::earlier);
  CHECK(story.says(6) == Age::fresh);
  story.book.end_of_history();
  CHECK(story.says(3) == Age::earlier);
}

TEST_CASE("RoomBook: all before the head of a room is read when the line before it is") {
  Story story;
  CHECK(story.book.has_read_to("lobby", 0));
  CHECK_FALSE(story.book.has_read_to("lobby", 1));
  story.enters(5);
  CHECK(story.book.has_read_to("lobby", 5));
  CHECK_FALSE(story.book.has_read_to("lobby", 7));
  CHECK(story.says(6) == Age::fresh);
  CHECK(story.book.has_read_to("lobby", 7));
  CHECK_FALSE(story.book.has_read_to("cave", 1));
}

TEST_CASE("RoomBook: a room without a line has a position too") {
  Story story;
  story.enters(0);
  CHECK(story.book.positions() == " lobby=0");
}
