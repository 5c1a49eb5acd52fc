#include "net/worker.h"

#include <doctest/doctest.h>

#include <atomic>
#include <memory>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "worker_fixture.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

/// A timer that does as it is told.
class Alarm final : public Timer {
 public:
  explicit Alarm(std::function<void()> act) : act_(std::move(act)) {}

 private:
  void on_timer() override { act_(); }
  std::function<void()> act_;
};

class Hook final : public TickHook {
 public:
  explicit Hook(std::function<void()> act) : act_(std::move(act)) {}
  void on_tick_end() override { act_(); }

 private:
  std::function<void()> act_;
};

/// A selector as on a system where it cannot watch another poller.
class LonelySelector final : public Selector {
 public:
  LonelySelector() : inner_(std::move(*Selector::create())) {}
  bool nests() const noexcept override { return false; }
  bool add_stream(int fd, Token token) noexcept override { return inner_->add_stream(fd, token); }
  bool add_level_triggered(int fd, Token token) noexcept override {
    return inner_->add_level_triggered(fd, token);
  }
  bool add_writable(int fd, Token token) noexcept override {
    return inner_->add_writable(fd, token);
  }
  void remove(int fd) noexcept override { inner_->remove(fd); }
  std::span<const ReadyEvent> take(std::uint64_t until_ns) noexcept override {
    if (until_ns == kForever) forever = true;
    const std::uint64_t now = now_ns();
    if (until_ns != kForever && until_ns > now) {
      longest_wait_ns = std::max(longest_wait_ns.load(), until_ns - now);
    }
    return inner_->take(until_ns);
  }
  static inline std::atomic<std::uint64_t> longest_wait_ns{0};
  static inline std::atomic<bool> forever{false};

 private:
  std::unique_ptr<Selector> inner_;
};

}  // namespace

TEST_CASE(
    "Worker: what takes long runs aside, its end on the worker, and the worker waits for it") {
  WorkerFixture fixture;
  std::atomic<bool> has_ended{false};
  std::thread::id ran_on;
  std::thread::id ended_on;
  std::thread::id worker_thread;
  fixture.on_worker([&] {
    worker_thread = std::this_thread::get_id();
    fixture.worker().run_aside([&] { ran_on = std::this_thread::get_id(); },
                               [&] {
                                 ended_on = std::this_thread::get_id();
                                 has_ended = true;
                               });
  });
  fixture.stop();
  CHECK(has_ended);
  CHECK(ended_on == worker_thread);
  CHECK(ran_on != worker_thread);
}

TEST_CASE("Worker: tasks of many threads all run, those of one thread in its order") {
  WorkerFixture fixture;
  constexpr int kThreads = 4;
  constexpr int kTasks = 2'000;
  std::vector<std::vector<int>> ran(kThreads);  // the worker's thread only
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&fixture, &ran, t] {
      for (int i = 0; i < kTasks; ++i) fixture.worker().post([&ran, t, i] { ran[t].push_back(i); });
    });
  }
  for (std::thread& thread : threads) thread.join();
  fixture.stop();  // what was posted before it still runs
  for (const std::vector<int>& tasks : ran) {
    REQUIRE(tasks.size() == kTasks);
    for (int i = 0; i < kTasks; ++i) CHECK(tasks[static_cast<std::size_t>(i)] == i);
  }
}

TEST_CASE("Worker: a task that is posted after the end is dropped, not leaked") {
  auto made = Worker::create(0, 1, Limits{});
  REQUIRE(made.has_value());
  (*made)->stop();
  (*made)->run();
  auto kept = std::make_shared<int>(1);
  (*made)->post([kept] { FAIL("nobody runs it"); });
  made->reset();
  CHECK(kept.use_count() == 1);
}

TEST_CASE("Worker: stop() closes who is left, once, and takes nobody in any more") {
  auto fixture = std::make_unique<WorkerFixture>();
  Pair pair = make_tcp_pair();
  Pair late = make_tcp_pair();
  Connection* adopted_late = nullptr;
  Script script;
  script.on_closed = [&](Connection& c) {
    adopted_late = c.worker().adopt(late.near.release(), Address(),
                                    std::make_unique<Scribe>(std::make_shared<Story>(), Script{}));
  };
  const auto story = fixture->adopt(std::move(pair.near), std::move(script));
  fixture->stop();
  CHECK(story->closed == 1);
  CHECK(story->reason == CloseReason::server_stopping);
  CHECK(adopted_late == nullptr);
  CHECK(fixture->worker().connections() == 0);
  std::string got;
  CHECK(late.far.read_to_end(got));
}

TEST_CASE("Worker: one that never runs closes its connections when destroyed") {
  auto made = Worker::create(0, 1, Limits{});
  REQUIRE(made.has_value());
  Pair pair = make_tcp_pair();
  auto story = std::make_shared<Story>();
  REQUIRE((*made)->adopt(pair.near.release(), Address(),
                         std::make_unique<Scribe>(story, Script{})) != nullptr);
  made->reset();
  CHECK(story->closed == 1);
  CHECK_FALSE(story->handler_alive);
}

TEST_CASE("Worker: what a task, a deferred task, a timer or a tick throws ends nothing") {
  WorkerFixture fixture;
  Hook hook([] { throw std::runtime_error("tick"); });
  Alarm bad([] { throw std::bad_alloc(); });
  bool rang = false;
  Alarm good([&] { rang = true; });
  fixture.on_worker([&] {
    Worker& worker = fixture.worker();
    worker.add_tick_hook(hook);
    worker.wheel().arm(bad, 5);
    worker.wheel().arm(good, 5);
    worker.defer([] { throw std::runtime_error("deferred"); });
  });
  fixture.worker().post([] { throw std::runtime_error("posted"); });
  CHECK(fixture.becomes([&] { return rang; }));
  fixture.on_worker([&] { fixture.worker().remove_tick_hook(hook); });
}

