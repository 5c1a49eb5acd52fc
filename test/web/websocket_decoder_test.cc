#include "web/websocket_decoder.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "frames.h"
#include "web/websocket_frame.h"

namespace grotto {
namespace {

using namespace std::string_literals;
using test::client_frame;
using test::close_payload;
using Events = std::vector<std::string>;
using Accepts = WebSocketDecoder::Accepts;

constexpr unsigned kGoOn = 0;
constexpr unsigned kText = 1;
constexpr unsigned kBinary = 2;
constexpr unsigned kClose = 8;
constexpr unsigned kPing = 9;
constexpr unsigned kPong = 10;

/// What comes of `bytes`: the same whole, byte by byte and cut at every place.
Events hear(const std::string& bytes, std::uint32_t bound = 1 << 20,
            Accepts accepts = Accepts::text) {
  const auto heard_in = [&](std::size_t first, std::size_t step) {
    test::Heard heard(WebSocketDecoder(bound, accepts));
    const std::string_view all = bytes;
    heard.take(all.substr(0, first));
    for (std::size_t at = first; at < all.size(); at += step) heard.take(all.substr(at, step));
    return heard.events;
  };
  const Events whole = heard_in(bytes.size(), 1);
  CHECK(heard_in(0, 1) == whole);
  if (bytes.size() <= 300) {
    for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
      CAPTURE(cut);
      CHECK(heard_in(cut, bytes.size()) == whole);
    }
  }
  return whole;
}

Events one(const std::string& bytes) {
  return hear(bytes);
}

test::FrameForm open_form() {
  test::FrameForm form;
  form.is_final = false;
  return form;
}

TEST_CASE("WebSocketDecoder: RFC 6455 section 5.2: lengths in their three forms") {
  for (const std::size_t size : {0U, 1U, 125U, 126U, 65'535U, 65'536U, 70'000U}) {
    CAPTURE(size);
    const std::string payload(size, 'x');
    CHECK(one(client_frame(kText, payload)) == Events{"text:" + payload});
  }
}

TEST_CASE("WebSocketDecoder: section 5.2: a length in a longer form than it needs is refused") {
  for (const unsigned length_bytes : {2U, 8U}) {
    test::FrameForm form;
    form.length_bytes = length_bytes;
    CHECK(one(client_frame(kText, "kaixo", form)) == Events{"fault:1002"});
  }
  test::FrameForm form;
  form.length_bytes = 8;
  CHECK(one(client_frame(kText, std::string(0xFFFF, 'x'), form)) == Events{"fault:1002"});
  CHECK(one("\x81\xFF\x80\0\0\0\0\0\0\0\1\2\3\4"s) ==
        Events{"fault:1002"});  // its first bit is set
}

TEST_CASE("WebSocketDecoder: section 5.1: an unmasked frame is refused by its second byte") {
  test::FrameForm form;
  form.is_masked = false;
  CHECK(one(client_frame(kText, "kaixo", form)) == Events{"fault:1002"});
  CHECK(one("\x81\x05") == Events{"fault:1002"});
}

TEST_CASE("WebSocketDecoder: section 5.2: reserved bits and opcodes are refused") {
  for (const unsigned reserved : {1U, 2U, 4U, 7U}) {
    test::FrameForm form;
    form.reserved = reserved;
    CHECK(one(client_frame(kText, "x", form)) == Events{"fault:1002"});
  }
  for (const unsigned opcode : {3U, 4U, 5U, 6U, 7U, 11U, 12U, 13U, 14U, 15U}) {
    CAPTURE(opcode);
    CHECK(one(client_frame(opcode, "")) == Events{"fault:1002"});
  }
}

TEST_CASE("WebSocketDecoder: section 5.4: a message in fragments, with control frames between") {
  CHECK(one(client_frame(kText, "ka", open_form()) + client_frame(kPing, "p") +
            client_frame(kGoOn, "", open_form()) + client_frame(kPong, "") +
            client_frame(kGoOn, "ixo")) == Events{"ping:p", "pong:", "text:kaixo"});
  CHECK(one(client_frame(kText, "", open_form()) + client_frame(kGoOn, "")) == Events{"text:"});
  CHECK(one(client_frame(kGoOn, "x")) == Events{"fault:1002"});
  CHECK(one(client_frame(kText, "a", open_form()) + client_frame(kText, "b")) ==
        Events{"fault:1002"});
  CHECK(one(client_frame(kText, "a") + client_frame(kGoOn, "b")) == Events{"text:a", "fault:1002"});
}

TEST_CASE("WebSocketDecoder: section 5.5: control frames are short and whole") {
  CHECK(one(client_frame(kPing, std::string(125, 'p'))) == Events{"ping:" + std::string(125, 'p')});
  CHECK(one(client_frame(kPing, std::string(126, 'p'))) == Events{"fault:1002"});
  for (const unsigned opcode : {kPing, kPong, kClose}) {
    CHECK(one(client_frame(opcode, "", open_form())) == Events{"fault:1002"});
  }
}

TEST_CASE("WebSocketDecoder: section 5.6: binary is taken only where it is wanted") {
  CHECK(one(client_frame(kBinary, "\xFF")) == Events{"fault:1003"});
  CHECK(hear(client_frame(kBinary, "\xFF\x00"s), 100, Accepts::text_and_binary) ==
        Events{"binary:\xFF\x00"s});
}

TEST_CASE(
    "WebSocketDecoder: section 8.1: text that is not UTF-8 is refused at its first bad byte") {
  CHECK(one(client_frame(kText, "caf\xC3\xA9")) == Events{"text:caf\xC3\xA9"});
  for (const char* bad : {"\xFF", "a\xC3", "\xED\xA0\x80", "\xC0\x80", "\xF4\x90\x80\x80"}) {
    CHECK(one(client_frame(kText, bad)) == Events{"fault:1007"});
  }
  // A code point may be cut between fragments, and must be whole at the message's end.
  CHECK(one(client_frame(kText, "\xC3", open_form()) + client_frame(kGoOn, "\xA9")) ==
        Events{"text:\xC3\xA9"});
  CHECK(one(client_frame(kText, "\xC3", open_form()) + client_frame(kGoOn, "")) ==
        Events{"fault:1007"});
  CHECK(one(client_frame(kText, "\xC3", open_form()) + client_frame(kGoOn, "a", open_form())) ==
        Events{"fault:1007"});
  CHECK(one("\x81\x85\0\0\0\0\xFF"s) == Events{"fault:1007"});  // the rest is not awaited
}

TEST_CASE("WebSocketDecoder: a message over the bound is refused by its header") {
  CHECK(hear(client_frame(kText, std::string(10, 'x')), 10) == Events{"text:xxxxxxxxxx"});
  CHECK(hear("\x81\x8B\0\0\0\0"s, 10) == Events{"fault:1009"});
  CHECK(hear("\x81\xFF\0\0\0\1\0\0\0\0\0\0\0\0"s, 10) == Events{"fault:1009"});
  CHECK(hear(client_frame(kText, "123456", open_form()) + client_frame(kGoOn, "7890", open_form()) +
                 client_frame(kGoOn, "1"),
             10) == Events{"fault:1009"});
  CHECK(hear(client_frame(kText, "123456") + client_frame(kText, "7890123"), 10) ==
        Events{"text:123456", "text:7890123"});
}

TEST_CASE("WebSocketDecoder: section 7.4: the codes that a peer may close with") {
  CHECK(one(client_frame(kClose, "")) == Events{"close:0"});
  CHECK(one(client_frame(kClose, "\x03")) == Events{"fault:1002"});
  for (unsigned code = 0; code != 5100; ++code) {
    const bool is_good = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                         (code >= 3000 && code <= 4999);
    test::Heard heard(WebSocketDecoder(100, Accepts::text));
    heard.take(client_frame(kClose, close_payload(code, "bye")));
    const std::string expected = is_good ? "close:" + std::to_string(code) : "fault:1002";
    if (heard.events != Events{expected}) FAIL_CHECK(code);
  }
  CHECK(one(client_frame(kClose, close_payload(1000, "caf\xC3"))) == Events{"fault:1007"});
}

TEST_CASE("WebSocketDecoder: it is small while nothing comes") {
  CHECK(sizeof(WebSocketDecoder) <= 72);
}

TEST_CASE("websocket_frame: section 5.2: a server's headers") {
  const auto header = [](std::size_t size, bool is_final = true) {
    return std::string(WebSocketHeader(WebSocketOpcode::text, is_final, size).bytes());
  };
  CHECK(header(0) == "\x81\x00"s);
  CHECK(header(125) == "\x81\x7D");
  CHECK(header(126) == "\x81\x7E\x00\x7E"s);
  CHECK(header(65'535) == "\x81\x7E\xFF\xFF");
  CHECK(header(65'536) == "\x81\x7F\x00\x00\x00\x00\x00\x01\x00\x00"s);
  CHECK(header(5, false) == "\x01\x05");
  std::string out = "before";
  append_frame(WebSocketOpcode::ping, "p", out);
  CHECK(out == "before\x89\x01p");
}

TEST_CASE(
    "websocket_frame: section 5.5.1: a close frame holds a code and a reason of whole characters") {
  std::string out;
  append_close_frame(WebSocketCode::normal, "bye", out);
  CHECK(out ==
        "\x88\x05\x03\xE8"
        "bye");
  out.clear();
  append_close_frame(WebSocketCode::none, "", out);
  CHECK(out == "\x88\x00"s);
  out.clear();
  append_close_frame(WebSocketCode::policy, std::string(122, 'x') + "\xC3\xA9", out);
  CHECK(out == "\x88\x7C\x03\xF0" + std::string(122, 'x'));
}

}  // namespace
}  // namespace grotto
