// Acts: what operators did lately and can take back.
// Threads: every method may be called from any thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "room/names.h"

namespace grotto {

class Acts {
 public:
  static constexpr std::size_t kActsMax = 1'000;  // the oldest go

  struct Act {
    NameKey by;
    std::string undone;          // what is told: "The ban of luzmi is taken back."
    std::function<void()> undo;  // may run on any thread
  };
  void note(Act act);
  /// The newest act of that person, which is then forgotten.
  [[nodiscard]] std::optional<Act> take_last(const NameKey& by);

 private:
  std::mutex mutex_;  // guards what follows
  std::deque<Act> acts_;
};

}  // namespace grotto
