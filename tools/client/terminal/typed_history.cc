#include "client/terminal/typed_history.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "client/link/token_file.h"
#include "client/link/write_all.h"

namespace grotto::client {

namespace {

constexpr std::size_t kLineBytesMax = 32 * 1024;

int open_for(const std::string& path, int how) {
  return ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | how, 0600);
}

}  // namespace

std::vector<std::string> TypedHistory::load() const {
  std::vector<std::string> lines;
  std::ifstream file(path_);
  std::size_t read = 0;
  for (std::string line; std::getline(file, line);) {
    ++read;
    if (line.empty() || line.size() > kLineBytesMax) continue;
    lines.push_back(std::move(line));
    if (lines.size() > 2 * kLinesMax) {
      lines.erase(lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(kLinesMax));
    }
  }
  if (lines.size() > kLinesMax) {
    lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kLinesMax));
  }
  if (read <= 2 * kLinesMax) return lines;
  // Written beside and put in its place: a crash leaves one or the other.
  const std::string beside = path_ + ".new";
  const int fd = open_for(beside, O_TRUNC);
  if (fd < 0) return lines;
  std::string all;
  for (const std::string& line : lines) all += line + "\n";
  const bool is_written = write_all(fd, all);
  ::close(fd);
  if (is_written) static_cast<void>(std::rename(beside.c_str(), path_.c_str()));
  return lines;
}

void TypedHistory::add(const std::string& line) const {
  if (path_.empty() || line.size() > kLineBytesMax) return;
  make_folder_of(path_);
  const int fd = open_for(path_, O_APPEND);
  if (fd < 0) return;
  static_cast<void>(write_all(fd, line + "\n"));
  ::close(fd);
}

}  // namespace grotto::client
