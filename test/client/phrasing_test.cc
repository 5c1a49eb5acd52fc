#include "client/chat/phrasing.h"

#include <doctest/doctest.h>

#include <string>

#include "client/terminal/painter.h"

using namespace grotto::client;  // NOLINT: a test of one layer

namespace {

ShownLine phrased(const std::string& line) {
  const auto message = Message::parse(line);
  REQUIRE(message.has_value());
  return phrase(*message, {"ana", "lobby"});
}

}  // namespace

TEST_CASE("Phrasing: lines read as in any other client") {
  CHECK(phrased(R"({"type":"say","id":1,"room":"lobby","from":"o","text":"hi"})").text() ==
        "o: hi");
  CHECK(phrased(R"({"type":"say","id":1,"room":"cave","from":"o","text":"hi"})").text() ==
        "[cave] o: hi");
  CHECK(phrased(R"({"type":"me","id":1,"room":"lobby","from":"o","text":"waves"})").text() ==
        "* o waves");
  CHECK(phrased(R"({"type":"private","from":"o","to":"ana","text":"psst"})").text() ==
        "o -> you: psst");
  CHECK(phrased(R"({"type":"private","from":"ana","to":"o","text":"psst"})").text() ==
        "you -> o: psst");
  CHECK(phrased(R"({"type":"names","room":"lobby","names":["a","b"],"more":2})").text() ==
        "4 people in lobby: a b and 2 more");
  CHECK(phrased(R"({"type":"skipped","room":"lobby","count":37})").text() ==
        "-- 37 lines of lobby skipped: this connection was too slow --");
  CHECK(phrased(R"({"type":"dance","text":"x"})").parts.empty());
}

TEST_CASE("Phrasing: a mention rings and stands out, and one's own never does") {
  const ShownLine line =
      phrased(R"({"type":"say","id":1,"room":"lobby","from":"o","text":"hi @Ana, you"})");
  CHECK(line.rings);
  CHECK(line.text() == "o: hi @Ana, you");
  CHECK(line.parts[3].text == "Ana");
  CHECK(line.parts[3].look == Look::mention);
  CHECK_FALSE(phrased(R"({"type":"say","id":1,"room":"lobby","from":"ana","text":"ana"})").rings);
  CHECK(phrased(R"({"type":"private","from":"o","to":"ana","text":"x"})").rings);
}

TEST_CASE("Painter: colours are of the name, and none means none") {
  CHECK(Painter::color_of("ana") == Painter::color_of("ANA"));
  const ShownLine line =
      phrased(R"({"type":"say","id":1,"room":"lobby","from":"o","text":"hi ana"})");
  CHECK(Painter(false).paint(line) == "\ao: hi ana\n");
  const std::string colored = Painter(true).paint(line);
  CHECK(colored ==
        "\a" + std::string(Painter::color_of("o")) + "o\x1b[0m: hi \x1b[1;7mana\x1b[0m\n");
}
