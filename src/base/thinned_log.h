// ThinnedLog: the warnings of an event that peers can cause at will: so many a second have a line
// of their own; as long as there are more, one a second tells the last of them, with the count of
// all that it stands for (`count=412`).
//
// A burst that ends is told to its end: its rest once its second is over. Threads: its wheel's
// only.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
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

  /// It happened. The fields are copied.
  void note(LogFields fields);

 private:
  void on_timer() override;
  void tell(std::uint64_t count);

  struct Kept {
    std::string_view key;
    std::string text;
    std::optional<std::int64_t> number;
  };

  TimerWheel& wheel_;
  const std::string_view event_;
  EventGate gate_;
  std::vector<Kept> last_;
};

/// The same of several events. What an event tells of comes first, and each of it is thinned by
/// itself: who was banned (`banned target=…`) is not lost among those who come back (`banned
/// peer=…`).
class ThinnedLogs {
 public:
  ThinnedLogs(TimerWheel& wheel, std::uint64_t each_max) noexcept
      : wheel_(wheel), each_max_(each_max) {}

  /// `event` happened, which is a word of the program. REQUIRES: a field.
  void note(std::string_view event, LogFields fields) {
    logs_.try_emplace({event, fields.begin()->key()}, wheel_, event, each_max_)
        .first->second.note(fields);
  }

 private:
  TimerWheel& wheel_;
  const std::uint64_t each_max_;
  std::map<std::pair<std::string_view, std::string_view>, ThinnedLog> logs_;
};

}  // namespace grotto
