#include "daemon/pid_file.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "base/file_lock.h"
#include "daemon/runtime_folder.h"

using grotto::PidFile;

namespace {

class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "grotto-pid-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  [[nodiscard]] std::string file() const { return path_ / "grottod.pid"; }

 private:
  std::filesystem::path path_;
};

std::string text_of(const std::string& path) {
  std::ifstream stream(path);
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

TEST_CASE("PidFile: it holds the number while it lives, and is gone afterwards") {
  const Folder folder;
  {
    auto taken = PidFile::take(folder.file());
    REQUIRE(taken);
    CHECK(text_of(folder.file()) == std::to_string(::getpid()) + "\n");
    const auto owner = PidFile::owner(folder.file());
    REQUIRE(owner);
    CHECK(*owner == ::getpid());
  }
  CHECK_FALSE(std::filesystem::exists(folder.file()));
  CHECK(PidFile::owner(folder.file()).error().exit_status == 69);
}

TEST_CASE("PidFile: who comes second is told by whom it is held") {
  const Folder folder;
  auto first = PidFile::take(folder.file());
  REQUIRE(first);
  const auto second = PidFile::take(folder.file());
  REQUIRE_FALSE(second);
  CHECK(second.error().exit_status == 73);
  CHECK(second.error().sentence.find(std::to_string(::getpid())) != std::string::npos);
  CHECK(text_of(folder.file()) == std::to_string(::getpid()) + "\n");
}

TEST_CASE(
    "PidFile: a number alone is nobody, even that of a living process; the file is replaced") {
  const Folder folder;
  std::ofstream(folder.file()) << ::getppid() << "\nmore than a pid file has\n";
  const auto owner = PidFile::owner(folder.file());
  REQUIRE_FALSE(owner);
  CHECK(owner.error().sentence.find("its server is gone") != std::string::npos);
  auto taken = PidFile::take(folder.file());
  REQUIRE(taken);
  CHECK(text_of(folder.file()) == std::to_string(::getpid()) + "\n");
}

TEST_CASE("PidFile: handed over, it is held without a gap and told the new number") {
  const Folder folder;
  auto taken = PidFile::take(folder.file());
  REQUIRE(taken);
  std::optional<PidFile> old(std::move(*taken));
  REQUIRE(old->write(4'711));
  const auto held = grotto::FileLock::held();
  REQUIRE(held.size() == 1);
  CHECK(held[0].path == folder.file());
  grotto::FileLock::inherit(held[0].path, ::dup(held[0].fd));
  auto adopted = PidFile::take(folder.file());
  REQUIRE(adopted);
  std::optional<PidFile> next(std::move(*adopted));
  old->hand_over();
  old.reset();
  const auto owner = PidFile::owner(folder.file());
  REQUIRE(owner);
  CHECK(*owner == ::getpid());
  CHECK_FALSE(PidFile::take(folder.file()));
  next.reset();
  CHECK_FALSE(std::filesystem::exists(folder.file()));
}

TEST_CASE("PidFile: one that another has made meanwhile is not removed") {
  const Folder folder;
  {
    auto taken = PidFile::take(folder.file());
    REQUIRE(taken);
    std::filesystem::remove(folder.file());
    std::ofstream(folder.file()) << "another\n";
  }
  CHECK(text_of(folder.file()) == "another\n");
}

TEST_CASE("PidFile: where no file can be, or none that is plain, it says so") {
  const Folder folder;
  std::filesystem::create_directory(folder.file());
  CHECK(PidFile::take(folder.file()).error().exit_status == 73);
  CHECK(PidFile::take(folder.file() + "/none/a.pid").error().exit_status == 73);
  std::filesystem::create_symlink("/dev/null", folder.file() + "/link");
  CHECK(PidFile::take(folder.file() + "/link").error().exit_status == 73);
}

TEST_CASE("default_pid_file: named by program and address, in the first folder that there is") {
  ::setenv("RUNTIME_DIRECTORY", "/run/grotto:/run/other", 1);
  CHECK(grotto::default_pid_file("grottod", "127.0.0.1:5001") ==
        "/run/grotto/grottod-127.0.0.1-5001.pid");
  CHECK(grotto::default_pid_file("grottod", "[::1]:5001") == "/run/grotto/grottod----1--5001.pid");
  CHECK(grotto::default_pid_file("shout", "unix:/tmp/a/b") ==
        "/run/grotto/shout-unix--tmp-a-b.pid");
  CHECK(grotto::default_pid_file("grottod", std::string(1'000, 'x')).size() < 255);
  ::unsetenv("RUNTIME_DIRECTORY");
  ::setenv("XDG_RUNTIME_DIR", "/run/user/1000", 1);
  CHECK(grotto::default_pid_file("grottod", "a:1") == "/run/user/1000/grotto/grottod-a-1.pid");
  ::unsetenv("XDG_RUNTIME_DIR");
}
