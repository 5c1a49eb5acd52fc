// LoadOptions: what the user asked a run for, checked and with its defaults filled in. Threads: a
// value.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/engine/line_sizes.h"
#include "net/endpoint.h"

namespace grotto {
class TlsContext;
}

namespace grotto::load {

enum class Workload : std::uint8_t {
  echo,    // every line comes back to who sent it
  fanout,  // few send, many read
  chat,    // all send, all read
  idle,    // a herd that holds
  churn,   // connect, talk, leave
  slow,    // readers that stall beside others that keep up
};

std::string_view to_string(Workload workload) noexcept;
std::optional<Workload> workload_of(std::string_view name) noexcept;

/// How a slow reader is slow.
enum class SlowKind : std::uint8_t {
  stall,  // reads nothing once it is in
  drip,   // reads 256 bytes ten times a second
  byte,   // reads one byte ten times a second
};

/// Connections of one run at most: as many as a payload's sender can be told apart.
constexpr std::uint32_t kMembersMax = 200'000;

struct LoadOptions {
  Workload workload = Workload::echo;
  std::string target;
  std::string dialect;
  std::string room;  // grotto: empty for the lobby
  std::uint32_t connections = 50;
  std::uint32_t threads = 1;
  std::uint32_t publishers = 1;    // fanout, slow
  std::uint32_t slow_readers = 0;  // slow
  SlowKind slow_kind = SlowKind::stall;
  bool is_udp = false;
  bool is_busy_polling = false;  // its threads never sleep

  double rate = 0;          // lines/s in total; 0: closed loop
  std::uint32_t depth = 1;  // closed loop: lines out per sender, in bursts
  std::uint32_t burst = 1;  // lines sent at once
  std::uint64_t count = 0;  // lines in total; 0: for the duration
  std::uint64_t duration_ns = 10'000'000'000;
  std::uint64_t warmup_ns = 1'000'000'000;
  std::uint64_t timeout_ns = 10'000'000'000;
  std::uint64_t interval_ns = 1'000'000'000;
  double connect_rate = 0;  // connections/s; 0: as fast as it goes, kConnectingMax at once
  std::string sizes_text = "64";
  LineSizes sizes = *LineSizes::parse("64");

  Endpoint endpoint;
  std::shared_ptr<const TlsContext> tls;  // nullptr: without
  std::vector<Endpoint> sources;
  std::optional<int> pid;

  /// Attempts to connect that are under way at once, per thread.
  static constexpr std::uint32_t kConnectingMax = 128;

  [[nodiscard]] bool is_open_loop() const noexcept { return rate > 0; }
  /// Whether lines are said to others in a room, or come back to who sent them.
  [[nodiscard]] bool is_room() const noexcept {
    return workload == Workload::fanout || workload == Workload::chat || workload == Workload::slow;
  }
  /// Connections that act by themselves: those that send, or in churn that live anew. They come
  /// first.
  [[nodiscard]] std::uint32_t actors() const noexcept;
  /// All connections.
  [[nodiscard]] std::uint32_t members() const noexcept;
};

}  // namespace grotto::load
