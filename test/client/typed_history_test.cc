#include "client/terminal/typed_history.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "client/link/token_file.h"

using namespace grotto::client;  // NOLINT: a test of one layer

namespace {

/// A folder that is removed with it.
struct Folder {
  Folder() : path(std::filesystem::temp_directory_path() / "grotto-client-XXXXXX") {
    REQUIRE(::mkdtemp(path.data()) != nullptr);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

int mode_of(const std::string& path) {
  struct stat about{};
  REQUIRE(::stat(path.c_str(), &about) == 0);
  return static_cast<int>(about.st_mode & 0777U);
}

}  // namespace

TEST_CASE("TypedHistory: lines are appended, for their owner's eyes only") {
  const Folder folder;
  const TypedHistory history(folder.path + "/a/b/history");
  CHECK(history.load().empty());
  history.add("one");
  history.add("two");
  CHECK(history.load() == std::vector<std::string>{"one", "two"});
  CHECK(mode_of(folder.path + "/a/b/history") == 0600);
}

TEST_CASE("TypedHistory: a file that has grown is cut to its last thousand lines") {
  const Folder folder;
  const std::string path = folder.path + "/history";
  {
    std::ofstream file(path);
    for (int i = 0; i < 5'000; ++i) file << "line " << i << '\n';
    file << std::string(100'000, 'x') << '\n';
  }
  const auto lines = TypedHistory(path).load();
  CHECK(lines.size() == TypedHistory::kLinesMax);
  CHECK(lines.back() == "line 4999");
  CHECK(std::filesystem::file_size(path) < 20'000);
  CHECK(TypedHistory(path).load() == lines);
}

TEST_CASE("TypedHistory: without a file nothing is kept, and nothing fails") {
  const TypedHistory history("");
  history.add("one");
  CHECK(history.load().empty());
  TypedHistory("/proc/no/such/place").add("one");
}

TEST_CASE("TokenFile: a token is kept for its owner, and what is none is not read") {
  const Folder folder;
  const std::string path = folder.path + "/state/token";
  const TokenFile file(path);
  CHECK(file.load().empty());
  file.save("HqxCY6SxmBnC33br9cjgAg");
  CHECK(file.load() == "HqxCY6SxmBnC33br9cjgAg");
  CHECK(mode_of(path) == 0600);
  std::ofstream(path) << "a b; rm\n";
  CHECK(file.load().empty());
  file.remove();
  CHECK_FALSE(std::filesystem::exists(path));
}
