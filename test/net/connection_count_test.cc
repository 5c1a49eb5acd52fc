#include <doctest/doctest.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "worker_fixture.h"

namespace grotto {
namespace {

using test::Scribe;
using test::Script;
using test::Story;
using test::WorkerFixture;

std::int64_t count(WorkerFixture& fixture, DoorKind door, std::size_t service) {
  return fixture.worker().counters().connections[static_cast<std::size_t>(door)][service].value();
}

}  // namespace

TEST_CASE("Connection: it counts where it is, moves with its door, and leaves nothing behind") {
  WorkerFixture fixture;
  auto pair = test::make_unix_pair();
  auto story = std::make_shared<Story>();
  Script script;
  script.on_open = [](Connection& each) { each.count_as(DoorKind::hello); };
  script.on_bytes = [](Connection& each, std::string_view) { each.count_as(DoorKind::plain); };
  Connection* connection = nullptr;
  fixture.on_worker([&] {
    connection = fixture.worker().adopt(pair.near.release(), Address(),
                                        std::make_unique<Scribe>(story, script));
  });
  REQUIRE(connection != nullptr);
  CHECK(count(fixture, DoorKind::hello, 1) == 0);  // nobody's yet

  fixture.on_worker([&] { connection->count_for(1); });
  CHECK(count(fixture, DoorKind::hello, 1) == 1);
  pair.far.send_all("kaixo");
  REQUIRE(fixture.becomes([&] { return count(fixture, DoorKind::plain, 1) == 1; }));
  CHECK(count(fixture, DoorKind::hello, 1) == 0);

  pair.far.end_output();
  std::string rest;
  REQUIRE(pair.far.read_to_end(rest));
  REQUIRE(fixture.becomes([&] { return fixture.worker().connections() == 0; }));
  CHECK(count(fixture, DoorKind::plain, 1) == 0);
}

TEST_CASE("Connection: of more services than are counted, the rest counts as the last") {
  WorkerFixture fixture;
  auto pair = test::make_unix_pair();
  fixture.on_worker([&] {
    Connection* const connection =
        fixture.worker().adopt(pair.near.release(), Address(),
                               std::make_unique<Scribe>(std::make_shared<Story>(), Script{}));
    connection->count_as(DoorKind::plain);
    connection->count_for(77);
  });
  CHECK(count(fixture, DoorKind::plain, kServicesCounted - 1) == 1);
}

TEST_CASE("Worker: bytes are counted as they come and go, and each round is measured") {
  WorkerFixture fixture;
  auto pair = test::make_unix_pair();
  fixture.on_worker([&] {
    fixture.worker().adopt(pair.near.release(), Address(),
                           std::make_unique<Scribe>(std::make_shared<Story>(), test::echo()));
  });
  pair.far.send_all(std::string(10'000, 'x'));
  pair.far.end_output();
  std::string back;
  REQUIRE(pair.far.read_to_end(back));
  const WorkerCounters& counters = fixture.worker().counters();
  CHECK(counters.bytes_in.value() == 10'000);
  CHECK(counters.bytes_out.value() == 10'000);
  fixture.stop();
  std::uint64_t rounds = 0;
  for (std::size_t i = 0; i <= DurationHistogram::kBoundsUs.size(); ++i) {
    rounds += counters.tick.in_bucket(i);
  }
  CHECK(rounds > 0);
}

TEST_CASE("Connection: it knows its own bytes and for how long it has been there") {
  WorkerFixture fixture;
  auto pair = test::make_tcp_pair();
  Connection* connection = nullptr;
  const auto story = fixture.adopt(std::move(pair.near), test::echo(), &connection);
  const std::string sent(10'000, 'x');
  pair.far.send_all(sent);
  REQUIRE(fixture.becomes([&] { return connection->bytes_out() == sent.size(); }));
  CHECK(fixture.on_worker([&] { return connection->bytes_in(); }) == sent.size());
  CHECK(fixture.on_worker([&] { return connection->lasted_s(); }) <= 10);
  REQUIRE(fixture.becomes([&] { return connection->lasted_s() >= 1; }));
}

TEST_CASE(
    "Worker: who is watched is told of while the handler can be asked, then when it is gone") {
  WorkerFixture fixture;
  struct Watch final : CloseHook {
    void on_connection_over(const Connection& connection, CloseReason reason) override {
      told.push_back(fmt::format("over {} {}", to_string(reason), connection.bytes_in()));
    }
    void on_connection_freed(const Address& /*peer*/, CloseReason reason) override {
      told.push_back(fmt::format("freed {}", to_string(reason)));
    }
    std::vector<std::string> told;
  } watch;
  auto pair = test::make_tcp_pair();
  Script script;
  script.on_closed = [&](Connection&) { watch.told.emplace_back("closed"); };
  fixture.on_worker([&] { fixture.worker().set_close_hook(&watch); });
  Connection* connection = nullptr;
  const auto story = fixture.adopt(std::move(pair.near), script, &connection);
  fixture.on_worker([&] { connection->watch_close(); });
  pair.far.send_all("kaixo");
  pair.far.end_output();
  REQUIRE(fixture.becomes([&] { return watch.told.size() == 3; }));
  CHECK(watch.told ==
        std::vector<std::string>{"over peer_closed 5", "closed", "freed peer_closed"});
}

TEST_CASE("Worker: thousands may close in one round, and who closes others meanwhile") {
  WorkerFixture fixture;
  constexpr int kPairs = 1'000;
  std::vector<test::Pair> pairs;
  std::vector<Connection*> made(2 * kPairs);
  std::vector<std::shared_ptr<Story>> stories;
  for (int i = 0; i < kPairs; ++i) {
    pairs.push_back(test::make_unix_pair());
    Script script;
    script.on_closed = [&made, i](Connection&) {
      made[static_cast<std::size_t>(kPairs + i)]->close(CloseReason::kicked);
    };
    const auto at = static_cast<std::size_t>(i);
    stories.push_back(fixture.adopt(std::move(pairs.back().near), script, &made[at]));
    stories.push_back(fixture.adopt(std::move(pairs.back().far), {}, &made[at + kPairs]));
  }
  fixture.on_worker([&] {
    for (int i = 0; i < kPairs; ++i) made[static_cast<std::size_t>(i)]->close(CloseReason::quit);
  });
  CHECK(fixture.becomes([&] { return fixture.worker().connections() == 0; }));
  for (const auto& story : stories) CHECK(story->closed == 1);
}

TEST_CASE("Worker: how late a deadline was looked at is its loop's lag") {
  WorkerFixture fixture;
  struct Late final : Timer {
    void on_timer() override { has_fired = true; }
    bool has_fired = false;
  } late;
  fixture.on_worker([&] {
    fixture.worker().wheel().arm(late, 10);
    const std::uint64_t end_ns = Worker::now_ns() + 60'000'000;
    while (Worker::now_ns() < end_ns) {  // a task that hogs the loop
    }
  });
  REQUIRE(fixture.becomes([&] { return late.has_fired; }));
  const DurationHistogram& lag = fixture.worker().counters().lag;
  CHECK(lag.sum_ns() >= 45'000'000);
  fixture.on_worker([&] { late.cancel(); });
}

}  // namespace grotto

TEST_CASE("Connection: where it counts, and where it came in, cost no memory") {
  // With the allocator's own 8 bytes a chunk of 176; one byte more is 16 for each connection.
  CHECK(sizeof(grotto::Connection) <= 168);
}
