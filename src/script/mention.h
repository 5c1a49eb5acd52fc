// Mention: where a condition or a text names a question. Threads: a value.
#pragma once

#include <cstddef>
#include <vector>

#include "script/fault.h"

namespace grotto {

struct Mention {
  std::size_t ask;     // its place in the script
  std::size_t offset;  // of the name, in bytes of the condition's or the text's own
  Place place = {};    // the same in the file; set by the loader
};

/// Adds the mention, unless that question has been mentioned before.
void add_mention(std::vector<Mention>& mentions, Mention mention);

/// The questions, each once, in ascending order.
[[nodiscard]] std::vector<std::size_t> mentioned_asks(const std::vector<Mention>& mentions);

}  // namespace grotto
