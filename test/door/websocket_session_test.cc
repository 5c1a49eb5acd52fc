#include "door/websocket_session.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "web_visit.h"

namespace grotto {
namespace {

using namespace std::string_literals;
using test::client_frame;
using test::close_payload;
using test::server_frame;
using test::WebVisit;
using Lines = std::vector<std::string>;

constexpr unsigned kGoOn = 0;
constexpr unsigned kText = 1;
constexpr unsigned kBinary = 2;
constexpr unsigned kClose = 8;
constexpr unsigned kPing = 9;
constexpr unsigned kPong = 10;

test::FrameForm open_form() {
  test::FrameForm form;
  form.is_final = false;
  return form;
}

/// A visitor who has upgraded and was greeted.
struct Guest {
  explicit Guest(const Limits& limits = test::web_limits()) : visit(service, limits) {
    visit.upgrades();
    REQUIRE(visit.hears(server_frame(kText, "kaixo")));
    visit.heard.clear();
  }
  void says(std::string_view text) { visit.send(client_frame(kText, text)); }
  bool said(const Lines& lines) {
    return visit.fixture.becomes([&] { return service.lines == lines; });
  }
  bool has_left(CloseReason reason) {
    return visit.fixture.becomes([&] { return service.closed == 1 && service.reason == reason; });
  }
  /// The code of the close frame that is the last to come.
  unsigned close_code() {
    const std::string all = visit.reads_to_end();
    const std::size_t at = all.rfind('\x88');
    if (at == std::string::npos || all.size() < at + 4) return 0;
    return static_cast<unsigned>(static_cast<unsigned char>(all[at + 2]) << 8 |
                                 static_cast<unsigned char>(all[at + 3]));
  }
  test::Listener service;
  WebVisit visit;
};

TEST_CASE("WebSocketSession: each message is a line, and several if it holds line ends") {
  Guest ana;
  CHECK(ana.service.framing == Framing::websocket);
  ana.says("kaixo");
  ana.says("bat\nbi\r\nhiru");
  ana.says("azkena\n");
  ana.says("");
  ana.says("\n");
  ana.visit.send(client_frame(kText, "za", open_form()) + client_frame(kPing, "p") +
                 client_frame(kGoOn, "ti", open_form()) + client_frame(kGoOn, "tua"));
  CHECK(ana.said({"kaixo", "bat", "bi", "hiru", "azkena", "", "", "zatitua"}));
  CHECK(ana.visit.hears(server_frame(kPong, "p")));
}

TEST_CASE("WebSocketSession: the text rules apply, and a long line is refused alone") {
  Limits limits = test::web_limits();
  limits.line_bytes_max = 10;
  Guest ana(limits);
  ana.says("a\x1b[31mb\x07"s);
  ana.says("0123456789");
  ana.says("0123456789a");
  ana.says("bai");
  CHECK(ana.said({"ab", "0123456789", "bai"}));
  CHECK(ana.visit.hears("was not sent. [too-long]"));
}

TEST_CASE("WebSocketSession: frames that came with the handshake are read after it") {
  test::Listener service;
  WebVisit visit(service);
  visit.send(
      "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: WebSocket\r\nConnection: upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      client_frame(kText, "goiz"));
  CHECK(visit.fixture.becomes([&] { return service.lines == Lines{"goiz"}; }));
}

TEST_CASE("WebSocketSession: a request behind the upgrade is no frame: nothing of it is said") {
  Guest ana;
  ana.visit.send("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(ana.close_code() == 1002);
  CHECK(ana.said({}));
}

TEST_CASE("WebSocketSession: what is held keeps its place, and what follows it") {
  Guest ana;
  ana.visit.fixture.on_worker([&] { ana.service.holds = true; });
  ana.visit.send(client_frame(kText, "bat\nbi\nhiru") + client_frame(kText, "lau", open_form()) +
                 client_frame(kGoOn, "!") + client_frame(kText, ""));
  CHECK(ana.said({}));
  for (int i = 0; i != 3; ++i) ana.visit.fixture.on_worker([&] { ana.service.last->resume(); });
  ana.visit.send(client_frame(kText, "bost"));
  ana.visit.fixture.on_worker([&] {
    ana.service.holds = false;
    ana.service.last->resume();
  });
  CHECK(ana.said({"bat", "bi", "hiru", "lau!", "", "bost"}));
}

TEST_CASE("WebSocketSession: an end that comes while a line is held comes after it") {
  Guest ana;
  ana.visit.fixture.on_worker([&] { ana.service.holds = true; });
  ana.says("bat\nbi");
  ana.visit.far.end_output();
  ana.visit.fixture.on_worker([&] {});
  ana.visit.fixture.on_worker([&] {
    ana.service.holds = false;
    ana.service.last->resume();
  });
  CHECK(ana.close_code() == 1000);
  CHECK(ana.said({"bat", "bi"}));
}

TEST_CASE("WebSocketSession: who asks for more than it reads is answered no further, then all") {
  Limits limits = test::web_limits();
  limits.outbox_bytes_max = 64 * 1024;
  Guest ana(limits);
  std::string shouts;
  for (int i = 0; i != 100; ++i) shouts += "shout\n";
  ana.says(shouts);
  ana.says("azkena");
  CHECK(ana.visit.hears(server_frame(kText, std::string(60'000, '!')), 100));
  CHECK(ana.visit.fixture.becomes([&] { return ana.service.lines.size() == 101; }));
}

TEST_CASE("WebSocketSession: every fault has its code, and nothing of it is said") {
  test::FrameForm unmasked;
  unmasked.is_masked = false;
  test::FrameForm reserved;
  reserved.reserved = 4;
  const std::vector<std::pair<std::string, unsigned>> faults = {
      {client_frame(kText, "x", unmasked), 1002},
      {client_frame(kText, "x", reserved), 1002},
      {client_frame(5, "x"), 1002},
      {client_frame(kPing, "", open_form()), 1002},
      {client_frame(kGoOn, "x"), 1002},
      {client_frame(kClose, close_payload(1005)), 1002},
      {client_frame(kBinary, "x"), 1003},
      {client_frame(kText, "\xFF"), 1007},
      {client_frame(kClose, close_payload(1000, "\xFF")), 1007},
      {"\x81\xFF\0\0\0\0\0\1\0\1\0\0\0\0"s, 1009},
  };
  for (const auto& [bytes, code] : faults) {
    CAPTURE(code);
    Guest ana;
    ana.visit.send(bytes);
    CHECK(ana.close_code() == code);
    CHECK(ana.said({}));
    CHECK(ana.has_left(CloseReason::protocol_error));
  }
}

TEST_CASE("WebSocketSession: RFC 6455 section 5.5.1: a close is answered with its code") {
  for (const unsigned code : {1000U, 1001U, 3999U}) {
    Guest ana;
    ana.visit.send(client_frame(kClose, close_payload(code, "agur")) + client_frame(kText, "late"));
    CHECK(ana.close_code() == code);
    CHECK(ana.said({}));
    CHECK(ana.has_left(CloseReason::peer_closed));
  }
  Guest oskar;
  oskar.visit.send(client_frame(kClose, ""));
  CHECK(oskar.visit.reads_to_end() == server_frame(kClose, ""));
}

TEST_CASE("WebSocketSession: the service's end is a close frame behind its last line") {
  Guest ana;
  ana.says("quit");
  CHECK(ana.visit.reads_to_end() ==
        server_frame(kText, "agur") + server_frame(kClose, close_payload(1000, "quit")));
}

TEST_CASE("WebSocketSession: the feed goes out unchanged, and before the close frame") {
  struct Room final : Feed {
    std::string text = server_frame(kText, "gela");
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
  Room room;
  Guest ana;
  ana.visit.fixture.on_worker([&] {
    ana.service.last->follow(&room);
    ana.service.last->finish(CloseReason::kicked, "kanpora");
  });
  CHECK(ana.visit.reads_to_end() == server_frame(kText, "kanpora") + server_frame(kText, "gela") +
                                        server_frame(kClose, close_payload(1008, "kicked")));
}

TEST_CASE("WebSocketSession: a stopping server says that it goes away") {
  Guest ana;
  ana.visit.fixture.on_worker([&] {
    ana.visit.fixture.worker().for_each_connection([](Connection& each) { each.stop_serving(); });
  });
  CHECK(ana.visit.reads_to_end() ==
        server_frame(kText, "stopping") +
            server_frame(kClose, close_payload(1001, "server_stopping")));
}

TEST_CASE("WebSocketSession: pings are answered, a flood of them is not") {
  Guest ana;
  ana.visit.send(client_frame(kPing, "") + client_frame(kPing, std::string(125, 'p')));
  CHECK(ana.visit.hears(server_frame(kPong, "") + server_frame(kPong, std::string(125, 'p'))));
  // Who counts what did not arrive is told of bytes that are not its own.
  CHECK(ana.visit.fixture.on_worker([&] { return ana.service.door_bytes; }) == 2 + 2 + 125);
  std::string flood;
  for (int i = 0; i != 1000; ++i) flood += client_frame(kPing, "x");
  ana.visit.send(flood);
  CHECK(ana.close_code() == 1008);
  CHECK(ana.visit.heard.size() < 1000);
}

TEST_CASE(
    "WebSocketSession: a silent peer is asked twice and is then gone; one that answers stays") {
  Limits limits = test::web_limits();
  limits.websocket_ping_ms = 30;
  SUBCASE("when it answers nothing") {
    Guest ana(limits);
    CHECK(ana.visit.reads_to_end() == server_frame(kPing, "") + server_frame(kPing, ""));
    CHECK(ana.has_left(CloseReason::peer_vanished));
  }
  SUBCASE("when it answers") {
    limits.websocket_ping_ms = 200;  // a machine that is busy has not vanished
    Guest ana(limits);
    for (std::size_t pings = 1; pings != 6; ++pings) {
      REQUIRE(ana.visit.hears(server_frame(kPing, ""), pings));
      ana.visit.send(client_frame(kPong, ""));
    }
    CHECK(ana.visit.fixture.on_worker([&] { return ana.service.closed == 0; }));
  }
}

TEST_CASE("WebSocketSession: who answers pings and says nothing is idle all the same") {
  Limits limits = test::web_limits();
  limits.websocket_ping_ms = 30;
  limits.websocket_missed_pings_max = 1'000;  // a machine that is busy has not vanished
  limits.idle_timeout_ms = 200;
  Guest ana(limits);
  while (!ana.visit.fixture.on_worker([&] { return ana.service.closed == 1; }) &&
         ana.visit.heard.find('\x88') == std::string::npos) {
    ana.visit.heard += ana.visit.far.take_available();
    ana.visit.send(client_frame(kPong, ""));
    ::poll(nullptr, 0, 5);
  }
  CHECK(ana.close_code() == 1008);
  CHECK(ana.visit.heard.find("idle for too long") != std::string::npos);
}

struct Echoed {
  Echoed() : visit(service) { visit.upgrades(); }
  test::Mirror service;
  WebVisit visit;
};

TEST_CASE("WebSocketSession: a service of bytes gets messages of both kinds, and answers in kind") {
  Echoed echo;
  std::string all;
  for (unsigned byte = 0; byte != 256; ++byte) all += static_cast<char>(byte);
  echo.visit.send(client_frame(kBinary, all));
  CHECK(echo.visit.hears(server_frame(kBinary, all)));
  echo.visit.send(client_frame(kText, "caf\xC3\xA9"));
  CHECK(echo.visit.hears(server_frame(kText, "caf\xC3\xA9")));
  echo.visit.send(client_frame(kText, ""));
  CHECK(echo.visit.hears(server_frame(kText, "")));
  echo.visit.heard.clear();
  echo.visit.send(client_frame(kBinary, "ka", open_form()) + client_frame(kGoOn, "", open_form()) +
                  client_frame(kPing, "p") + client_frame(kGoOn, ""));
  CHECK(echo.visit.hears(server_frame(kGoOn, "")));
  CHECK(echo.visit.heard ==
        server_frame(kBinary, "ka", false) + server_frame(kPong, "p") + server_frame(kGoOn, ""));
}

TEST_CASE("WebSocketSession: a long message comes back whole, in frames of what was read") {
  Echoed echo;
  const std::string payload = test::pattern(3'000'000, 5);
  std::thread sender([&] { echo.visit.send(client_frame(kBinary, payload)); });
  std::string back;
  unsigned frames = 0;
  bool is_over = false;
  std::string& heard = echo.visit.heard;
  CHECK(echo.visit.fixture.becomes([&] {
    heard += echo.visit.far.take_available();
    std::size_t at = 0;
    while (heard.size() - at >= 2) {
      const auto second = static_cast<unsigned char>(heard[at + 1]);
      const std::size_t length_bytes = second == 126 ? 2 : second == 127 ? 8 : 0;
      if (heard.size() - at < 2 + length_bytes) break;
      std::size_t size = length_bytes == 0 ? second : 0;
      for (std::size_t i = 0; i != length_bytes; ++i) {
        size = size << 8U | static_cast<unsigned char>(heard[at + 2 + i]);
      }
      if (heard.size() - at < 2 + length_bytes + size) break;
      if ((heard[at] & 0x0F) != (frames == 0 ? 2 : 0)) return true;
      ++frames;
      is_over = (static_cast<unsigned char>(heard[at]) & 0x80U) != 0;
      back += heard.substr(at + 2 + length_bytes, size);
      at += 2 + length_bytes + size;
    }
    heard.erase(0, at);
    return is_over;
  }));
  sender.join();
  CHECK(back == payload);
  CHECK(heard.empty());
}

TEST_CASE("WebSocketSession: an idle one is small") {
  CHECK(sizeof(WebSocketSession) <= 256);
}

}  // namespace
}  // namespace grotto