TEST_CASE("Worker: a deferred task runs later, on a clean stack; the tick ends after it") {
  WorkerFixture fixture;
  std::vector<std::string> order;
  Hook hook([&] {
    if (order.size() == 2) order.push_back("tick");
  });
  fixture.on_worker([&] {
    fixture.worker().add_tick_hook(hook);
    fixture.worker().defer([&] { order.push_back("deferred"); });
    order.push_back("task");
  });
  CHECK(fixture.becomes([&] { return order.size() == 3; }));
  CHECK(order == std::vector<std::string>{"task", "deferred", "tick"});
  fixture.on_worker([&] { fixture.worker().remove_tick_hook(hook); });
}

TEST_CASE("Worker: many writes of one tick leave as one, after the tick's end") {
  WorkerFixture fixture;
  Pair pair = make_tcp_pair();
  Connection* connection = nullptr;
  fixture.adopt(std::move(pair.near), {}, &connection);
  bool is_armed = false;
  Hook hook([&] {
    if (!is_armed) return;
    is_armed = false;
    CHECK(connection->outbox_bytes() == 300);  // nothing was sent yet
    connection->write("end");
  });
  fixture.on_worker([&] {
    fixture.worker().add_tick_hook(hook);
    for (int i = 0; i < 100; ++i) connection->write("abc");
    is_armed = true;
  });
  pollfd waiting{pair.far.get(), POLLIN, 0};
  CHECK(::poll(&waiting, 1, 5'000) == 1);
  const std::string got = pair.far.take_available();
  CHECK(got.size() == 303);
  CHECK(got.ends_with("abcend"));
  fixture.on_worker([&] { fixture.worker().remove_tick_hook(hook); });
}

TEST_CASE("Worker: timers fire while nothing else happens, and not early") {
  WorkerFixture fixture;
  std::uint64_t rang_ms = 0;
  Alarm alarm([&] { rang_ms = fixture.worker().wheel().now_ms(); });
  std::promise<void> rang;
  Alarm second([&] { rang.set_value(); });
  const std::uint64_t armed_ms = fixture.on_worker([&] {
    fixture.worker().wheel().arm(alarm, 30);
    fixture.worker().wheel().arm(second, 60);
    return fixture.worker().wheel().now_ms();
  });
  CHECK(rang.get_future().wait_for(std::chrono::seconds(5)) == std::future_status::ready);
  CHECK(fixture.on_worker([&] { return rang_ms; }) >= armed_ms + 30);
}

TEST_CASE("Worker: after a standstill what came in meanwhile is served before any deadline") {
  WorkerFixture fixture;
  std::vector<std::string> order;
  Pair pair = make_tcp_pair();
  Script script;
  script.on_bytes = [&](Connection&, std::string_view) { order.push_back("bytes"); };
  fixture.adopt(std::move(pair.near), std::move(script));
  Alarm alarm([&] { order.push_back("alarm"); });
  fixture.on_worker([&] { fixture.worker().wheel().arm(alarm, 400); });
  std::promise<void> standing;
  fixture.worker().post([&] {
    standing.set_value();
    ::poll(nullptr, 0, 2'000);  // as if stopped: far beyond the deadline
  });
  standing.get_future().wait();
  pair.far.send_all("x");
  CHECK(fixture.becomes([&] { return order.size() == 2; }));
  CHECK(order == std::vector<std::string>{"bytes", "alarm"});
}

TEST_CASE("Worker: where the selector does not nest, the loop waits in it for at most 10 ms") {
  LonelySelector::longest_wait_ns = 0;
  WorkerFixture fixture({}, std::make_unique<LonelySelector>());
  Pair pair = make_tcp_pair();
  const auto story = fixture.adopt(std::move(pair.near), echo());
  const std::string sent(1024 * 1024, 'x');
  std::thread writer([&] {
    pair.far.send_all(sent);
    pair.far.end_output();
  });
  std::string back;
  CHECK(pair.far.read_to_end(back));
  writer.join();
  CHECK((back == sent));
  CHECK(fixture.is_closed(story));
  bool rang = false;
  Alarm alarm([&] { rang = true; });
  fixture.on_worker([&] { fixture.worker().wheel().arm(alarm, 30); });
  CHECK(fixture.becomes([&] { return rang; }));
  fixture.stop();
  CHECK(LonelySelector::longest_wait_ns <= 10'000'000);
  CHECK_FALSE(LonelySelector::forever);
}

TEST_CASE("Worker: a flush that is used up goes on next round, first in, first out") {
  WorkerFixture fixture;
  constexpr std::size_t kEach = 1024 * 1024;
  std::vector<Pair> pairs;
  std::vector<Connection*> connections(5);
  for (Connection*& connection : connections) {
    pairs.push_back(make_unix_pair());
    fixture.adopt(std::move(pairs.back().near), {}, &connection);
  }
  fixture.on_worker([&] {
    for (Connection* connection : connections) {
      connection->write(std::string(kEach, 'y'));
      connection->finish(CloseReason::quit);
    }
  });
  std::vector<std::string> got(pairs.size());
  std::vector<std::thread> readers;
  std::atomic<int> ended{0};
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    readers.emplace_back([&, i] { ended += pairs[i].far.read_to_end(got[i]) ? 1 : 0; });
  }
  for (std::thread& reader : readers) reader.join();
  CHECK(ended == 5);
  for (const std::string& bytes : got) CHECK(bytes.size() == kEach);
}
