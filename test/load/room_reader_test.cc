#include "load/check/room_reader.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "room_simulation.h"
#include "support/seed.h"

using namespace grotto::load;        // NOLINT: a test of one module
using namespace grotto::load::test;  // NOLINT

namespace {

struct Round {
  RoomPlan plan;
  std::uint64_t seed = 0;
};

/// Rooms of all dialects, of few and many, in small and large pieces.
std::vector<Round> rounds(int count, const FaultRates& rates = {},
                          std::uint64_t seed = grotto::test::seed()) {
  std::mt19937_64 random(seed);
  std::vector<Round> made;
  for (int i = 0; i < count; ++i) {
    RoomPlan plan;
    plan.dialect =
        std::vector<std::string>{"grotto", "grotto", "line", "irc", "redis", "nats"}[random() % 6];
    plan.senders = 1 + static_cast<std::uint32_t>(random() % 4);
    // Without listeners it is a chat, where nobody gets its own lines.
    plan.listeners = random() % 2 == 0 ? 0 : 1 + static_cast<std::uint32_t>(random() % 3);
    if (plan.listeners == 0 &&
        (plan.senders < 2 || plan.dialect == "redis" || plan.dialect == "nats"))
      plan.listeners = 1;
    plan.lines = 100 + random() % 200;
    plan.chunk_max = random() % 3 == 0 ? 5'000 : 1 + random() % 300;
    plan.has_notices = random() % 4 != 0;
    // Who changes leaders while lines are lost cannot tell any more where those were.
    const bool is_lossy = rates.lose + rates.corrupt + rates.skip + rates.swap + rates.lap > 0;
    plan.is_leader_silent = !is_lossy && random() % 3 == 0;
    plan.changes_leaders = !is_lossy;
    plan.rates = rates;
    made.push_back({plan, random()});
  }
  return made;
}

std::string story(const Round& round, const RoomSimulation& room,
                  const RoomSimulation::Member& member) {
  std::string text = fmt::format(
      "GROTTO_TEST_SEED={} dialect {} senders {} listeners {} lines {} chunks {} silent {}\nmember "
      "{} {}\nwanted {}\ntold   {}\n",
      grotto::test::seed(), round.plan.dialect, round.plan.senders, round.plan.listeners,
      round.plan.lines, round.plan.chunk_max, round.plan.is_leader_silent, member.index,
      member.reader.is_holding() ? "holding" : "", member.wanted.text(), member.told.text());
  for (const auto& each : room.members()) {
    for (const std::string& one : each->injected)
      text += fmt::format("  to {}: {}\n", each->index, one);
  }
  for (const std::string& one : member.faults) text += "  told: " + one + '\n';
  return text;
}

/// What each reader is told of each fault is what happened to it.
void check_counts(const Round& round) {
  RoomSimulation room(round.plan, round.seed);
  room.run();
  std::uint64_t reordered = 0;
  for (const auto& each : room.members()) {
    INFO(story(round, room, *each));
    CHECK_FALSE(each->reader.is_holding());
    CHECK(each->told.received == each->wanted.received);
    CHECK(each->told.duplicated == each->wanted.duplicated);
    CHECK(each->told.corrupted == each->wanted.corrupted);
    CHECK(each->told.foreign == each->wanted.foreign);
    CHECK(each->told.skipped == each->wanted.skipped);
    std::uint64_t expected = 0;
    // In a chat nobody hears all: where all skip lines, not all of those are known by number.
    const bool is_all_known = round.plan.rates.lap == 0 || round.plan.listeners > 0;
    for (const auto& [sender, lines] : each->expected) {
      expected += lines;
      // What a closed loop waits for: nothing stays open.
      if (is_all_known) CHECK(each->told.settled[sender] == lines);
    }
    const std::uint64_t missing = expected - each->wanted.received - each->wanted.skipped;
    CHECK(each->told.left_out <= each->wanted.skipped);
    if (is_all_known) CHECK(each->told.left_out == each->wanted.skipped);
    CHECK(each->told.passed_over >= missing);
    CHECK(each->told.passed_over <= missing + each->told.reordered);
    reordered += each->told.reordered;
  }
  INFO(story(round, room, *room.members().front()));
  // A swap is seen by who suffers it, or by the others if it leads: then also as that of the lines
  // between which only the others hear.
  std::uint64_t swaps = 0;
  std::uint64_t swaps_at_most = 0;
  for (const auto& each : room.members()) {
    swaps += each->swaps;
    swaps_at_most += each->swaps_at_most;
  }
  CHECK(reordered >= swaps);
  // Who lost lines where all were lapped is seldom told of a wrong order, too: docs/load.md.
  const bool is_order_known =
      round.plan.rates.lap == 0 || round.plan.rates.lose + round.plan.rates.corrupt == 0;
  if (swaps_at_most == 0 && is_order_known) CHECK(reordered == 0);
}

/// Rooms of bursts, longer than what is looked at ahead, whose readers are lapped by thousands.
void check_lapped_rooms(FaultRates rates, std::uint64_t seed = grotto::test::seed()) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < 30; ++i) {
    RoomPlan plan;
    plan.senders = 1 + static_cast<std::uint32_t>(random() % 5);
    plan.listeners = 1 + static_cast<std::uint32_t>(random() % 4);
    plan.lines = 20'000;
    plan.burst_max = 1 + random() % 1'500;
    plan.lap_max = std::vector<std::size_t>{200, 2'000, 8'000}[random() % 3];
    plan.chunk_max = 1 + random() % 100'000;
    plan.rates = rates;
    plan.rates.lap = 1;
    check_counts({plan, random()});
  }
}

}  // namespace

