#include "load/result/report_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/escape.h"

namespace grotto::load {

namespace {

Error refusal(const std::string& path, int error) {
  const std::string name = path == "-" ? "standard output" : escaped(path);
  return Error{fmt::format("{}: cannot be written: {}", name, std::strerror(error)), 73};
}

/// 0, or errno.
int write_all(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return 0;
}

bool is_ordinary(const struct stat& status) noexcept {
  return S_ISREG(status.st_mode);
}

/// The rights that open() would give a new file, which mkstemp() does not.
mode_t usual_mode() noexcept {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

/// A new file beside another, removed unless it is kept.
class TemporaryFile {
 public:
  /// `error` is 0, or errno: then the file is only to be destroyed.
  TemporaryFile(const std::string& beside, mode_t mode, int& error) : path_(beside + ".XXXXXX") {
    fd_ = ::mkstemp(path_.data());
    error = fd_ < 0 || ::fchmod(fd_, mode) != 0 ? errno : 0;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!is_kept_) ::unlink(path_.c_str());
  }

  [[nodiscard]] int fd() const noexcept { return fd_; }

  /// 0, or errno. On disk before it gets its name: after a power cut too it is whole.
  int keep_as(const std::string& path) noexcept {
    if (::fsync(fd_) != 0 || ::rename(path_.c_str(), path.c_str()) != 0) return errno;
    is_kept_ = true;
    return 0;
  }

 private:
  std::string path_;
  int fd_ = -1;
  bool is_kept_ = false;
};

/// Where `path` leads to and with which rights, if that is a file or not there yet; none if it is
/// a pipe or a device.
struct Place {
  std::string path;
  mode_t mode;
};

std::optional<Place> place_of(const std::string& path) {
  struct stat status{};
  if (::stat(path.c_str(), &status) != 0) return Place{path, usual_mode()};
  if (!is_ordinary(status)) return std::nullopt;
  // A link stays one: what it leads to is replaced.
  std::error_code error;
  const auto target = std::filesystem::canonical(path, error);
  return Place{error ? path : target.string(), status.st_mode & 07777};
}

int open_as_it_is(const std::string& path) noexcept {
  return ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
}

int write_as_it_is(const std::string& path, std::string_view text) noexcept {
  const int fd = open_as_it_is(path);
  if (fd < 0) return errno;
  const int error = write_all(fd, text);
  return ::close(fd) != 0 && error == 0 ? errno : error;
}

}  // namespace

Result<Done> write_report_file(const std::string& path, std::string_view text) {
  int error = 0;
  if (path == "-") {
    // What was printed before comes first.
    error = std::fflush(stdout) != 0 ? errno : write_all(STDOUT_FILENO, text);
  } else if (const auto place = place_of(path)) {
    TemporaryFile file(place->path, place->mode, error);
    if (error == 0) error = write_all(file.fd(), text);
    if (error == 0) error = file.keep_as(place->path);
  } else {
    error = write_as_it_is(path, text);
  }
  if (error != 0) return refusal(path, error);
  return Done{};
}

Result<Done> check_report_file(const std::string& path) {
  if (path == "-") return Done{};
  int error = 0;
  if (const auto place = place_of(path)) {
    const TemporaryFile file(place->path, place->mode, error);
  } else if (::access(path.c_str(), W_OK) != 0) {
    error = errno;
  }
  if (error == 0 && std::filesystem::is_directory(path)) error = EISDIR;
  if (error != 0) return refusal(path, error);
  return Done{};
}

}  // namespace grotto::load
