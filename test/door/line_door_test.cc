#include "door/line_door.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "../net/worker_fixture.h"

namespace grotto {
namespace {

using namespace std::string_literals;
using Lines = std::vector<std::string>;

// Writes down what it is told and answers each line by itself. Used on the worker's thread only.
struct Recorder final : Service {
  void on_open(Session& session) override {
    ++opened;
    last = &session;
    first_command = session.first_command();
    session.write_line("kaixo");
  }
  Taken on_line(Session& session, std::string_view line) override {
    ++offered;
    is_command_over = is_command_over && session.first_command().empty();
    if (waits_left != 0 && line == waits_for) {
      --waits_left;
      session.resume();  // too early: nothing is held yet, and nothing may come of it
      return Taken::wait;
    }
    lines.emplace_back(line);
    if (line == "/telnet") session.start_telnet();
    if (line == "/help") {
      for (int left = 64; left != 0; --left) session.write_line(std::string(1022, 'h'));
      outbox_most = std::max(outbox_most, session.outbox_bytes());
    }
    return Taken::yes;
  }
  void on_end_of_input(Session& session) override {
    ++ended;
    session.finish(CloseReason::peer_closed, "agur");
  }
  std::string phrase(Session& session, std::string_view sentence, std::string_view code) override {
    if (!is_formal) return Service::phrase(session, sentence, code);
    return "<" + std::string(code) + "|" + std::string(sentence) + ">";
  }
  void on_closed(Session& /*session*/, CloseReason why) override {
    ++closed;
    reason = why;
    last = nullptr;
  }

  Lines lines;
  std::string first_command;
  bool is_command_over = true;  // once on_open() has returned
  bool is_formal = false;
  std::string waits_for;
  int waits_left = 0;
  int offered = 0;
  int opened = 0;
  int ended = 0;
  int closed = 0;
  std::size_t outbox_most = 0;
  CloseReason reason = CloseReason::none;
  Session* last = nullptr;
};

Limits quick() {
  Limits limits;
  limits.line_bytes_max = 64;
  limits.close_drain_ms = 50;
  return limits;
}

// A peer at a real worker's door.
struct Visit {
  explicit Visit(DoorSet doors = {}, const Limits& limits = quick()) : fixture(limits) {
    auto pair = test::make_unix_pair();
    far = std::move(pair.far);
    fixture.on_worker(
        [&] { fixture.worker().adopt(pair.near.release(), Address(), make_door(service, doors)); });
  }
  template <class Is>
  bool becomes(Is is) {
    return fixture.becomes(is);
  }
  /// Ends the input and returns all that the peer reads to the end.
  std::string leaves() {
    far.end_output();
    return reads_to_end();
  }
  std::string reads_to_end() {
    std::string all = heard;
    CHECK(far.read_to_end(all));
    far.reset();
    CHECK(becomes([&] { return fixture.worker().connections() == 0; }));
    return all;
  }
  bool hears(std::string_view text) {
    return fixture.becomes([&] {
      heard += far.take_available();
      return heard.find(text) != std::string::npos;
    });
  }

