#include "daemon/plain_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

namespace grotto {
namespace {

std::string unreadable(int error) {
  return fmt::format("a file that can be read, but: {}", std::generic_category().message(error));
}

std::optional<std::string> read_all(int fd, std::size_t bytes_max, std::string& text) {
  struct stat status{};
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) return "a plain file";
  const std::size_t before = text.size();
  std::array<char, 4096> buffer{};
  for (;;) {
    const ssize_t size = ::read(fd, buffer.data(), buffer.size());
    if (size == 0) return std::nullopt;
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) return unreadable(errno);
    text.append(buffer.data(), static_cast<std::size_t>(size));
    if (text.size() - before > bytes_max) {
      return fmt::format("a file of at most {} bytes", bytes_max);
    }
  }
}

}  // namespace

std::optional<std::string> read_plain_file(const std::string& path, std::size_t bytes_max,
                                           std::string& text) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return unreadable(errno);
  auto fault = read_all(fd, bytes_max, text);
  ::close(fd);
  return fault;
}

}  // namespace grotto
