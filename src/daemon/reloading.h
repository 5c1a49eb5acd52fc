// Reloading: reads the configuration anew while the server runs: all of it takes effect, or nothing
// does and the log says why.
//
// What is live changes at once, what needs a restart is said by its name (live_settings.h). Who
// asks a thousand times a second has it done five times a second, the last time after the last
// question. Threads: worker 0's.
#pragma once

#include <functional>
#include <string>

#include "base/result.h"
#include "daemon/live_settings.h"
#include "daemon/reload_outcome.h"
#include "grotto/timer_wheel.h"

namespace grotto {

class Reloading {
 public:
  /// Reads all sources of settings anew and resolves them as at the start.
  using Load = std::function<Result<Settings>()>;
  /// Makes the whole server work by these. Errors: it cannot, and nothing has changed.
  using Apply = std::function<Result<Done>(const Settings& settings)>;

  static constexpr std::uint64_t kPauseMs = 200;  // between two reloads

  /// `running`: what the server works by now. `outcome_file`: where it is told how it went; empty:
  /// in the log alone.
  Reloading(TimerWheel& wheel, ProgramKind program, Settings running, std::string outcome_file,
            Load load, Apply apply);
  ~Reloading();

  /// Now, or after the pause.
  void ask();
  /// Another process tells from now on how it went.
  void hand_over() noexcept { is_handed_over_ = true; }
  [[nodiscard]] const Settings& running() const noexcept { return running_; }

 private:
  void reload();
  [[nodiscard]] Result<Changes> change();
  void on_pause_over();

  TimerWheel& wheel_;
  const ProgramKind program_;
  Settings running_;
  const std::string outcome_file_;
  const Load load_;
  const Apply apply_;
  bool is_asked_again_ = false;
  bool is_handed_over_ = false;
  TimerOf<Reloading, &Reloading::on_pause_over> pause_{*this};
};

}  // namespace grotto
