// TallyFields: the names of a Tally's counts, the same in JSON, CSV and --assert, in the order to
// show them. Threads: constant.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "load/result/report.h"

namespace grotto::load {

enum class TallyKind : std::uint8_t { plain, error };

struct TallyField {
  std::string_view name;
  std::uint64_t Tally::* count;
  TallyKind kind = TallyKind::plain;
  std::string_view words = name;  // for people
};

inline constexpr std::array<TallyField, 13> kTallyFields{{
    {"sent", &Tally::sent},
    {"expected", &Tally::expected},
    {"received", &Tally::received},
    {"lost", &Tally::lost, TallyKind::error},
    {"duplicated", &Tally::duplicated, TallyKind::error},
    {"reordered", &Tally::reordered, TallyKind::error},
    {"corrupted", &Tally::corrupted, TallyKind::error},
    {"foreign", &Tally::foreign, TallyKind::error},
    {"closed", &Tally::closed, TallyKind::error},
    {"timed_out", &Tally::timed_out, TallyKind::error, "timed out"},
    {"skipped", &Tally::skipped},
    {"bytes_sent", &Tally::bytes_sent},
    {"bytes_received", &Tally::bytes_received},
}};
static_assert(sizeof(Tally) == kTallyFields.size() * sizeof(std::uint64_t), "a count has no name");

/// What Tally::errors() adds up: the ways in which a delivery or a connection can go wrong.
inline constexpr auto kErrorFields = [] {
  constexpr auto kIsError = [](const TallyField& field) { return field.kind == TallyKind::error; };
  constexpr auto kCount = std::count_if(kTallyFields.begin(), kTallyFields.end(), kIsError);
  std::array<TallyField, static_cast<std::size_t>(kCount)> errors{};
  std::copy_if(kTallyFields.begin(), kTallyFields.end(), errors.begin(), kIsError);
  return errors;
}();

}  // namespace grotto::load
