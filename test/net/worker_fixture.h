// WorkerFixture: a worker on a thread of its own, with connections whose handlers write down what
// happens to them. The test talks to them through real sockets.
// Threads: the test's; on_worker() runs its task on the worker's.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>

#include <chrono>
#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "net/connection.h"
#include "net/selector.h"
#include "net/worker.h"
#include "sockets.h"

namespace grotto::test {

/// What happened to one connection. Written on the worker's thread only.
struct Story {
  std::string bytes;
  std::vector<std::size_t> reads;
  int opened = 0;
  int ended = 0;
  int low = 0;
  int idle = 0;
  int closed = 0;
  int encrypted = 0;
  std::string tls_fault;
  CloseReason reason = CloseReason::none;
  bool handler_alive = true;
};

/// What a handler does besides writing it down.
struct Script {
  std::function<void(Connection&)> on_open;
  std::function<void(Connection&, std::string_view)> on_bytes;
  std::function<void(Connection&)> on_end = [](Connection& c) {
    c.finish(CloseReason::peer_closed);
  };
  std::function<void(Connection&)> on_closed;
};

class Scribe final : public ConnectionHandler {
 public:
  Scribe(std::shared_ptr<Story> story, Script script)
      : story_(std::move(story)), script_(std::move(script)) {}
  Scribe(const Scribe&) = delete;
  Scribe& operator=(const Scribe&) = delete;
  ~Scribe() override { story_->handler_alive = false; }

  void on_open(Connection& connection) override {
    ++story_->opened;
    if (script_.on_open) script_.on_open(connection);
  }
  void on_bytes(Connection& connection, std::string_view bytes) override {
    CHECK_FALSE(connection.is_paused());
    CHECK(story_->ended == 0);
    CHECK(story_->closed == 0);
    story_->bytes += bytes;
    story_->reads.push_back(bytes.size());
    if (script_.on_bytes) script_.on_bytes(connection, bytes);
  }
  void on_end_of_input(Connection& connection) override {
    ++story_->ended;
    if (script_.on_end) script_.on_end(connection);
  }
  void on_encrypted(Connection&) override {
    CHECK(story_->bytes.empty());
    ++story_->encrypted;
  }
  void on_tls_failed(Connection&, std::string_view why) override { story_->tls_fault = why; }
  void on_outbox_low(Connection&) override { ++story_->low; }
  void on_idle(Connection& connection) override {
    ++story_->idle;
    ConnectionHandler::on_idle(connection);
  }
  void on_closed(Connection& connection, CloseReason reason) override {
    ++story_->closed;
    story_->reason = reason;
    if (script_.on_closed) script_.on_closed(connection);
  }

 private:
  std::shared_ptr<Story> story_;
  Script script_;
};

/// Deadlines that a test can wait for.
inline Limits short_limits() {
  Limits limits;
  limits.no_progress_ms = 300;
  limits.close_drain_ms = 200;
  return limits;
}

/// Bytes in which a gap or a swap shows.
inline std::string pattern(std::size_t size, unsigned salt) {
  std::string text(size, ' ');
  for (std::size_t i = 0; i < size; ++i) {
    text[i] = static_cast<char>('!' + (i * 7 + i / 251 + salt) % 90);
  }
  return text;
}

inline Script echo() {
  Script script;
  script.on_bytes = [](Connection& c, std::string_view bytes) { c.write(bytes); };
  return script;
}

class WorkerFixture {
 public:
  explicit WorkerFixture(const Limits& limits = {}, std::unique_ptr<Selector> selector = nullptr) {
    auto made = Worker::create(0, 1, limits, std::move(selector));
    REQUIRE(made.has_value());
    worker_ = std::move(*made);
    thread_ = std::thread([this] { worker_->run(); });
  }
  WorkerFixture(const WorkerFixture&) = delete;
  WorkerFixture& operator=(const WorkerFixture&) = delete;
  ~WorkerFixture() { stop(); }

  /// Stops the worker, if it still runs, and waits for its thread.
  void stop() {
    if (!thread_.joinable()) return;
    worker_->stop();
    thread_.join();
  }

  Worker& worker() { return *worker_; }

  /// Runs `task` on the worker's thread and waits for it.
  template <class Task>
  auto on_worker(Task task) -> decltype(task()) {
    std::packaged_task<decltype(task())()> packaged(std::move(task));
    auto result = packaged.get_future();
    worker_->post([&packaged] { packaged(); });
    REQUIRE(result.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
    return result.get();
  }

  /// Waits until `is_so` holds on the worker's thread. False after 10 s.
  bool becomes(const std::function<bool()>& is_so) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!on_worker(is_so)) {
      if (std::chrono::steady_clock::now() > end) return false;
      ::poll(nullptr, 0, 1);
    }
    return true;
  }

  /// A connection over `near`; it may be gone by the time this returns.
  std::shared_ptr<Story> adopt(Fd near, Script script = {}, Connection** made = nullptr) {
    auto story = std::make_shared<Story>();
    on_worker([&] {
      Connection* const connection = worker_->adopt(
          near.release(), Address(), std::make_unique<Scribe>(story, std::move(script)));
      if (made != nullptr) *made = connection;
    });
    return story;
  }

  bool is_closed(const std::shared_ptr<Story>& story) {
    return becomes([&] { return story->closed == 1 && !story->handler_alive; });
  }

 private:
  std::unique_ptr<Worker> worker_;
  std::thread thread_;
};

}  // namespace grotto::test