TEST_CASE("RoomReader: a clean room has no faults, in whatever order and pieces it is read") {
  for (const Round& round : rounds(150)) check_counts(round);
}

TEST_CASE("RoomReader: lost lines are passed over, and nothing else is said") {
  for (const Round& round : rounds(150, {.lose = 25})) check_counts(round);
}

TEST_CASE("RoomReader: lines that come twice are named, wherever") {
  for (const Round& round : rounds(150, {.duplicate = 15})) check_counts(round);
}

TEST_CASE("RoomReader: changed bytes are corruption, wherever they are") {
  for (const Round& round : rounds(150, {.corrupt = 15})) check_counts(round);
}

TEST_CASE("RoomReader: lines of other rooms, and one's own where they do not belong, are foreign") {
  for (const Round& round : rounds(150, {.foreign = 15})) check_counts(round);
}

TEST_CASE("RoomReader: lines that the server says it left out are no fault") {
  for (const Round& round : rounds(150, {.skip = 25})) check_counts(round);
}

TEST_CASE("RoomReader: readers that are lapped, several at once too, count what they were told") {
  for (const Round& round : rounds(300, {.lap = 12})) check_counts(round);
}

// Seeds in whose rooms one reader tells where a line stands when those who lack it have read all
// that comes.
TEST_CASE("RoomReader: a line is settled as soon as others tell its place, though nothing comes") {
  for (const std::uint64_t seed : {130U, 367U, 401'125'511U}) {
    for (const Round& round : rounds(300, {.lap = 12}, seed)) check_counts(round);
  }
}

// A seed in one of whose rooms two who were lapped hold lines of different senders.
TEST_CASE("RoomReader: of two who were lapped, who has fewer lines behind him goes first") {
  for (const Round& round : rounds(300, {.lap = 12}, 1'019)) check_counts(round);
}

TEST_CASE("RoomReader: all are lapped at once, by more lines than are remembered one by one") {
  for (const std::uint32_t senders : {1U, 2U, 5U}) {
    for (const std::size_t lap : {std::size_t{6'000}, std::size_t{150'000}}) {
      CAPTURE(lap);
      RoomPlan plan;
      plan.senders = senders;
      plan.lines = 2 * lap + 10'000;
      plan.common_lap = lap;
      plan.chunk_max = 100'000;
      check_counts({plan, grotto::test::seed()});
    }
  }
}

TEST_CASE("RoomReader: who is lapped again and again in a room of bursts is told of nothing else") {
  check_lapped_rooms({});
}

TEST_CASE("RoomReader: who is lapped again and again is told what does not belong there") {
  check_lapped_rooms({.foreign = 2});
}

TEST_CASE("RoomReader: who is lapped again and again is told of lines that come twice") {
  check_lapped_rooms({.duplicate = 2});
}

TEST_CASE("RoomReader: who is lapped again and again is told of changed bytes") {
  check_lapped_rooms({.corrupt = 2});
}

TEST_CASE("RoomReader: who is lapped again and again is told of lost lines") {
  check_lapped_rooms({.lose = 2});
}

TEST_CASE("RoomReader: who goes on by itself knows what it has had of lines that the log lacked") {
  // One of this seed's has had a hundred between two laps, and then finds no log that goes on
  // there.
  check_lapped_rooms({.foreign = 2}, 116);
}

TEST_CASE("RoomReader: swapped lines are reordered") {
  for (const Round& round : rounds(150, {.swap = 10})) check_counts(round);
}

TEST_CASE("RoomReader: all kinds of faults at once are told apart") {
  for (const Round& round :
       rounds(200, {.lose = 6, .duplicate = 6, .corrupt = 6, .foreign = 6, .skip = 6}))
    check_counts(round);
}
