// check_limits(): more than this machine gives is refused before anything is connected.
#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <fstream>

#include "load/engine/run.h"

namespace grotto::load {

namespace {

/// Descriptors that are not connections: standard ones, selectors, wake-ups, files, and some for
/// libraries.
constexpr rlim_t kOtherDescriptors = 24;
constexpr rlim_t kDescriptorsPerThread = 4;
constexpr double kLinesPerConnectionMax = 1'000'000;

std::uint64_t ports_per_source() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  if (!(file >> first >> last) || last < first) return 28'232;
  return last - first + 1;
}

}  // namespace

Result<Done> check_limits(const LoadOptions& options) {
  const std::uint64_t members = options.members();
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const rlim_t others = kOtherDescriptors + kDescriptorsPerThread * options.threads;
  if (limit.rlim_cur < members + others && limit.rlim_cur < limit.rlim_max) {
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, members + others);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
  }
  if (limit.rlim_cur < members + others) {
    const rlim_t possible = limit.rlim_cur > others ? limit.rlim_cur - others : 0;
    return Error{
        fmt::format("{} connections need more descriptors than the {} that this process may have: "
                    "{} connections are "
                    "possible, and \"ulimit -n {}\" (or LimitNOFILE=) would lift the limit",
                    members, limit.rlim_cur, possible, members + others),
        64};
  }
  const std::uint64_t sources = std::max<std::size_t>(options.sources.size(), 1);
  const std::uint64_t ports = ports_per_source() * sources;
  if (!options.endpoint.is_unix() && members > ports) {
    return Error{fmt::format("{} connections need more source ports than there are: {} are "
                             "possible from {} address{}, and each "
                             "address more gives {} (--source 127.0.0.2-127.0.0.9)",
                             members, ports, sources, sources == 1 ? "" : "es", ports_per_source()),
                 64};
  }
  const double rate_max = kLinesPerConnectionMax * options.actors();
  if (options.rate > rate_max) {
    return Error{fmt::format("--rate {:.0f} cannot be kept by {} connection{}: at most {:.0f} "
                             "lines/s each are sent on schedule, so "
                             "ask for at least {} of them",
                             options.rate, options.actors(), options.actors() == 1 ? "" : "s",
                             kLinesPerConnectionMax,
                             static_cast<std::uint64_t>(options.rate / kLinesPerConnectionMax) + 1),
                 64};
  }
  return Done{};
}

}  // namespace grotto::load
