#include "line/telnet.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "random_input.h"

namespace grotto {
namespace {

using namespace std::string_literals;

// A peer and what the server made of it: `typed` has "<drop>" and "<back>" where lines were.
struct Peer {
  Telnet telnet{1024};
  std::string typed;
  std::string replies;

  std::string sends(std::string_view bytes) {
    replies.clear();
    std::string_view data;
    while (true) {
      switch (telnet.next(bytes, data, replies)) {
        case Telnet::Step::data: typed += data; break;
        case Telnet::Step::drop_line: typed += "<drop>"; break;
        case Telnet::Step::erase_character: typed += "<back>"; break;
        case Telnet::Step::changed: break;
        case Telnet::Step::need_more: return replies;
      }
    }
  }
  std::string starts() {
    replies.clear();
    telnet.start(replies);
    return replies;
  }
};

TEST_CASE("Telnet: DO TM is answered at once and every time") {
  Peer peer;
  CHECK(peer.sends("kai\xFF\xF4\xFF\xFD\x06xo\n") == "\xFF\xFB\x06");
  CHECK(peer.typed == "kai<drop>xo\n");
  CHECK(peer.sends("\xFF\xFD\x06\xFF\xFD\x06") == "\xFF\xFB\x06\xFF\xFB\x06");
  CHECK(peer.sends("\xFF\xFE\x06") == "");
}

TEST_CASE(
    "Telnet: AYT gets [yes]; IP, BRK and EL drop the line; EC a character; the rest nothing") {
  Peer peer;
  CHECK(peer.sends("\xFF\xF6") == "[yes]\r\n");
  CHECK(peer.sends("a\xFF\xF3"
                   "b\xFF\xF8"
                   "c\xFF\xF7\xFF\xF1\xFF\xF9\xFF\xF2\xFF\xF5\xFF\xEF") == "");
  CHECK(peer.typed == "a<drop>b<drop>c<back>");
}

TEST_CASE("Telnet: an unknown option is refused once, WONT and DONT get no answer") {
  for (unsigned option = 0; option != 256; ++option) {
    if (option == 6 || option == 24 || option == 31) continue;
    INFO("option " << option);
    const std::string byte{static_cast<char>(option)};
    Peer peer;
    CHECK(peer.sends("\xFF\xFD" + byte) == "\xFF\xFC" + byte);
    CHECK(peer.sends("\xFF\xFD" + byte) == "");
    CHECK(peer.sends("\xFF\xFB" + byte) == "\xFF\xFE" + byte);
    CHECK(peer.sends("\xFF\xFB" + byte) == "");
    CHECK(peer.sends("\xFF\xFC" + byte + "\xFF\xFE" + byte) == "");
  }
}

TEST_CASE("Telnet: PuTTY and BSD telnet on port 23 are left to edit their lines") {
  Peer putty;
  CHECK(putty.sends("\xFF\xFB\x1F\xFF\xFB\x20\xFF\xFB\x18\xFF\xFB\x27\xFF\xFD\x01\xFF\xFB\x03"
                    "\xFF\xFD\x03") ==
        "\xFF\xFD\x1F\xFF\xFE\x20\xFF\xFD\x18\xFF\xFA\x18\x01\xFF\xF0\xFF\xFE\x27\xFF\xFC\x01"
        "\xFF\xFE\x03\xFF\xFC\x03");
  CHECK_FALSE(putty.telnet.is_character_mode());
  Peer bsd;
  bsd.sends(
      "\xFF\xFD\x03\xFF\xFB\x18\xFF\xFB\x1F\xFF\xFB\x20\xFF\xFB\x21\xFF\xFB\x22\xFF\xFB\x27"
      "\xFF\xFD\x05");
  CHECK_FALSE(bsd.telnet.is_character_mode());
}

TEST_CASE("Telnet: start() negotiates character mode, width and terminal") {
  Peer peer;
  CHECK(peer.starts() == "\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x1F\xFF\xFD\x18");
  CHECK(peer.starts() == "");
  CHECK(peer.sends("\xFF\xFD\x01") == "");
  CHECK_FALSE(peer.telnet.is_character_mode());
  CHECK(peer.sends("\xFF\xFD\x03") == "");
  CHECK(peer.telnet.is_character_mode());
  CHECK(peer.sends("\xFF\xFB\x1F\xFF\xFA\x1F\x01\x00\x00\x18\xFF\xF0"s) == "");
  CHECK(peer.telnet.columns() == 256);
  CHECK(peer.telnet.rows() == 24);
  CHECK(peer.sends("\xFF\xFB\x18") == "\xFF\xFA\x18\x01\xFF\xF0");
  peer.sends(
      "\xFF\xFA\x18\x00XTERM \x1b[256\x7F\xC3"
      "COLOR\xFF\xF0"s);
  CHECK(peer.telnet.terminal() == "XTERM[256COLOR");
  CHECK(peer.sends("\xFF\xFC\x18\xFF\xFB\x18") == "\xFF\xFE\x18\xFF\xFD\x18");  // known: not asked
  CHECK(peer.sends("\xFF\xFD\x05") == "\xFF\xFC\x05");
  CHECK(peer.sends("\xFF\xFE\x01") == "\xFF\xFC\x01\xFF\xFC\x03");  // both go together
  CHECK_FALSE(peer.telnet.is_character_mode());
}

TEST_CASE("Telnet: half of character mode is given back") {
  Peer echo_only;
  echo_only.starts();
  CHECK(echo_only.sends("\xFF\xFD\x01\xFF\xFE\x03") == "\xFF\xFC\x01");
  CHECK(echo_only.sends("\xFF\xFE\x01") == "");
  Peer sga_only;
  sga_only.starts();
  CHECK(sga_only.sends("\xFF\xFE\x01\xFF\xFD\x03") == "\xFF\xFC\x03");
  CHECK_FALSE(sga_only.telnet.is_character_mode());
}

TEST_CASE("Telnet: a password is hidden from a peer that edits its lines by WILL ECHO around it") {
  Peer peer;
  const auto hides = [&](bool is_hidden) {
    peer.replies.clear();
    peer.telnet.hide(is_hidden, peer.replies);
    return peer.replies;
  };
  CHECK(hides(true) == "\xFF\xFB\x01");
  CHECK(hides(true) == "");
  CHECK(peer.sends("\xFF\xFD\x01") == "");  // DO ECHO: agreed, and ECHO alone stays
  CHECK_FALSE(peer.telnet.is_character_mode());
  CHECK(hides(false) == "\xFF\xFC\x01");
  CHECK(peer.sends("\xFF\xFE\x01") == "");
  CHECK(hides(true) == "\xFF\xFB\x01");     // and once more
  CHECK(peer.sends("\xFF\xFE\x01") == "");  // DONT ECHO: it will not
  CHECK(hides(false) == "");
}

TEST_CASE("Telnet: in character mode hiding is the editor's matter") {
  Peer peer;
  peer.starts();
  peer.sends("\xFF\xFD\x01\xFF\xFD\x03");
  REQUIRE(peer.telnet.is_character_mode());
  peer.replies.clear();
  peer.telnet.hide(true, peer.replies);
  peer.telnet.hide(false, peer.replies);
  CHECK(peer.replies == "");
  CHECK(peer.telnet.is_character_mode());
}

TEST_CASE("Telnet: half of character mode is given back after what was hidden") {
  Peer peer;
  peer.starts();
  peer.telnet.hide(true, peer.replies);
  CHECK(peer.sends("\xFF\xFD\x01\xFF\xFE\x03") == "");  // ECHO yes, SGA no
  peer.replies.clear();
  peer.telnet.hide(false, peer.replies);
  CHECK(peer.replies == "\xFF\xFC\x01");
}

TEST_CASE("Telnet: a window of no or absurd size, or unasked, changes nothing") {
  Peer peer;
  peer.sends("\xFF\xFA\x1F\x00\x64\x00\x18\xFF\xF0"s);
  CHECK(peer.telnet.columns() == 80);
  peer.sends("\xFF\xFB\x1F\xFF\xFA\x1F\x00\x00\x00\x00\xFF\xF0"s);
  CHECK(peer.telnet.columns() == 80);
  CHECK(peer.telnet.rows() == 24);
  peer.sends("\xFF\xFA\x1F\x7F\x7F\x00\x18\xFF\xF0\xFF\xFA\x1F\x00\x64\xFF\xF0"s);
  CHECK(peer.telnet.columns() == 80);
  peer.sends("\xFF\xFA\x18\x00VT\xFF\xF0\xFF\xFB\x18\xFF\xFA\x18\xFF\xF0\xFF\xFA\x18\x01\xFF\xF0"s);
  CHECK(peer.telnet.terminal() == "");
}

TEST_CASE("Telnet: an option storm is answered in at most as many bytes and ends in silence") {
  Peer peer;
  std::string storm;
  for (int round = 0; round != 100; ++round) {
    for (unsigned option = 0; option != 256; ++option) {
      if (option == 6) continue;
      for (const char verb : {'\xFB', '\xFC', '\xFD', '\xFE'}) {
        storm += {'\xFF', verb, static_cast<char>(option)};
      }
    }
  }
  const std::size_t answered = peer.sends(storm).size();
  CHECK(answered > 0);
  CHECK(answered <= 256 * 3 * 2 + 100 * 3 * 6);  // NAWS and TTYPE really go on and off
}

TEST_CASE("Telnet: a random stream gives the same data and replies whatever the splits") {
  INFO("seed " << test::seed());
  const std::vector<std::string> pieces{"kaixo\r\n",
                                        "\xFF\xFF",
                                        "\xFF\xFD\x01",
                                        "\xFF\xFD\x03",
                                        "\xFF\xFE\x01",
                                        "\xFF\xFB\x18",
                                        "\xFF\xFC\x18",
                                        "\xFF\xF6",
                                        "\xFF\xFA\x1F\0d\0\x18\xFF\xF0"s,
                                        "\xFF\xFB\x1F",
                                        "\xFF\xF4\xFF\xFD\x06",
                                        "\xFF"};
  for (std::uint64_t round = 0; round != 500; ++round) {
    INFO("round " << round);
    test::RandomInput random{round};
    const std::string text = random.of(pieces, 40);
    const bool is_started = random.below(2) == 0;
    Peer whole;
    Peer split;
    if (is_started) whole.starts(), split.starts();
    const std::string expected = whole.sends(text);
    std::string replies;
    for (const std::string& part : random.cut(text, 3)) replies += split.sends(part);
    CHECK(replies == expected);
    CHECK(split.typed == whole.typed);
    CHECK(split.telnet.columns() == whole.telnet.columns());
  }
}

}  // namespace
}  // namespace grotto
