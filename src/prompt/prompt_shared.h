// PromptShared: what the questions of all workers share. Threads: constant after construction but
// for what has a lock of its own. Lifetime: the last service's.
#pragma once

#include <memory>
#include <optional>

#include "base/check.h"
#include "prompt/board.h"
#include "prompt/prompt.h"
#include "prompt/race_track.h"
#include "prompt/shared_program.h"
#include "prompt/visit_book.h"

namespace grotto {

struct PromptShared {
  /// REQUIRES: the script has a program.
  [[nodiscard]] const RunProgram& run() const {
    const std::optional<RunProgram>& run = setting.script->run;
    GROTTO_CHECK(run.has_value());
    return *run;
  }

  PromptSetting setting;
  Limits limits;  // as at the start; each service has its own
  VisitBook book;
  Board board;
  std::shared_ptr<SharedProgram> program;  // null unless `per = "server"`
  std::unique_ptr<RaceTrack> race;         // null unless it is one
};

}  // namespace grotto
