#include "door/doors.h"

#include <doctest/doctest.h>

#include "door/redraw_feed.h"

namespace grotto {

TEST_CASE("DoorSet: a list names the doors; one that is not built is refused by name") {
  CHECK(DoorSet::from({"plain", "telnet"})->telnet);
  CHECK_FALSE(DoorSet::from({"plain"})->telnet);
  CHECK_FALSE(DoorSet::from({"plain"})->proxy);
  CHECK(*DoorSet::from({"plain", "telnet", "web", "tls", "proxy"}) == DoorSet::usual(false));
  CHECK(DoorSet::from({"web"})->web);
  CHECK_FALSE(DoorSet::from({"plain"})->web);
  CHECK_FALSE(DoorSet::from({"plain"})->tls);
  CHECK_FALSE(DoorSet::from({"plain", "tls"})->tls_only);
  const auto only = DoorSet::from({"tls"});  // inside it the others
  REQUIRE(only.has_value());
  CHECK((only->tls_only && only->plain && only->telnet && only->web && !only->proxy));
  CHECK(*DoorSet::from({"plain", "proxy"}) == DoorSet::usual(true));
  const auto unbuilt = DoorSet::from({"plain", "irc"});
  REQUIRE_FALSE(unbuilt.has_value());
  CHECK(unbuilt.error().exit_status == 64);
  CHECK(unbuilt.error().sentence.find("\"irc\"") != std::string::npos);
  CHECK_FALSE(DoorSet::from({"proxy"}).has_value());
  CHECK_FALSE(DoorSet::from({}).has_value());
}

namespace {

/// A feed of one text.
class TextFeed final : public Feed {
 public:
  std::string text;
  [[nodiscard]] bool has_more() const noexcept override { return !text.empty(); }
  void preface(std::string& /*out*/) override {}
  std::size_t gather(std::span<Slice> slices, std::size_t /*bytes_max*/) override {
    slices[0] = {text.data(), text.size()};
    return 1;
  }
  [[nodiscard]] std::string_view advance(std::size_t bytes) override {
    text.erase(0, bytes);
    return {};
  }
  void on_blocked() override {}
  void on_unblocked() override {}
};

}  // namespace

TEST_CASE("RedrawFeed: lines that arrive go above the half-typed line, which is drawn again") {
  LineEditor editor(100);
  std::string echo;
  std::string_view input = "half";
  std::string_view line;
  editor.next(input, line, echo);
  TextFeed room;
  RedrawFeed feed(editor, &room);
  CHECK_FALSE(feed.has_more());
  room.text = "ana: kaixo\r\n";
  REQUIRE(feed.has_more());
  std::string out;
  feed.preface(out);
  const std::size_t lines = out.find("ana: kaixo\r\n");
  REQUIRE(lines != std::string::npos);
  CHECK(out.substr(0, lines).find("\x1b[J") != std::string::npos);  // erased first
  CHECK(out.ends_with("\r\nhalf"));
  CHECK_FALSE(feed.has_more());
}

}  // namespace grotto
