#include "line/telnet_codec.h"

#include <doctest/doctest.h>

#ifdef GROTTO_TEST_LIBTELNET
#include <libtelnet.h>
#endif

#include <string>
#include <string_view>
#include <vector>

#include "random_input.h"
#include "telnet_story.h"

namespace grotto {
namespace {

using namespace std::string_literals;
using test::kSubBytesMax;
using test::naive_story;
using test::Story;
using test::story_of;

TEST_CASE("TelnetCodec: IAC IAC is one 0xFF, all else is taken apart") {
  CHECK(story_of({"kai\xFF\xFFxo\xFF\xF6\xFF\xFD\x06"
                  "agur"}) ==
        std::vector<std::string>{"data kai\xFFxo", "command 246", "verb 253 6", "data agur"});
  CHECK(story_of({"\xFF\xFA\x1F\x00P\xFF\xFF\x18\xFF\xF0z"s}) ==
        std::vector<std::string>{"sub 31 \0P\xFF\x18"s, "data z"});
}

TEST_CASE("TelnetCodec: a subnegotiation over the bound is skipped to its end") {
  const std::string fits(kSubBytesMax, 'x');
  CHECK(story_of({"\xFF\xFA\x18" + fits + "\xFF\xF0k"}) ==
        std::vector<std::string>{"sub 24 " + fits, "data k"});
  CHECK(story_of({"\xFF\xFA\x18" + fits + "yz\xFF\xFFw\xFF\xF0k"}) ==
        std::vector<std::string>{"data k"});
}

TEST_CASE("TelnetCodec: a subnegotiation without SE or option does not make it deaf") {
  CHECK(story_of({"\xFF\xFA\x18 half\xFF\xF6k"}) ==
        std::vector<std::string>{"command 246", "data k"});
  CHECK(story_of({"\xFF\xFA\xFF\xF0k"}) == std::vector<std::string>{"data k"});
  CHECK(story_of({"\xFF\xFA\x18 half\xFF\xFB\x01k"}) ==
        std::vector<std::string>{"verb 251 1", "data k"});
}

TEST_CASE("TelnetCodec: data may be fed again from any byte inside it") {
  TelnetCodec codec{kSubBytesMax};
  const std::string text = "bat\nbi\xFF\xF6";
  std::string_view input = text;
  CHECK(codec.next(input).bytes == "bat\nbi");
  input = std::string_view{text}.substr(4);
  CHECK(codec.next(input).bytes == "bi");
  CHECK(codec.next(input).command == TelnetCommand::ayt);
}

TEST_CASE("TelnetCodec: every pair of bytes after IAC, split at every byte, is as the naive twin") {
  for (unsigned first = 236; first != 256; ++first) {
    for (unsigned second = 0; second != 256; ++second) {
      const std::string text = "a\xFF" + std::string{static_cast<char>(first)} +
                               std::string{static_cast<char>(second)} + "b\xFF\xF0" + "c";
      const auto expected = naive_story(text);
      for (std::size_t at = 0; at <= text.size(); ++at) {
        CHECK(story_of({text.substr(0, at), text.substr(at)}) == expected);
      }
    }
  }
}

const std::vector<std::string> kPieces{"a",        "kaixo\r\n",     "\xFF\xFF", "\xFF\xF4",
                                       "\xFF\xF6", "\xFF\xFB\x18",  "\xFF\xFD", "\xFF\xFE\x01",
                                       "\xFF\xFA", "\xFF\xFA\x1F",  "\xFF\xF0", "\xFF",
                                       "\0P\0"s,   "\xFF\xFC\xFF"s, "\xF0",     "0123456789abcdef"};

TEST_CASE("TelnetCodec: random streams mean what the naive twin says") {
  INFO("seed " << test::seed());
  for (std::uint64_t round = 0; round != 3000; ++round) {
    INFO("round " << round);
    test::RandomInput random{round};
    const std::string text = random.of(kPieces, 40);
    CHECK(story_of(random.cut(text, 1 + random.below(20))) == naive_story(text));
  }
}

#ifdef GROTTO_TEST_LIBTELNET

void on_libtelnet_event(telnet_t* /*telnet*/, telnet_event_t* event, void* user) {
  Story& story = *static_cast<Story*>(user);
  switch (event->type) {
    case TELNET_EV_DATA: story.data({event->data.buffer, event->data.size}); break;
    case TELNET_EV_IAC: story.command(event->iac.cmd); break;
    case TELNET_EV_WILL: story.negotiation(251, event->neg.telopt); break;
    case TELNET_EV_WONT: story.negotiation(252, event->neg.telopt); break;
    case TELNET_EV_DO: story.negotiation(253, event->neg.telopt); break;
    case TELNET_EV_DONT: story.negotiation(254, event->neg.telopt); break;
    case TELNET_EV_SUBNEGOTIATION:
      story.subnegotiation(event->sub.telopt, {event->sub.buffer, event->sub.size});
      break;
    default: break;  // what libtelnet makes of a subnegotiation besides
  }
}

TEST_CASE("TelnetCodec: well-formed random streams mean what libtelnet says") {
  INFO("seed " << test::seed());
  // NAWS and an option libtelnet has no opinion of; no end of a subnegotiation is missing.
  const std::vector<std::string> pieces{"a",
                                        "kaixo\r\n",
                                        "\xFF\xFF",
                                        "\xFF\xF1",
                                        "\xFF\xF4",
                                        "\xFF\xF6",
                                        "\xFF\xFB\x18",
                                        "\xFF\xFC\x03",
                                        "\xFF\xFD\x06",
                                        "\xFF\xFE\x01",
                                        "\xFF\xFA\x1F\0P\xFF\xFF\x18\xFF\xF0"s,
                                        "\xFF\xFA\x63kaixo\xFF\xFF\xFF\xF0"};
  for (std::uint64_t round = 0; round != 1000; ++round) {
    INFO("round " << round);
    test::RandomInput random{round};
    const std::string text = random.of(pieces, 40);
    const auto parts = random.cut(text, 1 + random.below(20));
    Story theirs;
    telnet_t* telnet = telnet_init(nullptr, on_libtelnet_event, TELNET_FLAG_PROXY, &theirs);
    for (const std::string& part : parts) telnet_recv(telnet, part.data(), part.size());
    telnet_free(telnet);
    CHECK(story_of(parts) == theirs.entries());
  }
}

#endif

}  // namespace
}  // namespace grotto
