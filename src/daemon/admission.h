// Admission: who may come in: networks, clients in all, clients per address, and whose turn it is.
//
// Pure: it counts and decides; sockets are the server's.
// Threads: worker 0's only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "base/address.h"
#include "base/limits.h"

namespace grotto {

enum class Verdict : std::uint8_t {
  admitted,     // counted until left()
  waits,        // for a place; counted per address until left_queue() or take_turn()
  full,         // no place
  queue_full,   // no place, and too many wait
  per_address,  // too many from there
  denied,       // the address is not allowed
};

/// What a refused peer reads. REQUIRES: a refusal.
std::string_view sentence(Verdict verdict) noexcept;

class Admission {
 public:
  struct Rules {
    std::vector<Network> allow;  // empty: everybody
    std::vector<Network> deny;   // goes before allow
    bool wait_turn = false;
  };
  /// `limits.clients_max` must be set.
  Admission(const Limits& limits, Rules rules) : limits_(limits), rules_(std::move(rules)) {}

  /// Others from now on; who is in or waits stays. REQUIRES: the same exempt networks, since what
  /// is counted by them has to be taken back by them.
  void change(const Limits& limits, Rules rules);

  [[nodiscard]] Verdict decide(const Address& peer);
  /// Whether it is from a network that is served at all.
  [[nodiscard]] bool is_allowed(const Address& peer) const noexcept;
  /// One that another process has admitted: it is counted, and not judged again.
  void take_over(const Address& peer);
  /// One that was admitted is gone.
  void left(const Address& peer) noexcept;
  /// One that waited is gone.
  void left_queue(const Address& peer) noexcept;
  /// Whether the first who waits may come in; counts it as admitted if so.
  [[nodiscard]] bool take_turn() noexcept;

  [[nodiscard]] std::size_t clients() const noexcept { return clients_; }
  [[nodiscard]] std::size_t waiting() const noexcept { return waiting_; }
  /// Addresses that are counted now: never more than there are peers.
  [[nodiscard]] std::size_t addresses() const noexcept { return by_address_.size(); }

 private:
  void forget_address(const Address& peer) noexcept;

  Limits limits_;
  Rules rules_;
  std::size_t clients_ = 0;
  std::size_t waiting_ = 0;
  std::map<std::array<std::uint8_t, 16>, std::size_t> by_address_;  // without exempt ones
};

}  // namespace grotto
