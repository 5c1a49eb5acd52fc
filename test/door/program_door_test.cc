#include "door/program_door.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "../net/worker_fixture.h"

namespace grotto {
namespace {

using Lines = std::vector<std::string>;

// Writes down the lines it gets, and holds those that begin with `wait` as often as asked.
struct Recorder final : Service {
  void on_open(Session& session) override {
    last = &session;
    session.write_line("for people only");
  }
  Taken on_line(Session& session, std::string_view line) override {
    if (waits_left > 0 && line.starts_with("wait")) {
      --waits_left;
      held = &session;
      return Taken::wait;
    }
    lines.emplace_back(line);
    return Taken::yes;
  }
  void on_end_of_input(Session& session) override {
    ++ended;
    session.finish(CloseReason::peer_closed, "for people only");
  }
  void on_closed(Session& /*session*/, CloseReason /*reason*/) override {
    ++closed;
    last = held = nullptr;
  }

  Lines lines;
  int waits_left = 0;
  int ended = 0;
  int closed = 0;
  Session* last = nullptr;
  Session* held = nullptr;
};

// One line after the other, each ended as rooms end them.
struct TalkingFeed final : Feed {
  [[nodiscard]] bool has_more() const noexcept override { return sent < text.size(); }
  void preface(std::string& out) override {
    if (!notice.empty()) out += std::exchange(notice, {});
  }
  std::size_t gather(std::span<Slice> slices, std::size_t /*bytes_max*/) override {
    slices[0] = {text.data() + sent, text.size() - sent};
    return 1;
  }
  std::string_view advance(std::size_t bytes) override {
    sent += bytes;
    return {};
  }
  void on_blocked() override {}
  void on_unblocked() override {}

  std::string notice;
  std::string text;
  std::size_t sent = 0;
};

Limits quick_to_idle() {
  Limits limits;
  limits.line_bytes_max = 64;
  limits.close_drain_ms = 50;
  limits.idle_timeout_ms = 20;
  return limits;
}

// A program at a real worker's door.
struct Program {
  Program() : fixture(quick_to_idle()) {
    auto pair = test::make_unix_pair();
    far = std::move(pair.far);
    fixture.on_worker([&] {
      fixture.worker().adopt(pair.near.release(), Address(),
                             std::make_unique<ProgramDoor>(service, "parrot", [&](CloseReason why) {
                               reasons.push_back(why);
                             }));
    });
  }
  bool has_said(const Lines& lines) {
    return fixture.becomes([&] { return service.lines == lines; });
  }
  std::string reads_to_end() {
    std::string all;
    CHECK(far.read_to_end(all));
    far.reset();
    CHECK(fixture.becomes([&] { return fixture.worker().connections() == 0; }));
    return all;
  }

  Recorder service;
  TalkingFeed feed;
  std::vector<CloseReason> reasons;
  test::WorkerFixture fixture;
  test::Fd far;
};

}  // namespace

TEST_CASE(
    "ProgramDoor: lines come clean, whatever they begin with, the last unterminated one too") {
  Program parrot;
  parrot.far.send_all("GET / HTTP/1.1\r\n");
  parrot.far.send_all("\x16\x03\x01\n\xff\xf4\n/quit\n\x1b[31mred\x1b[0m\n\x04\nno end");
  parrot.far.end_output();
  CHECK(parrot.reads_to_end().empty());
  CHECK(parrot.service.lines ==
        Lines{"GET / HTTP/1.1", "", "\uFFFD\uFFFD", "/quit", "red", "", "no end"});
  CHECK(parrot.service.ended == 1);
  CHECK(parrot.service.closed == 1);
  CHECK(parrot.reasons == std::vector{CloseReason::peer_closed});
}

TEST_CASE("ProgramDoor: a line that is too long is not said, and the next one is") {
  Program parrot;
  parrot.far.send_all(std::string(64, 'a') + "\n" + std::string(65, 'b') + "\n" +
                      std::string(100'000, 'c') + "\nnext\n");
  CHECK(parrot.has_said({std::string(64, 'a'), "next"}));
}

TEST_CASE("ProgramDoor: it reads the feed and what is written, with LF, and no line for people") {
  Program parrot;
  parrot.feed.notice = "-- 2 lines skipped --\r\n";
  parrot.feed.text = "ana: kaixo\r\noskar: bai\r\n";
  parrot.fixture.on_worker([&] {
    parrot.service.last->follow(&parrot.feed);
    parrot.service.last->write("ana -> you: kaixo\r\n");
    parrot.service.last->write_line("Unknown command. [unknown-command]");
  });
  parrot.far.end_output();
  CHECK(parrot.reads_to_end() ==
        "ana -> you: kaixo\n-- 2 lines skipped --\nana: kaixo\noskar: bai\n");
}

TEST_CASE("ProgramDoor: a held line keeps the rest waiting, in order, also over the end of input") {
  Program parrot;
  parrot.service.waits_left = 2;
  std::string more;
  Lines lines = {"one", "wait here"};
  for (int i = 0; i < 100; ++i) {
    lines.push_back("line " + std::to_string(i));
    more += lines.back() + "\n";
  }
  parrot.far.send_all("one\nwait here\n" + more + "last");
  lines.emplace_back("last");
  parrot.far.end_output();
  CHECK(parrot.fixture.becomes([&] { return parrot.service.held != nullptr; }));
  CHECK(parrot.has_said({"one"}));
  parrot.fixture.on_worker([&] { parrot.service.held->resume(); });
  CHECK(parrot.fixture.becomes([&] { return parrot.service.waits_left == 0; }));
  parrot.fixture.on_worker([&] { parrot.service.held->resume(); });
  CHECK(parrot.has_said(lines));
  parrot.reads_to_end();
  CHECK(parrot.service.ended == 1);
}

TEST_CASE("ProgramDoor: who only listens is never idle, and hears of the stop as its end") {
  Program parrot;
  auto pair = test::make_unix_pair();
  auto story = parrot.fixture.adopt(std::move(pair.near));
  // Its limit of idleness comes after the program's.
  CHECK(parrot.fixture.becomes([&] { return story->idle == 1; }));
  CHECK(parrot.service.closed == 0);
  parrot.fixture.on_worker([&] {
    parrot.fixture.worker().for_each_connection([](Connection& each) { each.stop_serving(); });
  });
  CHECK(parrot.reads_to_end().empty());
  CHECK(parrot.reasons == std::vector{CloseReason::server_stopping});
}

}  // namespace grotto