  Recorder service;
  test::WorkerFixture fixture;
  test::Fd far;
  std::string heard;
};

TEST_CASE("LineDoor: a silent peer is greeted, lines come clean, the last unterminated one too") {
  Visit ana;
  CHECK(ana.hears("kaixo\r\n"));
  ana.far.send_all("bat\r\nb\x1b[31mi\n\nhiru");
  CHECK(ana.leaves() == "kaixo\r\nagur\r\n");
  CHECK(ana.service.lines == Lines{"bat", "bi", "", "hiru"});
  CHECK(ana.service.ended == 1);
  CHECK(ana.service.closed == 1);
}

TEST_CASE("LineDoor: the same lines whatever the splits") {
  const std::string text = "bat\r\nbi\r\0hi\xFF\xF6ru\rlau\n"s;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    Visit ana;
    ana.far.send_all(std::string_view{text}.substr(0, at));
    CHECK(ana.becomes([&] { return ana.fixture.worker().connections() == 1; }));
    ana.far.send_all(std::string_view{text}.substr(at));
    CHECK(ana.leaves().find("[yes]\r\n") != std::string::npos);
    CHECK(ana.service.lines == Lines{"bat", "bi", "hiru", "lau"});
  }
}

TEST_CASE("LineDoor: too long a line is refused with the limit, the next one comes") {
  Visit ana;
  ana.far.send_all(std::string(64, 'x') + "\n" + std::string(65, 'x') + "\nbai\n");
  CHECK(ana.leaves().find("Your line is longer than 64 bytes and was not sent. [too-long]\r\n") !=
        std::string::npos);
  CHECK(ana.service.lines == Lines{std::string(64, 'x'), "bai"});
}

TEST_CASE("LineDoor: what it says itself is put by the service") {
  Limits limits = quick();
  limits.idle_timeout_ms = 50;
  for (const bool is_formal : {false, true}) {
    CAPTURE(is_formal);
    Visit ana({}, limits);
    ana.service.is_formal = is_formal;
    ana.far.send_all(std::string(65, 'x') + "\n");
    const std::string heard = ana.reads_to_end();
    CHECK(ana.service.reason == CloseReason::idle_timeout);
    CHECK(heard == (is_formal ? "kaixo\r\n<too-long|Your line is longer than 64 bytes and was not "
                                "sent.>\r\n<|You were idle for too long. Goodbye!>\r\n"
                              : "kaixo\r\nYour line is longer than 64 bytes and was not sent. "
                                "[too-long]\r\nYou were idle for too long. Goodbye!\r\n"));
  }
}

TEST_CASE("LineDoor: a command that came before the greeting is known while greeting, and taken") {
  const auto first_of = [](std::string_view input) {
    Visit ana;
    ana.far.send_all(input);
    ana.leaves();
    CHECK(ana.service.is_command_over);
    return std::pair(ana.service.first_command, ana.service.lines);
  };
  CHECK(first_of("/format json\r\nbot\n") ==
        std::pair("/format json"s, Lines{"/format json", "bot"}));
  CHECK(first_of("/a\x1b[31mb\n") == std::pair("/ab"s, Lines{"/ab"}));
  CHECK(first_of("/\n") == std::pair("/"s, Lines{"/"}));
  CHECK(first_of("/cut off") == std::pair(""s, Lines{"/cut off"}));
  CHECK(first_of("bot\n/format json\n") == std::pair(""s, Lines{"bot", "/format json"}));
  CHECK(first_of("/" + std::string(63, 'x') + "\n").first == "/" + std::string(63, 'x'));
  CHECK(first_of("/" + std::string(64, 'x') + "\n") == std::pair(""s, Lines{}));
  Visit oskar;
  CHECK(oskar.hears("kaixo"));
  oskar.far.send_all("/format json\n");
  oskar.leaves();
  CHECK(oskar.service.first_command.empty());
}

TEST_CASE("LineDoor: hellos of others get one sentence, and the service hears nothing") {
  for (const std::string& hello : {"GET / HTTP/1.1\r\nHost: x\r\n\r\n"s, "\x16\x03\x01"s,
                                   "SSH-2.0-x\r\n"s, "PROXY TCP4 x\r\n"s, "\x05\x01\0"s}) {
    Visit browser;
    browser.far.send_all(hello);
    const std::string answer = browser.reads_to_end();
    CHECK(answer.starts_with("This is a Grotto line server"));
    CHECK(answer.find("\r\n") == answer.size() - 2);
    CHECK(browser.service.opened == 0);
    CHECK(browser.service.closed == 0);
    CHECK(browser.service.lines.empty());
  }
}

TEST_CASE("LineDoor: HTTP as the first input after the greeting closes and is not said") {
  for (const bool is_split : {false, true}) {
    Visit browser;
    CHECK(browser.hears("kaixo\r\n"));
    if (is_split) {
      browser.far.send_all("G");
      CHECK(browser.becomes([] { return true; }));
    }
    browser.far.send_all(is_split ? "ET / HTTP/1.1\r\nx\r\n" : "GET / HTTP/1.1\r\nx\r\n");
    CHECK(browser.reads_to_end() == "kaixo\r\n");
    CHECK(browser.service.lines.empty());
    CHECK(browser.service.reason == CloseReason::bad_hello);
  }
}

TEST_CASE("LineDoor: a line that must wait is held with what follows, and nothing is lost") {
  Visit ana;
  ana.fixture.on_worker([&] {
    ana.service.waits_for = "bi";
    ana.service.waits_left = 2;
  });
  ana.far.send_all("bat\nbi\nhiru\nlau");
  ana.far.end_output();
  for (int round = 1; round <= 2; ++round) {
    CHECK(ana.becomes([&] { return ana.service.offered == 1 + round; }));
    CHECK(ana.fixture.on_worker([&] { return ana.service.lines; }) == Lines{"bat"});
    ana.fixture.on_worker([&] { ana.service.last->resume(); });
  }
  CHECK(ana.leaves() == "kaixo\r\nagur\r\n");
  CHECK(ana.service.lines == Lines{"bat", "bi", "hiru", "lau"});
  CHECK(ana.service.ended == 1);
}

TEST_CASE("LineDoor: who goes away while a line is held is closed once") {
  Visit ana;
  ana.fixture.on_worker([&] {
    ana.service.waits_for = "bat";
    ana.service.waits_left = 1;
  });
  ana.far.send_all("bat\nbi\n");
  CHECK(ana.becomes([&] { return ana.service.offered == 1; }));
  ana.fixture.on_worker([&] {
    ana.service.last->resume();
    ana.service.last->finish(CloseReason::service_ended, {});
  });
  CHECK(ana.reads_to_end() == "kaixo\r\n");
  CHECK(ana.service.lines.empty());
  CHECK(ana.service.closed == 1);
}

TEST_CASE("LineDoor: short commands with long answers stop being read when the outbox is full") {
  Visit ana;
  std::string asks;
  for (int left = 200; left != 0; --left) asks += "/help\n";
  ana.far.send_all(asks + "azkena\n");
  CHECK(ana.becomes([&] { return ana.service.offered >= 3; }));
  const std::string all = ana.leaves();
  CHECK(all.size() == 7 + 200 * 64 * 1024 + 6);
  CHECK(ana.service.lines.size() == 201);
  CHECK(ana.service.outbox_most <= (256 + 2 * 64) * 1024);
}

TEST_CASE("LineDoor: in character mode keys are echoed and the half-typed line is drawn again") {
  Visit ana;
  ana.far.send_all("/telnet\n");
  CHECK(ana.hears("\xFF\xFB\x01\xFF\xFB\x03\xFF\xFD\x1F\xFF\xFD\x18"));
  ana.far.send_all("\xFF\xFD\x01\xFF\xFD\x03kai");
  CHECK(ana.hears("kai"));
  ana.fixture.on_worker([&] { ana.service.last->write_line("oskar: bai"); });
  CHECK(ana.hears("kai\r\x1b[Joskar: bai\r\nkai"));
  ana.far.send_all("x\x7Fxo\r");
  CHECK(ana.hears("xo\r\n"));
  ana.far.send_all("\x04");
  CHECK(ana.becomes([&] { return ana.service.ended == 1; }));
  ana.reads_to_end();
  CHECK(ana.service.lines == Lines{"/telnet", "kaixo"});
  CHECK(ana.service.reason == CloseReason::quit);
}

TEST_CASE("LineDoor: what is hidden is not shown, in line mode and in character mode") {
  Visit ana;
  bool is_hidden = false;
  const auto hides = [&](bool wanted) {
    ana.fixture.on_worker([&] { is_hidden = ana.service.last->hide_input(wanted); });
    return is_hidden;
  };
  ana.far.send_all("nc\n");
  CHECK(ana.becomes([&] { return ana.service.offered == 1; }));
  CHECK_FALSE(hides(true));  // it has not spoken telnet
  ana.far.send_all("\xFF\xFD\x06");
  CHECK(ana.hears("\xFF\xFB\x06"));
  CHECK(hides(true));
  CHECK(ana.hears("\xFF\xFB\x01"));
  ana.far.send_all("\xFF\xFD\x01sesame\r\n");
  CHECK(ana.hears("\xFF\xFB\x01\r\n"));  // Enter, which its terminal did not show
  CHECK(hides(false));
  CHECK(ana.hears("\xFF\xFC\x01"));
  ana.far.send_all("\xFF\xFE\x01/telnet\n");
  CHECK(ana.hears("\xFF\xFB\x03"));
  ana.far.send_all("\xFF\xFD\x01\xFF\xFD\x03");
  ana.far.send_all("shown");
  CHECK(ana.hears("shown"));
  CHECK(hides(true));
  CHECK(ana.hears("shown\r\x1b[J"));
  ana.far.send_all(" and hidden\r");
  CHECK(ana.becomes([&] { return ana.service.offered == 4; }));
  CHECK(hides(false));
  const std::string all = ana.leaves();
  CHECK(all.find("hidden") == std::string::npos);
  CHECK(ana.service.lines == Lines{"nc", "sesame", "/telnet", "shown and hidden"});
}

TEST_CASE("LineDoor: with the telnet door off 0xFF is text that is not UTF-8") {
  Visit ana{DoorSet{.telnet = false}};
  ana.far.send_all("\xFF\xF6\n/telnet\n");
  CHECK(ana.leaves() == "kaixo\r\nagur\r\n");
  CHECK(ana.service.lines == Lines{"\uFFFD\uFFFD", "/telnet"});
}

TEST_CASE("LineDoor: a peer is 120 bytes, a chunk of 128") {
  CHECK(sizeof(LineDoor) <= 120);
}

}  // namespace
}  // namespace grotto
