// ErrorKinds: the ways in which a delivery or a connection can go wrong, in words for people, in
// the order to show them. Threads: constant.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "load/result/report.h"

namespace grotto::load {

struct ErrorKind {
  std::string_view words;
  std::uint64_t Tally::* count;
};

/// What Tally::errors() adds up.
inline constexpr std::array<ErrorKind, 7> kErrorKinds{{
    {"lost", &Tally::lost},
    {"duplicated", &Tally::duplicated},
    {"reordered", &Tally::reordered},
    {"corrupted", &Tally::corrupted},
    {"foreign", &Tally::foreign},
    {"closed", &Tally::closed},
    {"timed out", &Tally::timed_out},
}};

}  // namespace grotto::load
