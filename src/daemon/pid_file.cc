#include "daemon/pid_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

#include "base/file_lock.h"
#include "base/numbers.h"

namespace grotto {

namespace {

constexpr mode_t kFileMode = 0644;  // whoever may look may know
constexpr int kTriesMax = 10;       // while others take the file and give it up

/// The number in the first line.
std::optional<pid_t> read_pid(int fd) {
  std::array<char, 32> text{};
  const ssize_t size = ::pread(fd, text.data(), text.size(), 0);
  std::string_view line(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  line = line.substr(0, line.find('\n'));
  const auto number = parse_whole(line);
  if (!number || *number == 0 || *number > 0x7FFFFFFF) return std::nullopt;
  return static_cast<pid_t>(*number);
}

/// Whether the name still leads to what is open: its former owner may have removed it meanwhile.
bool is_still_there(int fd, const std::string& path) noexcept {
  struct stat open{};
  struct stat named{};
  return ::fstat(fd, &open) == 0 && ::stat(path.c_str(), &named) == 0 &&
         open.st_ino == named.st_ino && open.st_dev == named.st_dev;
}

Error cannot_make(const std::string& path, const char* why) {
  return {fmt::format("cannot make the pid file {}: {}.", path, why), EX_CANTCREAT};
}

}  // namespace

Result<PidFile> PidFile::take(const std::string& path) {
  if (const int inherited = FileLock::take_inherited(path); inherited >= 0) {
    PidFile file(path, inherited);
    FileLock::note_held(path, inherited);
    if (auto written = file.write(::getpid()); !written) return written.error();
    return file;
  }
  for (int tries = 0; tries < kTriesMax; ++tries) {
    constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    PidFile file(path, ::open(path.c_str(), kFlags, kFileMode));
    if (file.fd_ < 0) return cannot_make(path, std::strerror(errno));
    file.is_handed_over_ = true;  // not ours yet
    struct stat status{};
    if (::fstat(file.fd_, &status) != 0 || !S_ISREG(status.st_mode)) {
      return cannot_make(path, "it is no plain file");
    }
    if (::flock(file.fd_, LOCK_EX | LOCK_NB) != 0) {
      const auto pid = read_pid(file.fd_);
      return Error{
          fmt::format("the pid file {} is held by process {}: is a server running already?", path,
                      pid ? std::to_string(*pid) : "(unknown)"),
          EX_CANTCREAT};
    }
    if (!is_still_there(file.fd_, path)) continue;
    file.is_handed_over_ = false;
    FileLock::note_held(path, file.fd_);
    if (auto written = file.write(::getpid()); !written) return written.error();
    return file;
  }
  return cannot_make(path, "others take it and give it up all the time");
}

Result<pid_t> PidFile::owner(const std::string& path) {
  const auto nobody = [&](const char* why) {
    return Error{fmt::format("no server to be found by the pid file {}: {}.", path, why),
                 EX_UNAVAILABLE};
  };
  PidFile file(path, ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  file.is_handed_over_ = true;  // it is another one's
  if (file.fd_ < 0) return nobody(std::strerror(errno));
  // Who could take the lock has found a file that a server left behind.
  if (::flock(file.fd_, LOCK_SH | LOCK_NB) == 0) return nobody("its server is gone");
  if (errno != EWOULDBLOCK) return nobody(std::strerror(errno));
  const auto pid = read_pid(file.fd_);
  if (!pid) return nobody("there is no process number in it");
  return *pid;
}

PidFile::PidFile(PidFile&& other) noexcept
    : path_(std::move(other.path_)),
      fd_(std::exchange(other.fd_, -1)),
      is_handed_over_(other.is_handed_over_) {}

PidFile::~PidFile() {
  if (fd_ < 0) return;
  // Removed while it is still held, so that it is never another one's that goes.
  if (!is_handed_over_ && is_still_there(fd_, path_)) ::unlink(path_.c_str());
  FileLock::forget_held(fd_);
  ::close(fd_);
}

Result<Done> PidFile::write(pid_t pid) const {
  // The first line counts, and it is whole at each moment: what may stand behind it is cut later.
  const std::string line = fmt::format("{}\n", pid);
  const auto size = static_cast<off_t>(line.size());
  if (::pwrite(fd_, line.data(), line.size(), 0) == size && ::ftruncate(fd_, size) == 0) {
    return Done{};
  }
  return Error{fmt::format("cannot write the pid file {}: {}.", path_, std::strerror(errno)),
               EX_IOERR};
}

}  // namespace grotto
