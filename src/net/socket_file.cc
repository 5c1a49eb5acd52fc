#include "net/socket_file.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "net/open_socket.h"

namespace grotto {

SocketFile::SocketFile(std::string path) : path_(std::move(path)) {
  struct stat info{};
  if (::lstat(path_.c_str(), &info) != 0) return;
  device_ = static_cast<std::uint64_t>(info.st_dev);
  inode_ = static_cast<std::uint64_t>(info.st_ino);
}

void SocketFile::remove() noexcept {
  struct stat info{};
  if (path_.empty() || ::lstat(path_.c_str(), &info) != 0) return;
  if (static_cast<std::uint64_t>(info.st_dev) == device_ &&
      static_cast<std::uint64_t>(info.st_ino) == inode_) {
    remove_stale(path_);
  }
  path_.clear();
}

void SocketFile::remove_stale(const std::string& path) noexcept {
  struct stat info{};
  sockaddr_un address{};
  if (::lstat(path.c_str(), &info) != 0 || !S_ISSOCK(info.st_mode)) return;
  if (path.size() >= sizeof address.sun_path) return;
  const int probe = open_socket(AF_UNIX, SOCK_STREAM);
  if (probe < 0) return;
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  if (::connect(probe, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 &&
      errno == ECONNREFUSED) {
    ::unlink(path.c_str());
  }
  ::close(probe);
}

}  // namespace grotto
