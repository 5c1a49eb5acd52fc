#include "door/web_door.h"

#include <doctest/doctest.h>

#include <string>

#include "web_visit.h"

namespace grotto {
namespace {

using test::WebVisit;

std::string get(std::string_view path, std::string_view fields = {}) {
  return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
         "\r\n";
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// What one connection reads for `request`, which ends it.
std::string answer_to(std::string_view request, const WebSite& site = test::site_at()) {
  test::Listener service;
  WebVisit visit(service, test::web_limits(), site);
  visit.send(request);
  visit.far.end_output();
  const std::string all = visit.reads_to_end();
  visit.fixture.stop();
  CHECK(service.lines.empty());  // nothing ever reaches the service
  CHECK(service.last == nullptr);
  return all;
}

unsigned status_of(std::string_view request) {
  const std::string all = answer_to(request);
  return all.starts_with("HTTP/1.1 ") ? static_cast<unsigned>(std::stoul(all.substr(9))) : 0;
}

TEST_CASE("WebDoor: the page, its health and what there is not") {
  const std::string page = answer_to(get("/"));
  CHECK(page.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(has(page, "Content-Type: text/html; charset=utf-8\r\n"));
  CHECK(has(page, "<!doctype html>"));
  CHECK(has(answer_to(get("/healthz")), "\r\n\r\n{\"status\":\"ok\"}\n"));
  const std::string missing = answer_to(get("/none"));
  CHECK(missing.starts_with("HTTP/1.1 404 Not Found\r\n"));
  CHECK(has(missing, "\"code\":\"not-found\""));
  CHECK_FALSE(has(missing, "none\""));  // nothing is sent back that was sent
}

TEST_CASE("WebDoor: HEAD reads what GET reads, without the body; other methods are told which do") {
  const std::string head = answer_to("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  CHECK(has(head, "Content-Length: "));
  CHECK(head.ends_with("\r\n\r\n"));
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"}) {
    const std::string all = answer_to(
        std::string(method) + " / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    CHECK(all.starts_with("HTTP/1.1 405 "));
    CHECK(has(all, "Allow: GET, HEAD\r\n"));
  }
  CHECK(status_of("OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n") == 405);
  CHECK(status_of("CONNECT x:80 HTTP/1.1\r\nHost: localhost\r\n\r\n") == 405);
}

TEST_CASE("WebDoor: who asks by another name, or from another page, is refused") {
  CHECK(status_of("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n") == 421);
  CHECK(status_of("GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n") == 421);
  CHECK(status_of(get("/", "Origin: http://evil.example\r\n")) == 403);
  CHECK(status_of(get("/", "Origin: null\r\n")) == 403);
  CHECK(status_of(get("/", "Origin: http://localhost\r\n")) == 200);
  CHECK(status_of(get("/ws", "Origin: http://evil.example\r\n")) == 403);
  // Before a byte of the body is asked for.
  CHECK(status_of("POST /rooms/lobby HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n"
                  "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n") == 403);
}

TEST_CASE("WebDoor: requests on one connection are answered in their order") {
  test::Listener service;
  WebVisit visit(service);
  visit.send(get("/healthz") + get("/none") + get("/healthz", "Connection: close\r\n") +
             get("/healthz"));
  const std::string all = visit.reads_to_end();
  const std::size_t first = all.find("HTTP/1.1 200");
  const std::size_t second = all.find("HTTP/1.1 404");
  const std::size_t third = all.find("HTTP/1.1 200", second);
  CHECK(first == 0);
  CHECK(second != std::string::npos);
  REQUIRE(third != std::string::npos);
  CHECK(has(all.substr(third), "Connection: close\r\n"));
  CHECK(all.find("HTTP/1.1 200", third + 1) == std::string::npos);  // the fourth was not read
}

TEST_CASE("WebDoor: a connection ends after its last request, which says so") {
  test::Listener service;
  Limits limits = test::web_limits();
  limits.http_requests_max = 2;
  WebVisit visit(service, limits);
  visit.send(get("/healthz"));
  REQUIRE(visit.hears("ok"));
  CHECK_FALSE(has(visit.heard, "Connection: close"));
  visit.send(get("/healthz") + get("/none"));
  const std::string all = visit.reads_to_end();
  CHECK(has(all, "Connection: close"));
  CHECK_FALSE(has(all, "404"));
}

TEST_CASE("WebDoor: many requests whose answers nobody reads are answered no further, then all") {
  test::Listener service;
  Limits limits = test::web_limits();
  limits.outbox_bytes_max = 8 * 1024;
  WebVisit visit(service, limits);
  const std::size_t requests = 900;
  std::string all;
  for (std::size_t i = 0; i != requests; ++i) all += get("/healthz");
  visit.send(all);
  CHECK(visit.hears("{\"status\":\"ok\"}\n", requests));
}

TEST_CASE("WebDoor: what cannot be read is answered with its status, and the connection ends") {
  CHECK(status_of("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(status_of("GET / HTTP/2.0\r\nHost: localhost\r\n\r\n") == 505);
  const std::string all = answer_to("BREW / HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/healthz"));
  CHECK(all.starts_with("HTTP/1.1 501 "));
  CHECK(has(all, "Connection: close\r\n"));
  CHECK_FALSE(has(all, "\"ok\""));
}

TEST_CASE("WebDoor: who asks whether its body is wanted is told so, once") {
  test::Listener service;
  WebVisit visit(service);
  visit.send(
      "POST /x HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
  REQUIRE(visit.hears("HTTP/1.1 100 Continue\r\n\r\n"));
  visit.send("kai");
  visit.send("xo" + get("/healthz", "Connection: close\r\n"));
  const std::string all = visit.reads_to_end();
  CHECK(all.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 404 "));
  CHECK(has(all, "\"ok\""));
}

TEST_CASE("WebDoor: a head and a body have deadlines; a connection that waits for nothing ends") {
  test::Listener service;
  Limits limits = test::web_limits();
  SUBCASE("when a head comes too slowly") {
    limits.http_head_ms = 50;
    WebVisit visit(service, limits);
    visit.send("GET / HT");
    CHECK(visit.reads_to_end().starts_with("HTTP/1.1 408 "));
  }
  SUBCASE("when a second head comes too slowly") {
    limits.http_head_ms = 50;
    WebVisit visit(service, limits);
    visit.send(get("/healthz") + "GET / HT");
    CHECK(has(visit.reads_to_end(), "HTTP/1.1 408 "));
  }
  SUBCASE("when a body comes too slowly") {
    limits.http_body_ms = 50;
    WebVisit visit(service, limits);
    visit.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nkai");
    CHECK(visit.reads_to_end().starts_with("HTTP/1.1 408 "));
  }
  SUBCASE("when nothing was asked") {
    limits.http_head_ms = 50;
    WebVisit visit(service, limits);
    CHECK(visit.reads_to_end().empty());
  }
  SUBCASE("when nothing more is asked") {
    limits.http_keep_alive_ms = 50;
    WebVisit visit(service, limits);
    visit.send(get("/healthz"));
    CHECK(visit.reads_to_end().ends_with("{\"status\":\"ok\"}\n"));
  }
}

TEST_CASE("WebDoor: behind a prefix everything has it") {
  const WebSite& site = test::site_at("/chat");
  CHECK(has(answer_to(get("/chat/healthz"), site), "\"ok\""));
  CHECK(answer_to(get("/chat/"), site).starts_with("HTTP/1.1 200 "));
  const std::string bare = answer_to(get("/chat"), site);
  CHECK(bare.starts_with("HTTP/1.1 308 "));
  CHECK(has(bare, "Location: /chat/\r\n"));
  for (const char* path : {"/", "/healthz", "/chats/", "/chat//", "/ws"}) {
    CAPTURE(path);
    CHECK(answer_to(get(path), site).starts_with("HTTP/1.1 404 "));
  }
}

/// A service with an interface for programs.
struct Spoken final : Service, WebApi {
  struct Ticks final : ApiStream {
    void start(Session& session) override {
      CHECK(session.framing() == Framing::events);
      session.write_line("tick");
      session.finish(CloseReason::service_ended, "tock");
    }
  };
  void on_open(Session& /*session*/) override {}
  [[nodiscard]] WebApi* web_api() noexcept override { return this; }
  [[nodiscard]] std::optional<ApiAnswer> answer(const ApiRequest& request) override {
    ApiAnswer made;
    if (request.path == "/ticks") {
      made.stream = std::make_unique<Ticks>();
      return made;
    }
    if (request.path != "/rooms/a b") return std::nullopt;
    asked = std::string(request.method) + "|" + std::string(request.query) + "|" +
            std::string(request.body) + "|" + std::string(request.token) + "|" +
            std::string(request.last_event_id);
    made.status = 429;
    made.body = "{}";
    made.retry_after = 3;
    return made;
  }
  std::string asked;
};

TEST_CASE("WebDoor: a service answers programs itself") {
  Spoken service;
  WebVisit visit(service);
  visit.send(
      "POST /rooms/a%20b?as=ana HTTP/1.1\r\nHost: localhost\r\nAuthorization: BEARER  t0ken\r\n"
      "Last-Event-ID: 7\r\nContent-Length: 5\r\n\r\nkaixo" +
      get("/other", "Connection: close\r\n"));
  const std::string all = visit.reads_to_end();
  CHECK(all.starts_with("HTTP/1.1 429 Too Many Requests\r\n"));
  CHECK(has(all, "Retry-After: 3\r\n"));
  CHECK(has(all, "\r\n\r\n{}\nHTTP/1.1 404 "));
  CHECK(service.asked == "POST|as=ana|kaixo|t0ken|7");
}

TEST_CASE("WebDoor: events go on until the service ends them") {
  Spoken service;
  WebVisit visit(service);
  visit.send(get("/ticks"));
  const std::string all = visit.reads_to_end();
  CHECK(has(all, "Content-Type: text/event-stream\r\n"));
  CHECK_FALSE(has(all, "Content-Length"));
  CHECK(all.ends_with("\r\n\r\ndata: tick\n\ndata: tock\n\n"));
  WebVisit head(service);
  head.send("HEAD /ticks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  CHECK(head.reads_to_end().ends_with("\r\n\r\n"));
}

TEST_CASE("WebDoor: RFC 6455 section 4.2: a handshake that is none") {
  const std::string good =
      "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\nSec-WebSocket-Version: 13\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  CHECK(status_of(get("/ws")) == 426);
  CHECK(status_of(get("/ws", "Upgrade: h2c\r\nConnection: Upgrade\r\n")) == 426);
  CHECK(status_of(get("/ws", "Upgrade: websocket\r\n" + key)) == 426);
  CHECK(status_of(get("/ws", good)) == 400);
  CHECK(status_of(get("/ws", good + key + key)) == 400);
  CHECK(status_of(get("/ws", good + "Sec-WebSocket-Key: c2hvcnQ=\r\n")) == 400);
  CHECK(status_of(get("/ws", good + key + "Content-Length: 1\r\n") + "x") == 400);
  CHECK(status_of("POST /ws HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n") == 405);
  const std::string old = answer_to(get(
      "/ws", "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 8\r\n" + key));
  CHECK(old.starts_with("HTTP/1.1 426 "));
  CHECK(has(old, "Sec-WebSocket-Version: 13\r\n"));
}

}  // namespace
}  // namespace grotto
