// WorkerCounters: what one worker counts of its work, for /metrics (docs/operating.md).
//
// Each layer adds to its own numbers while it works; the daemon sums those of all workers when
// somebody asks. What they are told apart by is a number of this program, never what a peer chose:
// there are no more of them after a year than after a minute.
// Threads: changed by the worker's thread alone; read by any. Lifetime: the worker's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/counter.h"
#include "grotto/close_reason.h"

namespace grotto {

/// What a connection speaks.
enum class DoorKind : std::uint8_t {
  none,       // not counted: it is refused, waits, or is the operator's
  hello,      // not known yet
  plain,      // lines
  telnet,     // lines with telnet commands
  bytes,      // as they come
  http,       // requests
  websocket,  // messages
  events,     // follows a room by server-sent events
  program,    // a bot
};
inline constexpr std::size_t kDoorKinds = 9;
/// A label: "plain".
std::string_view to_string(DoorKind door) noexcept;

/// Why somebody who connected was not served.
enum class RefusalReason : std::uint8_t {
  full,            // --max-clients
  queue_full,      // --wait-turn, and --waiting-max wait
  per_address,     // --clients-per-address
  not_allowed,     // --allow, --deny
  bad_proxy,       // no PROXY header in order, or not in time
  too_many_proxy,  // too many headers are awaited at once
};
inline constexpr std::size_t kRefusalReasons = 6;
/// A label: "per_address".
std::string_view to_string(RefusalReason reason) noexcept;

inline constexpr std::size_t kCloseReasons =
    static_cast<std::size_t>(CloseReason::internal_error) + 1;

/// A program has one to three; what there is beyond counts as the last one.
inline constexpr std::size_t kServicesCounted = 4;

struct alignas(64) WorkerCounters {
  template <class Value>
  using PerService = std::array<Value, kServicesCounted>;

  // net
  std::array<PerService<Gauge>, kDoorKinds> connections;  // by DoorKind and service
  Gauge encrypted;
  Counter bytes_in;     // from the kernel, TLS as it came
  Counter bytes_out;    // to the kernel
  Counter udp_dropped;  // answers that the kernel had no room for
  DurationHistogram lag;
  DurationHistogram tick;

  // door
  Counter lines_in;   // that the service took
  Counter lines_out;  // told to one person alone

  // room and service
  Counter room_lines;    // published
  Counter deliveries;    // one line of a room to one member
  Counter laps;          // how often somebody skipped lines
  Counter lapped_lines;  // that were skipped
  Counter flood_delays;
  Counter flood_delay_ms;

  // daemon
  std::array<Counter, kCloseReasons> closed;
  PerService<Counter> accepted;  // worker 0 accepts
  std::array<Counter, kRefusalReasons> refused;
  Counter accept_errors;
  Counter udp_refused;  // datagrams that were not answered
  Gauge waiting;        // for their turn

  [[nodiscard]] Counter& refused_for(RefusalReason reason) noexcept {
    return refused[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] Counter& closed_for(CloseReason reason) noexcept {
    return closed[static_cast<std::size_t>(reason)];
  }
};

}  // namespace grotto
