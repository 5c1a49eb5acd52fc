// The small parts of the engine: schedule, timetable, sender, window, ledger, options.
#include <doctest/doctest.h>

#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "load/check/payload.h"
#include "load/engine/ledger.h"
#include "load/engine/options.h"
#include "load/engine/schedule.h"
#include "load/engine/sender.h"
#include "load/engine/window.h"
#include "support/seed.h"

using namespace grotto::load;  // NOLINT: a test of one module
using grotto::Slice;

namespace {

/// A sender of lines of 64 bytes, with what its thread shares.
struct Desk {
  explicit Desk(const char* sizes_text = "64", const char* dialect_name = "line")
      : sizes(*LineSizes::parse(sizes_text)),
        dialect(make_dialect(dialect_name, Purpose::room, 1)),
        desk(*dialect, sizes, 4711, 0) {
    desk.tally = &tally;
    desk.lag = &lag;
    desk.ledger = &ledger;
  }
  /// What would be sent now.
  std::string gather(std::size_t bytes_max) {
    Slice slice{};
    const std::size_t count = sender.gather({&slice, 1}, bytes_max);
    return count == 0 ? std::string() : std::string(slice.data, slice.size);
  }
  LineSizes sizes;
  std::unique_ptr<Dialect> dialect;
  Tally tally;
  Histogram lag;
  Ledger ledger{8};
  SendDesk desk;
  Talk talk{.member = 5};
  Sender sender{desk, talk, 5};
};

Payload payload_of(const std::string& line) {
  Payload payload;
  REQUIRE(line.ends_with('\n'));
  REQUIRE(read_payload(std::string_view(line).substr(0, line.size() - 1), payload) ==
          PayloadState::whole);
  return payload;
}

}  // namespace

