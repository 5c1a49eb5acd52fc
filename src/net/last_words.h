// say_last_words: how a peer is refused that gets no connection of a worker.
#pragma once

#include <string_view>

namespace grotto {

/// Sends `words` as far as the kernel takes them at once (a fresh socket takes 1 KiB and more),
/// ends the output, drops what the peer has sent so far, so that no reset overtakes the words, and
/// closes `fd`. Never waits. Any thread.
void say_last_words(int fd, std::string_view words) noexcept;

}  // namespace grotto
