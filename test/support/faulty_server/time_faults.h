// Faults of time: every line late, all of them once, or byte by byte.
#pragma once

#include <chrono>

#include "fault.h"

namespace faulty_server {

class Delay final : public Fault {
 public:
  explicit Delay(const Options& options);
  void deliver(const Line& line, Client& receiver, bool is_hit) override;

 private:
  const std::chrono::steady_clock::duration delay_;
};

/// Nothing is read, written or accepted for a while, once, counted from the first line.
class Freeze final : public Fault {
 public:
  explicit Freeze(const Options& options);
  void deliver(const Line& line, Client& receiver, bool is_hit) override;
  [[nodiscard]] Time wake_at() const override { return begin_; }
  void before_round(Time now) override;

 private:
  const std::chrono::steady_clock::duration length_;
  const std::chrono::steady_clock::duration after_;
  bool is_armed_ = false;
  Time begin_ = Time::max();
};

class Trickle final : public Fault {
 public:
  void deliver(const Line& line, Client& receiver, bool is_hit) override;
};

}  // namespace faulty_server
