#include "base/file_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <utility>

namespace grotto {

namespace {

constexpr int kCannotCreate = 73;  // EX_CANTCREAT (sysexits.h)

/// The process id that the owner wrote down; empty if it has not yet.
std::string owner(int fd) {
  std::array<char, 32> text{};
  const ssize_t bytes = ::pread(fd, text.data(), text.size(), 0);
  std::string out(text.data(), bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
  return out.substr(0, out.find_first_not_of("0123456789"));
}

void sign(int fd) {
  const std::string own = fmt::format("{}\n", ::getpid());
  if (::ftruncate(fd, 0) != 0 || ::pwrite(fd, own.data(), own.size(), 0) < 0) {
    // A full disk: it is owned all the same, and nobody can be told by whom.
  }
}

/// A lock is the process's, whoever took it: so is the list of them.
struct Locks {
  std::recursive_mutex mutex;  // guards what follows
  std::vector<FileLock::Held> held;
  std::vector<FileLock::Held> inherited;
};

Locks& locks() {
  static Locks all;
  return all;
}

}  // namespace

std::vector<FileLock::Held> FileLock::held() {
  const std::scoped_lock guard(locks().mutex);
  return locks().held;
}

void FileLock::inherit(const std::string& path, int fd) {
  const std::scoped_lock guard(locks().mutex);
  locks().inherited.push_back({path, fd});
}

void FileLock::note_held(const std::string& path, int fd) {
  const std::scoped_lock guard(locks().mutex);
  locks().held.push_back({path, fd});
}

void FileLock::forget_held(int fd) {
  const std::scoped_lock guard(locks().mutex);
  std::erase_if(locks().held, [fd](const Held& each) { return each.fd == fd; });
}

int FileLock::take_inherited(const std::string& path) {
  const std::scoped_lock guard(locks().mutex);
  auto& inherited = locks().inherited;
  const auto found = std::find_if(inherited.begin(), inherited.end(),
                                  [&](const Held& each) { return each.path == path; });
  if (found == inherited.end()) return -1;
  const int fd = found->fd;
  inherited.erase(found);
  return fd;
}

void FileLock::sign_all() {
  for (const Held& each : held()) sign(each.fd);
}

Result<FileLock> FileLock::take(std::string_view what, const std::string& path) {
  const std::string name = path + ".lock";
  const std::scoped_lock guard(locks().mutex);
  if (const int ours = take_inherited(path); ours >= 0) {
    FileLock lock(ours);
    note_held(path, ours);
    return lock;
  }
  const int fd = ::open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) {
    return Error{fmt::format("cannot make {}: {}.", name, std::strerror(errno)), kCannotCreate};
  }
  FileLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const std::string who = owner(fd);
    return Error{fmt::format("the {} {} is in use by process {}.", what, path,
                             who.empty() ? "(unknown)" : who),
                 kCannotCreate};
  }
  sign(fd);
  note_held(path, fd);
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

FileLock::~FileLock() {
  if (fd_ < 0) return;
  forget_held(fd_);
  ::close(fd_);
}

}  // namespace grotto
