// Endings: who went lately, and why.
// Threads: every method may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "grotto/close_reason.h"
#include "room/names.h"

namespace grotto {

class StateReader;
class StateWriter;

class Endings {
 public:
  static constexpr std::size_t kEndingsMax = 1'000;  // the oldest are forgotten

  struct Ending {
    std::string name;  // empty: none was given
    NameKey key;
    std::string address;         // with its port
    std::int64_t at_ms = 0;      // since 1970
    std::uint64_t stayed_s = 0;  // since a name was given
    CloseReason reason = CloseReason::none;
  };
  void note(Ending ending);

  /// For an upgrade.
  void save(StateWriter& state) const;
  void restore(const NameRules& names, StateReader& state);

  /// The newest `count_max` of that name, or of all if it is nullptr; `more`: how many others.
  [[nodiscard]] std::vector<Ending> newest(const NameKey* key, std::size_t count_max,
                                           std::size_t& more) const;

 private:
  mutable std::mutex mutex_;  // guards what follows
  std::deque<Ending> endings_;
};

}  // namespace grotto
