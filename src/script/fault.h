// Fault: what is wrong with a script, and where in its file. Threads: a value.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace grotto {

/// A place in a text: both count from 1, columns in code points.
struct Place {
  unsigned line = 1;
  unsigned column = 1;
  friend auto operator<=>(const Place&, const Place&) = default;
};

struct ScriptFault {
  Place place;
  std::string sentence;  // a whole one
};

/// `quiz.toml:12:8: There is no question "colour". Did you mean "color"?`
[[nodiscard]] std::string to_string(const ScriptFault& fault, std::string_view file);

}  // namespace grotto
