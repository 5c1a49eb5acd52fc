#include "daemon/bot.h"

#include <doctest/doctest.h>

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include "../net/worker_fixture.h"

namespace grotto {
namespace {

using Lines = std::vector<std::string>;

// What the sessions of a bot were, in words.
struct Record {
  Lines events;
  Session* session = nullptr;
  bool holds = false;
};

class Recorder final : public Service {
 public:
  explicit Recorder(Record& record) : record_(record) {}
  void on_open(Session& session) override {
    record_.events.emplace_back("in");
    record_.session = &session;
  }
  Taken on_line(Session& /*session*/, std::string_view line) override {
    if (record_.holds) return Taken::wait;
    record_.events.emplace_back(line);
    return Taken::yes;
  }
  void on_closed(Session& /*session*/, CloseReason /*reason*/) override {
    record_.events.emplace_back("out");
    record_.session = nullptr;
  }

 private:
  Record& record_;
};

Bot::Times quick() {
  Bot::Times times;
  times.restart = {.first_ms = 1, .most_ms = 2, .lived_ms = 1'000'000};
  times.last_words_ms = 50;
  times.end_ms = 50;
  return times;
}

Limits limits() {
  Limits limits;
  limits.close_drain_ms = 50;
  return limits;
}

struct Life {
  explicit Life(const std::string& command, const Bot::Times& times = quick()) : fixture(limits()) {
    fixture.on_worker([&] {
      bot = std::make_unique<Bot>(fixture.worker(), std::make_unique<Recorder>(record),
                                  BotChoice{"parrot", "cave", command}, times);
      bot->start();
    });
  }
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;
  ~Life() {
    stops();
    fixture.on_worker([&] { bot.reset(); });
  }
  void stops() {
    fixture.on_worker([&] {
      fixture.worker().for_each_connection([](Connection& each) { each.stop_serving(); });
      bot->stop();
    });
    CHECK(fixture.becomes([&] { return bot->is_over(); }));
  }
  bool begins_with(const Lines& lines) {
    return fixture.becomes([&] {
      return record.events.size() >= lines.size() &&
             std::equal(lines.begin(), lines.end(), record.events.begin());
    });
  }
  Lines events() {
    return fixture.on_worker([&] { return record.events; });
  }

  Record record;
  test::WorkerFixture fixture;
  std::unique_ptr<Bot> bot;
};

}  // namespace

TEST_CASE("Bot: it is in while its program runs, and each end is followed by a start") {
  Bot::Times times = quick();
  times.last_words_ms = 1'000'000;  // what it has said is read, however busy the machine is
  Life parrot("echo kaixo", times);
  CHECK(parrot.begins_with({"in", "kaixo", "out", "in", "kaixo", "out", "in", "kaixo", "out"}));
}

TEST_CASE("Bot: its program knows its name and its room") {
  Life parrot("echo $GROTTO_BOT in $GROTTO_ROOM; read line");
  CHECK(parrot.begins_with({"in", "parrot in cave"}));
}

TEST_CASE("Bot: its program ends when its session does, and comes again") {
  const std::string stays = "echo $$; trap '' TERM; while :; do sleep 0.01; done";
  Life parrot(stays);
  CHECK(parrot.fixture.becomes([&] { return parrot.record.events.size() == 2; }));
  const int pid = std::stoi(parrot.events().at(1));
  parrot.fixture.on_worker([&] { parrot.record.session->finish(CloseReason::quit, "agur"); });
  CHECK(parrot.fixture.becomes([&] { return parrot.record.events.size() == 5; }));
  const Lines events = parrot.events();
  CHECK(events.at(2) == "out");
  CHECK(events.at(3) == "in");
  CHECK(::kill(pid, 0) == -1);
}

TEST_CASE("Bot: a program that has closed its output is ended") {
  Life parrot("exec <&- >&-; trap '' TERM; while :; do sleep 0.01; done");
  CHECK(parrot.begins_with({"in", "out", "in", "out"}));
}

TEST_CASE("Bot: what an ended program has said is waited for, but not for ever") {
  Bot::Times times = quick();
  times.restart = {.first_ms = 1'000'000, .most_ms = 1'000'000, .lived_ms = 1'000'000};
  SUBCASE("as long as it is taken") {
    times.last_words_ms = 1'000'000;
    Life parrot("echo one; printf two", times);
    CHECK(parrot.begins_with({"in", "one", "two", "out"}));
  }
  SUBCASE("until the bound") {
    Life parrot("read line; echo one; echo two", times);
    parrot.fixture.on_worker([&] {
      parrot.record.holds = true;
      parrot.record.session->write("go\n");
    });
    CHECK(parrot.begins_with({"in", "out"}));
  }
}

TEST_CASE("Bot: stop() ends a program that obeys, one that does not, and one that rests") {
  SUBCASE("obeys") {
    Life parrot("echo here; read line");
    CHECK(parrot.begins_with({"in", "here"}));
    parrot.stops();
  }
  SUBCASE("does not") {
    Life parrot("trap '' TERM; echo here; while :; do sleep 0.01; done");
    CHECK(parrot.begins_with({"in", "here"}));
    parrot.stops();
    CHECK(parrot.events() == Lines{"in", "here", "out"});
  }
  SUBCASE("rests") {
    Bot::Times times = quick();
    times.restart.first_ms = 1'000'000;
    Life parrot("echo here", times);
    CHECK(parrot.begins_with({"in", "here", "out"}));
    parrot.stops();
  }
}

}  // namespace grotto
