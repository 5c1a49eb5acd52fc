#include "daemon/process_facts.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <limits>
#include <memory>

namespace grotto {

namespace {

double seconds(const timeval& time) noexcept {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// The second number of proc(5)'s statm, in pages.
std::int64_t resident_bytes() noexcept {
#ifdef __linux__
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen("/proc/self/statm", "re"),
                                                             &std::fclose);
  long size = 0;
  long resident = 0;
  // NOLINTNEXTLINE(cert-err34-c): the kernel's own numbers
  if (file == nullptr || std::fscanf(file.get(), "%ld %ld", &size, &resident) != 2) return 0;
  return std::int64_t{resident} * ::sysconf(_SC_PAGESIZE);
#else
  return 0;
#endif
}

}  // namespace

ProcessFacts process_facts() noexcept {
  ProcessFacts facts;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    facts.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    facts.descriptors_max =
        limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur > static_cast<rlim_t>(kMost)
            ? kMost
            : static_cast<std::int64_t>(limit.rlim_cur);
  }
  facts.resident_bytes = resident_bytes();
  return facts;
}

}  // namespace grotto
