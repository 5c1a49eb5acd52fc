// TallyFields: the names of a Tally's counts, the same in JSON, CSV and --assert, in the order to
// show them. Threads: constant.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "load/result/report.h"

namespace grotto::load {

struct TallyField {
  std::string_view name;
  std::uint64_t Tally::* count;
};

inline constexpr std::array<TallyField, 13> kTallyFields{{
    {"sent", &Tally::sent},
    {"expected", &Tally::expected},
    {"received", &Tally::received},
    {"lost", &Tally::lost},
    {"duplicated", &Tally::duplicated},
    {"reordered", &Tally::reordered},
    {"corrupted", &Tally::corrupted},
    {"foreign", &Tally::foreign},
    {"closed", &Tally::closed},
    {"timed_out", &Tally::timed_out},
    {"skipped", &Tally::skipped},
    {"bytes_sent", &Tally::bytes_sent},
    {"bytes_received", &Tally::bytes_received},
}};
static_assert(sizeof(Tally) == kTallyFields.size() * sizeof(std::uint64_t), "a count has no name");

}  // namespace grotto::load
