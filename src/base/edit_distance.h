// edit_distance(): how far two words are apart, for a hint at the one that was meant. Threads: any.
#pragma once

#include <cstddef>
#include <string_view>

namespace grotto {

/// How many single bytes have to be added, dropped or changed to make `one` of `other`
/// (Levenshtein). Time: the product of their sizes, so for short words only.
std::size_t edit_distance(std::string_view one, std::string_view other);

}  // namespace grotto
