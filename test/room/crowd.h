// A crowd for tests of rooms: workers without threads, members without sockets, and what each of
// them has read.
#pragma once

#include <doctest/doctest.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "grotto/timer_wheel.h"
#include "grotto/worker_context.h"
#include "room/local_room.h"
#include "room/member.h"
#include "support/fake_worker.h"

namespace grotto::testing {

/// A member with a connection of which the test decides how much it takes.
class FakeMember final : public Member {
 public:
  explicit FakeMember(std::string name) : name_(std::move(name)) {}

  const std::string& name() const { return name_; }
  bool was_told_to_try_again = false;
  bool was_too_slow = false;
  bool is_touched = false;
  std::string read;  // everything, notices and cut lines included

  /// Sends up to `bytes_max` bytes as a connection would: what preface() and advance() give goes
  /// first, whole.
  void flush(std::size_t bytes_max = ~std::size_t{0}) {
    is_touched = false;
    if (is_blocked_) return;
    while (has_more()) {
      preface(read);
      Slice slices[8];
      const std::size_t filled = gather(slices, 4096);
      std::size_t gathered = 0;
      std::string bytes;
      for (std::size_t i = 0; i < filled; ++i) {
        bytes.append(slices[i].data, slices[i].size);
        gathered += slices[i].size;
      }
      if (gathered == 0) continue;
      const std::size_t sent = std::min(bytes_max, gathered);
      read += bytes.substr(0, sent);
      if (sent > 0) read += advance(sent);
      bytes_max -= sent;
      if (sent < gathered) return;
    }
  }

  void block() {
    is_blocked_ = true;
    on_blocked();
  }
  void unblock() {
    is_blocked_ = false;
    on_unblocked();
  }

 private:
  void on_lines() override { is_touched = true; }
  void on_may_say() override { was_told_to_try_again = true; }
  void on_too_slow() override { was_too_slow = true; }

  std::string name_;
  bool is_blocked_ = false;
};

/// One room, its workers, and the turn of their ticks.
class Crowd {
 public:
  explicit Crowd(unsigned workers = 1, const Limits& limits = {},
                 SlowPolicy slow = SlowPolicy::skip)
      : limits_(limits),
        room_({"lobby", {}}, Room::Kind::permanent, limits_, workers, log_memory_) {
    for (unsigned i = 0; i < workers; ++i) {
      workers_.push_back(std::make_unique<FakeWorker>(i, workers));
      due_.emplace_back();
      locals_.push_back(LocalRoom::create(room_, *workers_.back(), slow, due_.back()));
    }
  }

  LocalRoom& local(unsigned worker = 0) { return *locals_[worker]; }
  FakeWorker& worker(unsigned worker = 0) { return *workers_[worker]; }
  Room& room() { return room_; }

  std::unique_ptr<FakeMember> enters(const std::string& name, unsigned worker = 0,
                                     std::size_t history = 0) {
    auto member = std::make_unique<FakeMember>(name);
    local(worker).join(*member, member->name(), history);
    return member;
  }

  void says(FakeMember& who, const std::string& text, unsigned worker = 0) {
    local(worker).append(LineKind::say, &who, {who.name(), ": ", text});
  }

  void end_tick(unsigned worker = 0) {
    due_[worker].end_tick([](LocalRoom&) {});
  }

  /// All workers' ticks and posts until nothing is left to do.
  void tick() {
    for (int round = 0; round < 4; ++round) {
      for (unsigned worker = 0; worker < workers_.size(); ++worker) end_tick(worker);
      for (auto& worker : workers_) worker->run_posted();
    }
  }

  void pass_ms(std::uint64_t milliseconds) {
    clock_ms_ += milliseconds;
    for (auto& worker : workers_) worker->wheel().advance(clock_ms_);
    for (auto& worker : workers_) worker->run_posted();
  }

 private:
  Limits limits_;
  std::atomic<std::size_t> log_memory_{0};
  Room room_;
  std::vector<std::unique_ptr<FakeWorker>> workers_;
  std::deque<DueRooms> due_;  // of each worker
  std::vector<std::shared_ptr<LocalRoom>> locals_;
  std::uint64_t clock_ms_ = 0;
};

}  // namespace grotto::testing
