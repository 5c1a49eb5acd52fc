// PeerSummary: what a handler tells of its peer when the connection is over, for the log.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace grotto {

struct PeerSummary {
  std::string_view name = {};                  // who it was; valid until on_closed()
  std::optional<std::uint64_t> lines_in = {};  // that the service took; none where there are none
  std::optional<std::uint64_t> requests = {};  // of HTTP
};

}  // namespace grotto
