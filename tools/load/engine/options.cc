#include "load/engine/options.h"

#include <algorithm>
#include <array>

namespace grotto::load {

namespace {

constexpr std::array<std::string_view, 6> kWorkloads{"echo", "fanout", "chat",
                                                     "idle", "churn",  "slow"};

}  // namespace

std::string_view to_string(Workload workload) noexcept {
  return kWorkloads[static_cast<std::size_t>(workload)];
}

std::optional<Workload> workload_of(std::string_view name) noexcept {
  const auto* const found = std::find(kWorkloads.begin(), kWorkloads.end(), name);
  if (found == kWorkloads.end()) return std::nullopt;
  return static_cast<Workload>(found - kWorkloads.begin());
}

std::uint32_t LoadOptions::actors() const noexcept {
  switch (workload) {
    case Workload::echo:
    case Workload::churn:
    case Workload::chat: return connections;
    case Workload::fanout:
    case Workload::slow: return publishers;
    case Workload::idle: return 0;
  }
  return 0;
}

std::uint32_t LoadOptions::members() const noexcept {
  switch (workload) {
    case Workload::fanout: return publishers + connections;
    case Workload::slow: return publishers + connections + slow_readers;
    case Workload::echo:
    case Workload::chat:
    case Workload::idle:
    case Workload::churn: return connections;
  }
  return connections;
}

}  // namespace grotto::load
