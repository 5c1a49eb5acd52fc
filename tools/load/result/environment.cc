#include "load/result/environment.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#ifdef __linux__
#include <sched.h>
#endif
#ifdef __APPLE__
#include <sys/sysctl.h>
#endif

#include <array>
#include <fstream>
#include <iterator>
#include <sstream>

#include "load/version.h"
#include "net/platform.h"

namespace grotto::load {

namespace {

/// The whole file; empty if it cannot be read.
std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The text in one line, its blanks (tabs between the numbers of a setting) made one space each.
std::string in_one_line(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) line += line.empty() ? word : " " + word;
  return line;
}

/// What stands behind the colon in the first line that begins with `key`; empty if none does.
std::string value_of(const std::string& text, std::string_view key) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t colon = line.find(':');
    if (colon != std::string::npos) return in_one_line(line.substr(colon + 1));
  }
  return {};
}

#ifdef __APPLE__
std::string sysctl_text(const char* name) {
  std::array<char, 256> text{};
  std::size_t bytes = text.size() - 1;
  return sysctlbyname(name, text.data(), &bytes, nullptr, 0) == 0 ? text.data() : "";
}

std::uint64_t sysctl_number(const char* name) {
  std::uint64_t number = 0;
  std::size_t bytes = sizeof number;
  return sysctlbyname(name, &number, &bytes, nullptr, 0) == 0 ? number : 0;
}
#endif

std::string kernel() {
  utsname names{};
  if (uname(&names) != 0) return {};
  return fmt::format("{} {} {}", names.sysname, names.release, names.machine);
}

std::string processor(const std::string& proc) {
  const std::string text = text_of(proc + "/cpuinfo");
  // x86 says "model name"; ARM boards say "Hardware" or "Model", if anything.
  for (const char* key : {"model name", "Hardware", "Model"}) {
    if (std::string model = value_of(text, key); !model.empty()) return model;
  }
#ifdef __APPLE__
  return sysctl_text("machdep.cpu.brand_string");
#else
  return {};
#endif
}

std::string cores() {
  const long online = sysconf(_SC_NPROCESSORS_ONLN);
  if (online < 1) return {};
  std::string text = std::to_string(online);
#ifdef __linux__
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) < online)
    text += fmt::format(", of which grotto-load may use {}", CPU_COUNT(&allowed));
#endif
  return text;
}

std::string memory(const std::string& proc) {
  std::uint64_t kib = 0;
  std::istringstream(value_of(text_of(proc + "/meminfo"), "MemTotal")) >> kib;
#ifdef __APPLE__
  if (kib == 0) kib = sysctl_number("hw.memsize") / 1024;
#endif
  if (kib == 0) return {};
  return fmt::format("{:.1f} GiB", static_cast<double>(kib) / (1024.0 * 1024.0));
}

constexpr std::array kSettings{
    "net.ipv4.tcp_rmem",  "net.ipv4.tcp_wmem", "net.ipv4.ip_local_port_range",
    "net.core.somaxconn", "net.core.rmem_max", "net.core.wmem_max",
};

std::string setting(const std::string& proc, std::string name) {
  for (char& c : name)
    if (c == '.') c = '/';
  return in_one_line(text_of(proc + "/sys/" + name));
}

}  // namespace

Environment read_environment(const std::string& proc) {
  Environment found;
  const auto add = [&found](const char* name, std::string value) {
    if (!value.empty()) found.emplace_back(name, std::move(value));
  };
  add("grotto-load", fmt::format("{} (commit {})", kVersion, kCommit));
  add("compiler", kCompiler);
  add("flags", kFlags);
  add("libuv", libuv_version());
  add("kernel", kernel());
  add("processor", processor(proc));
  add("cores", cores());
  add("memory", memory(proc));
  for (const char* name : kSettings) add(name, setting(proc, name));
  return found;
}

std::optional<CpuTicks> parse_cpu_ticks(std::string_view stat) {
  std::istringstream words{std::string(stat.substr(0, stat.find('\n')))};
  std::string name;
  if (!(words >> name) || name != "cpu") return std::nullopt;
  // user nice system idle iowait irq softirq steal; what follows (guests) is within user and nice.
  constexpr std::size_t kFields = 8;
  CpuTicks ticks;
  for (std::size_t i = 0; i < kFields; ++i) {
    if (!(words >> ticks.steal)) return std::nullopt;
    ticks.total += ticks.steal;
  }
  return ticks;
}

std::optional<CpuTicks> read_cpu_ticks(const std::string& proc) {
  return parse_cpu_ticks(text_of(proc + "/stat"));
}

double steal_share(const std::optional<CpuTicks>& before,
                   const std::optional<CpuTicks>& after) noexcept {
  if (!before || !after || after->total <= before->total || after->steal < before->steal) return 0;
  return static_cast<double>(after->steal - before->steal) /
         static_cast<double>(after->total - before->total);
}

}  // namespace grotto::load
