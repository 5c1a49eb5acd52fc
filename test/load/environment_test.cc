#include "load/result/environment.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "net/platform.h"

using namespace grotto::load;

namespace {

/// A process file system of our own making.
class MadeUpProc {
 public:
  MadeUpProc() {
    path_ = (std::filesystem::temp_directory_path() / "grotto-proc-XXXXXX").string();
    REQUIRE(::mkdtemp(path_.data()) != nullptr);
  }
  ~MadeUpProc() { std::filesystem::remove_all(path_); }
  MadeUpProc(const MadeUpProc&) = delete;
  MadeUpProc& operator=(const MadeUpProc&) = delete;

  void holds(const std::string& name, const std::string& text) const {
    const std::filesystem::path file = std::filesystem::path(path_) / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// "" if it is not named.
std::string value(const Environment& environment, const std::string& name) {
  for (const auto& [known, text] : environment)
    if (known == name) return text;
  return {};
}

}  // namespace

TEST_CASE("Environment: the build and the libuv of this process are named") {
  const Environment found = read_environment();
  CHECK(value(found, "grotto-load").find("commit ") != std::string::npos);
  CHECK_FALSE(value(found, "compiler").empty());
  CHECK(value(found, "flags").find("-std=c++20") != std::string::npos);
  CHECK(value(found, "libuv") == grotto::libuv_version());
  CHECK_FALSE(value(found, "kernel").empty());
  CHECK_FALSE(value(found, "cores").empty());
}

TEST_CASE("Environment: processor, memory and settings come from the process file system") {
  const MadeUpProc proc;
  proc.holds("cpuinfo",
             "processor\t: 0\nmodel name\t: Some  CPU @ 3.00GHz\nprocessor\t: 1\n"
             "model name\t: Other\n");
  proc.holds("meminfo", "MemTotal:        8388608 kB\nMemFree: 1 kB\n");
  proc.holds("sys/net/ipv4/tcp_rmem", "4096\t131072\t6291456\n");
  proc.holds("sys/net/core/somaxconn", "4096\n");
  const Environment found = read_environment(proc.path());
  CHECK(value(found, "processor") == "Some CPU @ 3.00GHz");
  CHECK(value(found, "memory") == "8.0 GiB");
  CHECK(value(found, "net.ipv4.tcp_rmem") == "4096 131072 6291456");
  CHECK(value(found, "net.core.somaxconn") == "4096");
  SUBCASE("and what is not there is left out") {
    for (const auto& [name, text] : found) {
      CHECK(name != "net.core.wmem_max");
      CHECK_FALSE(text.empty());
    }
  }
}

TEST_CASE("Environment: the ticks of /proc/stat are all cores', and guests are not counted twice") {
  const auto ticks = parse_cpu_ticks(
      "cpu  10 1 5 80 2 0 1 7 4 3\ncpu0 10 1 5 80 2 0 1 7 4 3\nintr 1 2 3\nctxt 9\n");
  REQUIRE(ticks);
  CHECK(ticks.value_or(CpuTicks{}).steal == 7);
  CHECK(ticks.value_or(CpuTicks{}).total == 106);
}

TEST_CASE("Environment: what is no /proc/stat gives no ticks") {
  CHECK_FALSE(parse_cpu_ticks(""));
  CHECK_FALSE(parse_cpu_ticks("cpu\n"));
  CHECK_FALSE(parse_cpu_ticks("cpu 1 2 3 4 5 6 7\n"));
  CHECK_FALSE(parse_cpu_ticks("cpu0 1 2 3 4 5 6 7 8\n"));
  CHECK_FALSE(parse_cpu_ticks("cpu 1 2 x 4 5 6 7 8\n"));
  CHECK_FALSE(read_cpu_ticks("/nonexistent"));
}

TEST_CASE("Environment: the steal of a run is the difference of two readings") {
  CHECK(steal_share(CpuTicks{7, 100}, CpuTicks{12, 300}) == doctest::Approx(0.025));
  CHECK(steal_share(CpuTicks{7, 100}, CpuTicks{7, 300}) == 0);
  SUBCASE("and none when there is nothing to compare or time stood still") {
    CHECK(steal_share(std::nullopt, CpuTicks{7, 100}) == 0);
    CHECK(steal_share(CpuTicks{7, 100}, std::nullopt) == 0);
    CHECK(steal_share(CpuTicks{7, 100}, CpuTicks{9, 100}) == 0);
    CHECK(steal_share(CpuTicks{7, 100}, CpuTicks{5, 300}) == 0);
  }
}
