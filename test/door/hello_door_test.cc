#include "door/hello_door.h"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "../net/worker_fixture.h"

namespace grotto {
namespace {

using Lines = std::vector<std::string>;

/// Greets, writes down lines, says goodbye.
struct Greeter : Service {
  void on_open(Session& session) override { session.write_line("kaixo"); }
  Taken on_line(Session& /*session*/, std::string_view line) override {
    lines.emplace_back(line);
    return Taken::yes;
  }
  void on_end_of_input(Session& session) override {
    session.finish(CloseReason::peer_closed, "agur");
  }
  Lines lines;
};

struct Echo final : Service {
  [[nodiscard]] bool wants_bytes() const noexcept override { return true; }
  void on_open(Session& /*session*/) override {}
  void on_bytes(Session& session, std::string_view bytes) override { session.write(bytes); }
};

Limits quick_hello() {
  Limits limits;
  limits.close_drain_ms = 50;
  limits.silent_hello_ms = 100;
  return limits;
}

struct HelloVisit {
  HelloVisit(Service& service, DoorSet doors, std::string first_bytes = {},
             const Limits& limits = quick_hello(), std::chrono::milliseconds stands_still = {})
      : fixture(limits) {
    auto pair = test::make_unix_pair();
    far = std::move(pair.far);
    fixture.on_worker([&] {
      std::this_thread::sleep_for(stands_still);
      fixture.worker().adopt(pair.near.release(), Address(),
                             make_door(service, doors, std::move(first_bytes)));
    });
  }
  bool hears(std::string_view text) {
    return fixture.becomes([&] {
      heard += far.take_available();
      return heard.find(text) != std::string::npos;
    });
  }
  std::string reads_to_end() {
    CHECK(far.read_to_end(heard));
    return heard;
  }
  test::WorkerFixture fixture;
  test::Fd far;
  std::string heard;
};

void types_slowly(HelloVisit& visit, std::string_view text) {
  for (const char letter : text) {
    visit.far.send_all(std::string(1, letter));
    const std::uint64_t then = Worker::now_ns();
    CHECK(visit.fixture.becomes([&] { return Worker::now_ns() - then > 20'000'000; }));
  }
}

}  // namespace

TEST_CASE("HelloDoor: who goes on typing is not silent, however slowly a request comes") {
  Greeter greeter;
  HelloVisit browser(greeter, {}, {}, Limits());
  types_slowly(browser, "GET / HTTP/1.");
  CHECK(browser.reads_to_end().find("not a web server") != std::string::npos);
  CHECK(browser.heard.find("kaixo") == std::string::npos);
}

TEST_CASE("HelloDoor: who has spoken while the worker stood still is not silent") {
  Greeter greeter;
  HelloVisit browser(greeter, {}, {}, Limits());
  browser.fixture.on_worker([&] {
    browser.far.send_all("GET / HTTP/1.1\r\n");
    std::this_thread::sleep_for(std::chrono::milliseconds(2 * Limits().first_bytes_ms));
  });
  CHECK(browser.reads_to_end().find("not a web server") != std::string::npos);
  CHECK(browser.heard.find("kaixo") == std::string::npos);
}

TEST_CASE("HelloDoor: who comes while the worker stands still has as long as anybody to speak") {
  Greeter greeter;
  const Limits limits;
  HelloVisit browser(greeter, {}, {}, limits, std::chrono::milliseconds(2 * limits.first_bytes_ms));
  const std::uint64_t then = Worker::now_ns();
  CHECK(browser.fixture.becomes([&] { return Worker::now_ns() - then > 50'000'000; }));
  browser.far.send_all("GET / HTTP/1.1\r\n");
  CHECK(browser.reads_to_end().find("not a web server") != std::string::npos);
  CHECK(browser.heard.find("kaixo") == std::string::npos);
}

TEST_CASE("HelloDoor: who drips a request that never tells is greeted in the end") {
  Greeter greeter;
  HelloVisit drip(greeter, {});
  types_slowly(drip, "GET /xxxxxxxxxxxxxxxxx");  // 22 times 20 ms, of 100 ms
  CHECK(drip.hears("kaixo\r\n"));
}

TEST_CASE("HelloDoor: half a hello that was read before is awaited like any other") {
  Greeter greeter;
  Limits patient = quick_hello();
  patient.silent_hello_ms = patient.first_bytes_ms = 5'000;
  HelloVisit browser(greeter, {}, "GET / H", patient);
  const std::uint64_t then = Worker::now_ns();
  CHECK(browser.fixture.becomes([&] { return Worker::now_ns() - then > 50'000'000; }));
  browser.far.send_all("TTP/1.1\r\n");
  CHECK(browser.reads_to_end().find("not a web server") != std::string::npos);
  CHECK(browser.heard.find("kaixo") == std::string::npos);
  HelloVisit person(greeter, {}, "G");
  CHECK(person.hears("kaixo\r\n"));  // by and by
}

TEST_CASE("HelloDoor: what was read before comes first, then what follows") {
  Greeter greeter;
  HelloVisit ana(greeter, {}, "bat\r\nb");
  CHECK(ana.hears("kaixo\r\n"));
  ana.far.send_all("i\r\n");
  ana.far.end_output();
  CHECK(ana.reads_to_end() == "kaixo\r\nagur\r\n");
  CHECK(greeter.lines == Lines{"bat", "bi"});
  Echo echo;
  HelloVisit bytes(echo, DoorSet::usual(true), "GET /");
  CHECK(bytes.hears("GET /"));
  bytes.far.send_all("\xFF\xFB");
  CHECK(bytes.hears("GET /\xFF\xFB"));
}

TEST_CASE("HelloDoor: where no lines are spoken nobody is greeted, and silence ends") {
  Greeter greeter;
  DoorSet none;
  none.plain = none.telnet = false;
  HelloVisit silent(greeter, none);
  CHECK(silent.reads_to_end() == "Nothing came that tells what you speak.\r\n");
  HelloVisit speaking(greeter, none);
  speaking.far.send_all("kaixo\r\n");
  CHECK(speaking.reads_to_end() == "This listener takes no lines of text.\r\n");
  CHECK(greeter.lines.empty());
}

}  // namespace grotto
