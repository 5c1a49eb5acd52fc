#include "client/link/token_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <system_error>

#include "client/link/write_all.h"

namespace grotto::client {

bool is_token(const std::string& text) {
  constexpr std::size_t kLeast = 8;
  constexpr std::size_t kMost = 128;
  return text.size() >= kLeast && text.size() <= kMost &&
         std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

void make_folder_of(const std::string& path) {
  std::error_code ignored;  // what follows fails, and says so
  const auto folder = std::filesystem::path(path).parent_path();
  if (std::filesystem::create_directories(folder, ignored)) {
    std::filesystem::permissions(folder, std::filesystem::perms::owner_all, ignored);
  }
}

std::string TokenFile::load() const {
  std::ifstream file(path_);
  std::string token;
  if (!(file >> token) || !is_token(token)) return {};
  return token;
}

void TokenFile::save(const std::string& token) const {
  if (path_.empty()) return;
  make_folder_of(path_);
  const int fd = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return;
  static_cast<void>(write_all(fd, token + "\n"));
  ::close(fd);
}

void TokenFile::remove() const {
  if (!path_.empty()) ::unlink(path_.c_str());
}

}  // namespace grotto::client
