// ThinnedLog: the warnings of an event that peers can cause at will: so many a second have a line
// of their own; as long as there are more, one a second tells the last of them, with the count of
// all that it stands for (`count=412`).
//
// A burst that ends is told to its end: its rest once its second is over. Threads: its wheel's
// only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/log.h"
#include "grotto/timer_wheel.h"

namespace grotto {

class ThinnedLog final : private Timer {
 public:
  /// `event` and the keys that note() gets are words of the program. `each_max`: of a second.
  ThinnedLog(TimerWheel& wheel, std::string_view event, std::uint64_t each_max) noexcept
      : wheel_(wheel), event_(event), gate_(each_max) {}

  /// It happened. REQUIRES: the fields are texts. They are copied.
  void note(LogFields fields);

 private:
  void on_timer() override;
  void tell(std::uint64_t count);

  TimerWheel& wheel_;
  const std::string_view event_;
  EventGate gate_;
  std::vector<std::pair<std::string_view, std::string>> last_;
};

}  // namespace grotto
