// Visitors of the web door: they send bytes as a browser or a bad one would, and read what comes.
// Threads: the test's; the service runs on a worker's.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../net/worker_fixture.h"
#include "../web/frames.h"
#include "door/web_door.h"
#include "grotto/service.h"

namespace grotto::test {

inline const WebSite& site_at(std::string base = {}) {
  static const WebSite root{HostRules::create({}, "127.0.0.1").value(), "", "", embedded_assets()};
  static const WebSite below{HostRules::create({}, "127.0.0.1").value(), "", "/chat",
                             embedded_assets()};
  return base.empty() ? root : below;
}

/// Greets, writes down lines, and takes them when it is told to.
struct Listener final : Service {
  void on_open(Session& session) override {
    last = &session;
    framing = session.framing();
    session.write_line("kaixo");
  }
  Taken on_line(Session& session, std::string_view line) override {
    if (holds) return Taken::wait;
    lines.emplace_back(line);
    if (line == "quit") session.finish(CloseReason::quit, "agur");
    if (line == "shout") session.write_line(std::string(60'000, '!'));
    return Taken::yes;
  }
  void on_stopping(Session& session) override { session.write_line("stopping"); }
  void on_door_bytes(Session& /*session*/, std::size_t bytes) override { door_bytes += bytes; }
  void on_closed(Session& /*session*/, CloseReason why) override {
    ++closed;
    reason = why;
  }
  Session* last = nullptr;
  Framing framing = Framing::lines;
  std::vector<std::string> lines;
  bool holds = false;
  std::size_t door_bytes = 0;
  int closed = 0;
  CloseReason reason = CloseReason::none;
};

struct Mirror final : Service {
  [[nodiscard]] bool wants_bytes() const noexcept override { return true; }
  void on_open(Session& /*session*/) override {}
  void on_bytes(Session& session, std::string_view bytes) override { session.write(bytes); }
};

inline Limits web_limits() {
  Limits limits;
  limits.close_drain_ms = 50;
  return limits;
}

struct WebVisit {
  explicit WebVisit(Service& service, const Limits& limits = web_limits(),
                    const WebSite& site = site_at(), const Address& peer = {})
      : fixture(limits) {
    auto pair = make_unix_pair();
    far = std::move(pair.far);
    fixture.on_worker([&] {
      fixture.worker().adopt(pair.near.release(), peer, std::make_unique<WebDoor>(service, site));
    });
  }

  void send(std::string_view bytes) { far.send_all(bytes); }

  bool hears(std::string_view text, std::size_t times = 1) {
    return fixture.becomes([&] {
      heard += far.take_available();
      std::size_t found = 0;
      for (std::size_t at = heard.find(text); at != std::string::npos;
           at = heard.find(text, at + text.size())) {
        ++found;
      }
      return found >= times;
    });
  }
  std::string reads_to_end() {
    CHECK(far.read_to_end(heard));
    return heard;
  }
  /// After the answer to the handshake.
  void upgrades() {
    send(
        "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    REQUIRE(hears("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"));
    heard.erase(0, heard.find("\r\n\r\n") + 4);
  }

  WorkerFixture fixture;
  Fd far;
  std::string heard;
};

inline std::string server_frame(unsigned opcode, std::string_view payload, bool is_final = true) {
  std::string out(
      WebSocketHeader(static_cast<WebSocketOpcode>(opcode), is_final, payload.size()).bytes());
  return out.append(payload);
}

}  // namespace grotto::test
