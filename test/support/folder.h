// A folder of a test's own, and a disk that is full.
#pragma once

#include <doctest/doctest.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>
#include <string>

namespace grotto::testing {

class Folder {
 public:
  Folder() {
    std::string form = (std::filesystem::temp_directory_path() / "grotto-test-XXXXXX").string();
    REQUIRE(::mkdtemp(form.data()) != nullptr);
    path_ = form;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file(const std::string& name = "kept.db") const {
    return (path_ / name).string();
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

/// As long as it lives, no file of this process grows beyond `bytes`.
class FullDisk {
 public:
  explicit FullDisk(rlim_t bytes = 4'096) {
    ::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before_) == 0);
    const rlimit full{bytes, before_.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &full) == 0);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() { CHECK(::setrlimit(RLIMIT_FSIZE, &before_) == 0); }

 private:
  rlimit before_{};
};

}  // namespace grotto::testing
