#include "daemon/plain_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include "daemon/values.h"

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

std::optional<std::string> read_secret_file(const std::string& path, std::string_view what,
                                            std::size_t least, std::size_t most,
                                            std::string& secret) {
  constexpr std::size_t kFileBytesMax = 4096;
  std::string text;
  if (auto fault = read_plain_file(path, kFileBytesMax, text)) return fault;
  text.resize(std::min(text.find_first_of("\r\n"), text.size()));
  if (text.size() < least || text.size() > most || !is_one_line(text)) {
    return fmt::format("a file that has {} of {}at most {} bytes in its first line", what,
                       least > 1 ? fmt::format("at least {} and ", least) : "", most);
  }
  secret = std::move(text);
  return std::nullopt;
}

}  // namespace grotto
