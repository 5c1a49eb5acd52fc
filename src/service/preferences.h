// Preferences: what an account remembers of how somebody wants to read: bell, time, color, quiet,
// echo, and whom he ignores.
// Threads: the worker's of `who`.
#pragma once

#include <string>
#include <string_view>

namespace grotto {

class NameRules;
class Participant;

/// As JSON; what is as for everybody is left out.
[[nodiscard]] std::string preferences_of(const Participant& who);

/// Takes them over, in all his rooms. What cannot be understood is passed over: files can be
/// changed.
void use_preferences(const NameRules& names, Participant& who, std::string_view json);

}  // namespace grotto
