// RoomDiscipline: what operators of a room have laid down: who is banned or muted, how often one
// may say something, and whether anybody new comes in.
//
// Threads: every method may be called from any thread. Lifetime: the room's.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "room/access_list.h"
#include "room/line_kind.h"

namespace grotto {

class RoomDiscipline {
 public:
  static constexpr std::size_t kEntriesMax = 1'000;  // of each list
  static constexpr std::uint64_t kSlowSecondsMax = 3'600;

  AccessList bans{kEntriesMax};
  AccessList mutes{kEntriesMax};

  /// Newcomers are refused.
  [[nodiscard]] bool is_locked() const noexcept { return is_locked_; }
  void set_locked(bool is_locked) noexcept { is_locked_ = is_locked; }

  /// Everybody may say one line in so many seconds; 0: any number.
  [[nodiscard]] std::uint64_t slow_seconds() const noexcept { return slow_seconds_; }
  void set_slow_seconds(std::uint64_t seconds);

  /// Whether what is said has to be looked at; nothing costs those whose room is free.
  [[nodiscard]] bool restricts_lines() const noexcept {
    return slow_seconds_.load(std::memory_order_relaxed) > 0 || mutes.has_entries();
  }
  /// 0, and the line counts; else in how many milliseconds that member may say one.
  [[nodiscard]] std::uint64_t wait_to_say(AuthorId author, std::uint64_t now_ms);

 private:
  std::atomic<bool> is_locked_{false};
  std::atomic<std::uint64_t> slow_seconds_{0};
  std::mutex mutex_;                                        // guards what follows
  std::unordered_map<AuthorId, std::uint64_t> next_at_ms_;  // of who has said something lately
};

}  // namespace grotto
