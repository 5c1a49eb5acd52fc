// Refusals: what a command answers when it did nothing.
// Threads: the worker's of `who`.
#pragma once

#include <string_view>

namespace grotto {

class Participant;

/// One sentence and its code, which stays the same across versions (docs/protocol.md):
/// `There is no room cave. [no-such-room]`
void refuse(Participant& who, std::string_view code, std::string_view sentence);

}  // namespace grotto
