// Lobby: what all workers share: the rooms, the names in use, and the bound on all logs together.
//
// Threads: every method may be called from any thread. Lifetime: outlives all workers' services.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "room/key_set.h"
#include "room/names.h"
#include "room/room.h"

namespace grotto {

class Lobby {
 public:
  Lobby(const Limits& limits, unsigned workers) : limits_(limits), workers_(workers) {}
  Lobby(const Lobby&) = delete;
  Lobby& operator=(const Lobby&) = delete;

  /// The room of that name, made if it is not there. It lives as long as the lobby.
  Room& room(std::string_view name);

  /// Takes a name if no one who is here has it or one that looks like it.
  [[nodiscard]] bool claim_name(const NameKey& key);
  void release_name(const NameKey& key) noexcept;
  /// Gives up `from` for `to`; false, and nothing changed, if somebody else has it. A name may
  /// change into a look-alike of itself.
  [[nodiscard]] bool change_name(const NameKey& from, const NameKey& to);

  /// If all logs together hold more than Limits::log_memory_bytes, lets go of the oldest lines of
  /// the coldest rooms first, never of a line that a patient member was not sent. Cheap when there
  /// is nothing to do.
  void keep_log_memory_bound();

  [[nodiscard]] std::size_t log_memory_bytes() const noexcept {
    return log_memory_bytes_.load(std::memory_order_relaxed);
  }
  /// How much was let go of for the bound, in all.
  [[nodiscard]] std::uint64_t reclaimed_bytes() const noexcept {
    return reclaimed_bytes_.load(std::memory_order_relaxed);
  }

 private:
  [[nodiscard]] bool is_taken(const NameKey& key) const;

  const Limits limits_;
  const unsigned workers_;
  std::atomic<std::size_t> log_memory_bytes_{0};
  std::atomic<std::uint64_t> reclaimed_bytes_{0};

  std::mutex mutex_;  // guards what follows
  std::map<std::string, std::unique_ptr<Room>, std::less<>> rooms_;
  KeySet folded_;
  KeySet skeletons_;
};

}  // namespace grotto
