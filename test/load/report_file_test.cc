#include "load/result/report_file.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

using namespace grotto::load;
namespace fs = std::filesystem;

namespace {

/// A folder of its own for one test.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "grotto-load-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() {
    std::error_code error;
    fs::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  [[nodiscard]] std::string file(const char* name) const { return (path_ / name).string(); }
  [[nodiscard]] std::ptrdiff_t count() const {
    return std::distance(fs::directory_iterator(path_), fs::directory_iterator{});
  }

 private:
  fs::path path_;
};

std::string contents(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

mode_t mode_of(const std::string& path) {
  struct stat status{};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 07777;
}

}  // namespace

TEST_CASE("ReportFile: a file is written whole, then replaced whole, and nothing else is left") {
  const Folder folder;
  const std::string path = folder.file("run.json");
  const std::string large(3'000'000, 'x');
  REQUIRE(write_report_file(path, large));
  CHECK(contents(path) == large);
  REQUIRE(write_report_file(path, "short\n"));
  CHECK(contents(path) == "short\n");
  CHECK(folder.count() == 1);
}

TEST_CASE("ReportFile: a new file has the usual rights, an old one keeps its own") {
  const Folder folder;
  const std::string path = folder.file("run.json");
  const mode_t mask = ::umask(027);
  const auto written = write_report_file(path, "a");
  ::umask(mask);
  REQUIRE(written);
  CHECK(mode_of(path) == 0640);
  REQUIRE(::chmod(path.c_str(), 0604) == 0);
  REQUIRE(write_report_file(path, "b"));
  CHECK(mode_of(path) == 0604);
}

TEST_CASE("ReportFile: the old result stays while the new one is written") {
  const Folder folder;
  const std::string path = folder.file("run.json");
  REQUIRE(write_report_file(path, "old"));
  std::ifstream reader(path);  // who has it open reads the old one to its end
  REQUIRE(write_report_file(path, "new and longer"));
  CHECK(std::string(std::istreambuf_iterator<char>(reader), {}) == "old");
}

TEST_CASE("ReportFile: a link stays a link, and what it leads to is replaced") {
  const Folder folder;
  REQUIRE(write_report_file(folder.file("target.json"), "old"));
  fs::create_symlink("target.json", folder.file("link.json"));
  REQUIRE(write_report_file(folder.file("link.json"), "new"));
  CHECK(fs::is_symlink(folder.file("link.json")));
  CHECK(contents(folder.file("target.json")) == "new");
  CHECK(folder.count() == 2);
}

TEST_CASE("ReportFile: a pipe is written into and not replaced") {
  const Folder folder;
  const std::string path = folder.file("pipe");
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
  CHECK(check_report_file(path));
  std::string read;
  std::thread reader([&] { read = contents(path); });
  const auto written = write_report_file(path, "through");
  reader.join();
  REQUIRE(written);
  CHECK(read == "through");
  CHECK(fs::is_fifo(path));
  CHECK(folder.count() == 1);
}

TEST_CASE("ReportFile: what cannot be written is named with the reason, before the run and after") {
  const Folder folder;
  const std::string missing = folder.file("missing/run.json");
  for (const auto& tried : {write_report_file(missing, "x"), check_report_file(missing)}) {
    REQUIRE_FALSE(tried);
    CHECK(tried.error().exit_status == 73);
    CHECK(tried.error().sentence == missing + ": cannot be written: No such file or directory");
  }
  const std::string itself = folder.file(".");
  for (const auto& tried : {write_report_file(itself, "x"), check_report_file(itself)}) {
    REQUIRE_FALSE(tried);
    CHECK(tried.error().sentence == itself + ": cannot be written: Is a directory");
  }
  CHECK(folder.count() == 0);
}

TEST_CASE("ReportFile: when the file cannot be written to its end, the old result stays") {
  const Folder folder;
  const std::string path = folder.file("run.json");
  REQUIRE(write_report_file(path, "old"));
  struct rlimit saved{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &saved) == 0);
  auto* const handler = std::signal(SIGXFSZ, SIG_IGN);
  const struct rlimit tight{.rlim_cur = 1'000, .rlim_max = saved.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
  const auto written = write_report_file(path, std::string(3'000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &saved);
  std::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(written);
  CHECK(written.error().sentence == path + ": cannot be written: File too large");
  CHECK(contents(path) == "old");
  CHECK(folder.count() == 1);
}

TEST_CASE("ReportFile: the check before the run leaves nothing behind and changes nothing") {
  const Folder folder;
  CHECK(check_report_file(folder.file("new.json")));
  CHECK(folder.count() == 0);
  REQUIRE(write_report_file(folder.file("old.json"), "old"));
  CHECK(check_report_file(folder.file("old.json")));
  CHECK(contents(folder.file("old.json")) == "old");
  CHECK(folder.count() == 1);
  CHECK(check_report_file("-"));
}

TEST_CASE("ReportFile: a dash is standard output") {
  const Folder folder;
  const std::string path = folder.file("output");
  std::fflush(stdout);
  const int saved = ::dup(STDOUT_FILENO);
  REQUIRE(std::freopen(path.c_str(), "w", stdout) != nullptr);
  std::fputs("before ", stdout);
  const auto written = write_report_file("-", "text\n");
  std::fflush(stdout);
  ::dup2(saved, STDOUT_FILENO);
  ::close(saved);
  REQUIRE(written);
  CHECK(contents(path) == "before text\n");
}