TEST_CASE("Schedule: bursts are due evenly, each of the next sender, wherever the senders are") {
  constexpr std::uint32_t kSenders = 7;
  std::vector<Schedule> threads(3);
  std::vector<std::vector<std::uint32_t>> own(3);
  for (std::uint32_t i = 0; i < kSenders; ++i) own[i % 3].push_back(i);
  for (std::size_t i = 0; i < threads.size(); ++i) threads[i].begin(1'000, 250.5, kSenders, own[i]);
  std::map<std::uint64_t, std::uint32_t> due;  // when, and who
  for (std::size_t i = 0; i < threads.size(); ++i) {
    while (threads[i].next_due_ns() < 30'000) {
      const std::uint64_t at = threads[i].next_due_ns();
      int calls = 0;
      threads[i].run(at - 1, [&](std::size_t) { ++calls; });
      CHECK(calls == 0);
      threads[i].run(at, [&](std::size_t position) {
        ++calls;
        due[at] = own[i][position];
      });
      CHECK(calls == 1);
    }
  }
  std::uint64_t burst = 0;
  for (const auto& [at, sender] : due) {
    CHECK(at == 1'000 + static_cast<std::uint64_t>(static_cast<double>(burst) * 250.5));
    CHECK(sender == burst % kSenders);
    ++burst;
  }
  CHECK(burst == 116);
}

TEST_CASE("Schedule: what is late is made up for at once, and an end is an end") {
  Schedule schedule;
  CHECK(schedule.next_due_ns() == Schedule::kNever);
  schedule.begin(0, 100, 2, {0, 1});
  int calls = 0;
  schedule.run(1'000, [&](std::size_t) { ++calls; });
  CHECK(calls == 11);
  CHECK(schedule.next_due_ns() == 1'100);
  schedule.end();
  CHECK(schedule.next_due_ns() == Schedule::kNever);
  schedule.begin(0, 100, 2, {});
  CHECK(schedule.next_due_ns() == Schedule::kNever);
}

TEST_CASE("Timetable: all lines of a burst are due together") {
  const Timetable table{.first = 10, .start_ns = 500, .gap_ns = 100.5, .burst = 4};
  CHECK(table.due_ns(10) == 500);
  CHECK(table.due_ns(13) == 500);
  CHECK(table.due_ns(14) == 600);
  CHECK(table.due_ns(18) == 701);
}

TEST_CASE("Sender: gives whole lines up to what may be sent, with the time in them") {
  Desk desk;
  CHECK_FALSE(desk.sender.has_more());
  CHECK(desk.gather(1'000).empty());
  desk.sender.allow(3);
  const std::string all = desk.gather(1'000);
  REQUIRE(all.size() == 3 * 64);
  for (std::uint64_t i = 0; i < 3; ++i) {
    const Payload payload = payload_of(all.substr(i * 64, 64));
    CHECK(payload.tag == 4711);
    CHECK(payload.sender == 5);
    CHECK(payload.sequence == i);
    CHECK(payload.intended_ns == payload.sent_ns);  // closed loop
  }
  CHECK(desk.sender.advance(all.size()).empty());
  CHECK(desk.sender.next() == 3);
  CHECK_FALSE(desk.sender.has_more());
  CHECK(desk.tally.sent == 3);
  CHECK(desk.tally.bytes_sent == 3 * 64);
  CHECK(desk.ledger.sent(5) == 3);
  CHECK(desk.lag.count() == 0);
}

TEST_CASE("Sender: a line that is cut counts as sent, and its rest is given back") {
  for (std::size_t bytes = 1; bytes <= 128; ++bytes) {
    Desk desk;
    desk.sender.allow(2);
    const std::string all = desk.gather(1'000);
    const std::string rest(desk.sender.advance(bytes));
    const std::uint64_t lines = bytes <= 64 ? 1 : 2;
    CHECK(desk.sender.next() == lines);
    CHECK(desk.tally.sent == lines);
    CHECK(rest == all.substr(bytes, lines * 64 - bytes));
  }
}

TEST_CASE("Sender: one line is always given, however little is wanted, and no more than that") {
  Desk desk("64-2000");
  desk.sender.allow(100);
  for (std::uint64_t i = 0; i < 100; ++i) {
    const std::string line = desk.gather(1);
    CHECK(line.size() == desk.sizes.of_line(5, i));
    CHECK(payload_of(line).sequence == i);
    CHECK(desk.sender.advance(line.size()).empty());
  }
  desk.sender.allow(100'000);
  CHECK(desk.gather(1U << 30U).size() <= Sender::kBytesAtOnce + 2'000);
  CHECK(desk.gather(500).size() <= 2'000);
}

TEST_CASE("Sender: in an open loop the time when it was due is in the line, and the lag is kept") {
  Desk desk;
  desk.sender.set_timetable({.first = 0, .start_ns = 1'000, .gap_ns = 64'000, .burst = 2});
  desk.sender.allow(4);
  const std::string all = desk.gather(1'000);
  CHECK(payload_of(all.substr(0, 64)).intended_ns == 1'000);
  CHECK(payload_of(all.substr(64, 64)).intended_ns == 1'000);
  CHECK(payload_of(all.substr(128, 64)).intended_ns == 65'000);
  CHECK(desk.sender.advance(all.size()).empty());
  CHECK(desk.lag.count() == 4);
}

TEST_CASE("Window: whole bursts up to the depth, never beyond the end, never taken back") {
  const auto options_of = [](std::uint32_t burst, std::uint32_t depth) {
    LoadOptions options;
    options.burst = burst;
    options.depth = depth;
    return options;
  };
  const auto send_all = [](Desk& desk) {
    while (desk.sender.has_more()) {
      const std::string line = desk.gather(1);
      static_cast<void>(desk.sender.advance(line.size()));
    }
  };
  Desk desk;
  const LoadOptions options = options_of(4, 2);
  open_window(desk.sender, options, 0, 1'000);
  CHECK(desk.sender.allowed() == 8);
  send_all(desk);
  open_window(desk.sender, options, 3, 1'000);  // not yet a burst
  CHECK(desk.sender.allowed() == 8);
  open_window(desk.sender, options, 4, 1'000);
  CHECK(desk.sender.allowed() == 12);
  open_window(desk.sender, options, 0, 1'000);
  CHECK(desk.sender.allowed() == 12);
  open_window(desk.sender, options, 1'000, 1'000);  // more than was sent is not done
  CHECK(desk.sender.allowed() == 16);
  send_all(desk);
  open_window(desk.sender, options, 16, 18);
  CHECK(desk.sender.allowed() == 18);
  // A later measuring begins where the first ended.
  send_all(desk);
  desk.sender.set_timetable({.first = 18});
  open_window(desk.sender, options_of(1, 1), 0, 1'000);
  CHECK(desk.sender.allowed() == 19);
}

TEST_CASE("Ledger: what a lost reader had settled is not taken for what the others lack") {
  Ledger ledger(1);
  ledger.readers = 3;
  ledger.add_sent(0, 100);
  ledger.settle(0, 60);      // one reader, who is lost then
  ledger.settle(0, 2 * 70);  // the others
  CHECK(ledger.settled(0) >= ledger.sent(0) * 2);
  ledger.take_back(0, 60);
  CHECK(ledger.settled(0) == 2 * 70);
}

TEST_CASE("Ledger: tells once when what is waited for is reached, from whichever thread") {
  Ledger ledger(2);
  ledger.add_sent(0, 10);
  CHECK_FALSE(ledger.settle(0, 3));
  ledger.set_wake_at(0, 5);
  CHECK_FALSE(ledger.settle(0, 1));
  CHECK(ledger.settle(0, 1));
  CHECK_FALSE(ledger.settle(0, 1));
  CHECK(ledger.settled(0) == 6);
  CHECK(ledger.settled(1) == 0);
  ledger.write_off(0, 3);
  CHECK(ledger.settled(0) == 30);
  ledger.begin_measuring();
  ledger.add_sent(0, 2);
  ledger.add_sent(1, 1);
  CHECK(ledger.sent_before(0) == 10);
  CHECK(ledger.sent_in_measuring() == 3);

  Ledger shared(1);
  shared.set_wake_at(0, 40'000);
  std::atomic<int> woken{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int lines = 0; lines < 20'000; ++lines) woken += shared.settle(0, 1) ? 1 : 0;
    });
  }
  for (std::thread& each : threads) each.join();
  CHECK(woken == 1);
  CHECK(shared.settled(0) == 80'000);
}

TEST_CASE("LineSizes: each form is read, and its sizes come as often as was asked") {
  const auto fixed = LineSizes::parse("64");
  REQUIRE(fixed);
  CHECK(fixed->most() == 64);
  CHECK(fixed->of_line(3, 99) == 64);
  const auto range = LineSizes::parse("32-512");
  REQUIRE(range);
  CHECK(range->most() == 512);
  const auto weighted = LineSizes::parse("64:90,1024:10");
  REQUIRE(weighted);
  CHECK(weighted->most() == 1'024);
  std::size_t long_lines = 0;
  std::size_t least = 9'999;
  std::size_t most = 0;
  for (std::uint64_t i = 0; i < 20'000; ++i) {
    const std::size_t size = weighted->of_line(1, i);
    CHECK((size == 64 || size == 1'024));
    long_lines += size == 1'024 ? 1 : 0;
    least = std::min(least, range->of_line(1, i));
    most = std::max(most, range->of_line(1, i));
    CHECK(range->of_line(1, i) == range->of_line(1, i));
  }
  CHECK(long_lines > 1'700);
  CHECK(long_lines < 2'300);
  CHECK(least == 32);
  CHECK(most == 512);
}

TEST_CASE("LineSizes: what is none is refused with what would be") {
  for (const char* text : {"", "31", "65537", "x", "64-", "-64", "512-32", "64:", "64:0", "64,",
                           ",64", "64:1000001", "1-2-3", "64 ", "99999999999999999999"}) {
    const auto sizes = LineSizes::parse(text);
    CAPTURE(text);
    REQUIRE_FALSE(sizes);
    CHECK(sizes.error().exit_status == 64);
    CHECK(sizes.error().sentence.find("64-512") != std::string::npos);
  }
}

TEST_CASE("LoadOptions: who acts and how many there are, by workload") {
  LoadOptions options;
  options.connections = 10;
  options.publishers = 2;
  options.slow_readers = 3;
  const auto counts = [&](const char* name) {
    options.workload = *workload_of(name);
    CHECK(to_string(options.workload) == name);
    return std::pair{options.actors(), options.members()};
  };
  using Counts = std::pair<std::uint32_t, std::uint32_t>;
  CHECK(counts("echo") == Counts{10, 10});
  CHECK(counts("chat") == Counts{10, 10});
  CHECK(counts("churn") == Counts{10, 10});
  CHECK(counts("idle") == Counts{0, 10});
  CHECK(counts("fanout") == Counts{2, 12});
  CHECK(counts("slow") == Counts{2, 15});
  CHECK_FALSE(workload_of("telepathy"));
}
