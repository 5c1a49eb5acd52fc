// Mentions: where a line has somebody's name in it, however it is written: Luzmi, @luzmi:, luzmi's.
// Threads: pure functions.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace grotto::client {

/// Case folded (Unicode's full folding), so that names that differ only in case are equal.
std::string folded(std::string_view text);

struct Stretch {
  std::size_t begin = 0;
  std::size_t size = 0;
};

/// The first word of `text` that folds to `name`, without punctuation around it or from a
/// punctuation mark within on. Looks at 200 words, as the server does. REQUIRES: valid UTF-8.
std::optional<Stretch> find_mention(std::string_view text, std::string_view name);

}  // namespace grotto::client
