// Selector: readiness of many descriptors, registered once, edge-triggered. A thin class over epoll
// (selector_epoll.cc) or kqueue (selector_kqueue.cc); the build picks one. A worker waits in it;
// libuv's own descriptor is one of those that it watches.
//
// The laws of edges (each was broken once in a prototype):
//   L1 a stream is registered for reading, end hints and urgent data; writability is added by one
//   call at the first EAGAIN
//      of a write and then kept.
//   L2 a short read means drained only if no event since the last EAGAIN carried an end hint.
//   L3 a peer that still has bytes after its turn is the caller's to remember (the ready list).
//   L4 an event carries {slot, generation}, never a pointer; remove() before a descriptor is handed
//   over. L5 one batch of at most 256 events a round. L6 a spurious event is harmless.
// Threads: owned by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

#include "base/result.h"

namespace grotto {

/// Names a registration: the slot in the worker's table and the generation of that slot.
struct Token {
  std::uint32_t slot = 0;
  std::uint32_t generation = 0;
  friend bool operator==(const Token&, const Token&) = default;
};

struct ReadyEvent {
  Token token;
  bool readable = false;
  bool writable = false;
  bool end_hint = false;  // RDHUP, HUP, ERR, PRI / EV_EOF: read on to 0 or EAGAIN
  bool hang_up = false;   // both directions are over, or an error: nobody reads any more
};

class Selector {
 public:
  static constexpr std::size_t kBatchMax = 256;

  static Result<std::unique_ptr<Selector>> create();
  virtual ~Selector() = default;

  /// Whether a poller of the system (libuv's) can be watched here (tested at start; false on some
  /// BSDs).
  [[nodiscard]] virtual bool nests() const noexcept = 0;

  /// Registers a stream for reading, edge-triggered. False with errno set on failure (ENOMEM,
  /// ENOSPC).
  virtual bool add_stream(int fd, Token token) noexcept = 0;
  /// Registers a listening socket or another poller for reading, level-triggered.
  virtual bool add_level_triggered(int fd, Token token) noexcept = 0;
  /// Adds writability to a stream: once in its life.
  virtual bool add_writable(int fd, Token token) noexcept = 0;
  /// Forgets a descriptor that stays open. Closing the last copy of a descriptor needs no call.
  virtual void remove(int fd) noexcept = 0;

  /// What is ready, waiting until `until_ns` of the monotonic clock (now_ns(); kAtOnce: not at all;
  /// kForever: without limit), or less. Valid until the next call.
  static constexpr std::uint64_t kAtOnce = 0;
  static constexpr std::uint64_t kForever = ~std::uint64_t{0};
  virtual std::span<const ReadyEvent> take(std::uint64_t until_ns) noexcept = 0;

  /// The monotonic clock, in nanoseconds from an arbitrary start.
  static std::uint64_t now_ns() noexcept;
};

/// The two halves; Selector::create() gives the one of this system. The kqueue half is compiled
/// where there is kqueue and in tests.
Result<std::unique_ptr<Selector>> create_epoll_selector();
Result<std::unique_ptr<Selector>> create_kqueue_selector();

}  // namespace grotto
