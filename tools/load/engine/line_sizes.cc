#include "load/engine/line_sizes.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/numbers.h"

namespace grotto::load {

namespace {

constexpr std::uint64_t kWeightMost = 1'000'000;

}  // namespace

Result<LineSizes> LineSizes::parse(std::string_view text) {
  LineSizes sizes;
  const Error error{
      fmt::format("--size \"{}\" is no size of lines: expected bytes from {} to {} (the end of the "
                  "line and the "
                  "checksum are in them) as 64, 64-512 or 64:90,1024:10 (size:weight)",
                  text, kLeast, kMost),
      64};
  std::uint64_t sum = 0;
  std::string_view rest = text;
  while (!rest.empty() || sizes.choices_.empty()) {
    const std::size_t comma = std::min(rest.find(','), rest.size());
    std::string_view each = rest.substr(0, comma);
    if (comma + 1 == rest.size()) return error;
    rest.remove_prefix(std::min(comma + 1, rest.size()));
    std::uint64_t weight = 1;
    if (const std::size_t colon = each.find(':'); colon != std::string_view::npos) {
      weight = parse_whole(each.substr(colon + 1)).value_or(0);
      if (weight == 0 || weight > kWeightMost) return error;
      each = each.substr(0, colon);
    }
    const std::size_t dash = each.find('-');
    const std::uint64_t from = parse_whole(each.substr(0, dash)).value_or(0);
    const std::uint64_t to =
        dash == std::string_view::npos ? from : parse_whole(each.substr(dash + 1)).value_or(0);
    if (from < kLeast || to < from || to > kMost) return error;
    sum += weight;
    sizes.choices_.push_back({from, to, sum});
  }
  return sizes;
}

std::size_t LineSizes::of_line(std::uint32_t sender, std::uint64_t sequence) const noexcept {
  if (choices_.size() == 1 && choices_[0].from == choices_[0].to) return choices_[0].from;
  std::uint64_t mixed = (sequence * 0x9E37'79B9'7F4A'7C15U) ^ (sender * 0xD6E8'FEB8'6659'FD93U);
  mixed ^= mixed >> 32U;
  mixed *= 0xD6E8'FEB8'6659'FD93U;
  mixed ^= mixed >> 29U;
  const std::uint64_t drawn = (mixed >> 32U) % choices_.back().weight_below;
  const auto choice = std::find_if(choices_.begin(), choices_.end(),
                                   [&](const Choice& each) { return drawn < each.weight_below; });
  return choice->from + (mixed & 0xFFFF'FFFFU) % (choice->to - choice->from + 1);
}

std::size_t LineSizes::most() const noexcept {
  std::size_t most = 0;
  for (const Choice& each : choices_) most = std::max(most, each.to);
  return most;
}

}  // namespace grotto::load
