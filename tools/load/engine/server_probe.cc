#include "load/engine/server_probe.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace grotto::load {

namespace {

std::filesystem::path proc_of(int pid) {
  return std::filesystem::path("/proc") / std::to_string(pid);
}

}  // namespace

std::optional<double> ServerProbe::cpu_us() const {
  if (!pid_) return std::nullopt;
  std::error_code error;
  double sum_ns = 0;
  bool is_known = false;
  // A thread that ended takes its share with it; a server's threads do not.
  for (std::filesystem::directory_iterator task(proc_of(*pid_) / "task", error), end;
       !error && task != end; task.increment(error)) {
    std::ifstream file(task->path() / "schedstat");
    double on_cpu_ns = 0;
    if (file >> on_cpu_ns) {
      sum_ns += on_cpu_ns;
      is_known = true;
    }
  }
  if (!is_known) return std::nullopt;
  return sum_ns / 1000;
}

std::optional<std::uint64_t> ServerProbe::resident_bytes() const {
  if (!pid_) return std::nullopt;
  std::ifstream file(proc_of(*pid_) / "statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (!(file >> total >> resident)) return std::nullopt;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace grotto::load
