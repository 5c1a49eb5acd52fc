// Loading: a script from TOML, with all its faults, each where it is. Threads: no state; any.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "script/script.h"

namespace grotto {

inline constexpr std::size_t kScriptBytesMax = 1024 * 1024;
inline constexpr std::size_t kAsksMax = 1'000;

struct LoadedScript {
  std::shared_ptr<const Script> script;  // null if there are faults
  std::vector<ScriptFault> faults;       // in the order of their places, at most 100
};

/// Everything that can be known without asking anybody is found: bad TOML, keys that there are not
/// (with the nearest that there is), values of the wrong type or out of bounds, ids that are
/// missing, used twice or not there, bad patterns, conditions and texts, and by check_flow() what
/// cannot be reached or never ends.
[[nodiscard]] LoadedScript load_script(std::string_view text);

/// The same from a file. Errors: exit status 66 (EX_NOINPUT) if it cannot be read, or is larger
/// than kScriptBytesMax; the sentence names it.
[[nodiscard]] Result<LoadedScript> load_script_file(const std::string& path);

/// Questions that no way leads to, loops that no way leads out of, and conditions and texts over
/// questions that cannot have been answered before.
[[nodiscard]] std::vector<ScriptFault> check_flow(const Script& script);

}  // namespace grotto
