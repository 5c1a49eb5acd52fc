// Random input for comparisons with naive twins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "support/seed.h"

namespace grotto::test {

class RandomInput {
 public:
  explicit RandomInput(std::uint64_t round) : engine_(seed() * 1'000'003 + round) {}

  std::size_t below(std::size_t bound) {
    return std::uniform_int_distribution<std::size_t>{0, bound - 1}(engine_);
  }

  /// Up to `pieces_max` of the given pieces, one after the other.
  std::string of(const std::vector<std::string>& pieces, std::size_t pieces_max) {
    std::string text;
    for (std::size_t left = below(pieces_max + 1); left != 0; --left) {
      text += pieces[below(pieces.size())];
    }
    return text;
  }

  /// `text` in stretches of 1 to `size_max` bytes.
  std::vector<std::string> cut(std::string_view text, std::size_t size_max) {
    std::vector<std::string> parts;
    while (!text.empty()) {
      parts.emplace_back(text.substr(0, 1 + below(size_max)));
      text.remove_prefix(parts.back().size());
    }
    return parts;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace grotto::test
