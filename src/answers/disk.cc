#include "answers/disk.h"

#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/descriptor.h"

namespace grotto {

int Disk::open(const std::string& path, int flags) {
  constexpr mode_t kPrivate = 0600;
  return ::open(path.c_str(), flags | O_CLOEXEC, kPrivate);
}

ssize_t Disk::write_at(int fd, const char* bytes, std::size_t size, off_t offset) {
  return ::pwrite(fd, bytes, size, offset);
}

int Disk::sync(int fd) {
#ifdef F_FULLFSYNC  // macOS: its fsync() leaves it to the drive
  if (::fcntl(fd, F_FULLFSYNC) == 0) return 0;
  return ::fsync(fd);
#else
  return ::fdatasync(fd);
#endif
}

int Disk::sync_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const Descriptor opened(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened.is_open()) return 0;  // one may be written to and not be read
  const int done = ::fsync(opened.get());
  return done != 0 && (errno == EINVAL || errno == ENOTSUP) ? 0 : done;
}

}  // namespace grotto
