// take_all(): what a feed within a feed has to say now, as text. Threads: the connection's worker.
#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "grotto/feed.h"

namespace grotto {

/// Appends the preface of `inner` and up to 16 KiB of its bytes to `out`, and advances it by them.
inline void take_all(Feed& inner, std::string& out) {
  constexpr std::size_t kCopyBytes = 16 * 1024;
  constexpr std::size_t kSlices = 16;
  inner.preface(out);
  std::array<Slice, kSlices> slices{};
  const std::size_t filled = inner.gather(slices, kCopyBytes);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < filled; ++i) {
    out.append(slices[i].data, slices[i].size);
    bytes += slices[i].size;
  }
  if (filled > 0) static_cast<void>(inner.advance(bytes));  // all of it: nothing is cut
}

}  // namespace grotto
