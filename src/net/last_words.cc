#include "net/last_words.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace grotto {

namespace {

#ifdef MSG_NOSIGNAL
constexpr int kSendFlags = MSG_NOSIGNAL | MSG_DONTWAIT;
#else
constexpr int kSendFlags = MSG_DONTWAIT;
#endif

constexpr int kReadsMax = 16;  // who sends more meanwhile is reset

}  // namespace

void say_last_words(int fd, std::string_view words) noexcept {
  static_cast<void>(::send(fd, words.data(), words.size(), kSendFlags));
  ::shutdown(fd, SHUT_WR);
  std::array<char, 4096> input;  // NOLINT(cppcoreguidelines-pro-type-member-init)
  for (int i = 0; i < kReadsMax; ++i) {
    if (::recv(fd, input.data(), input.size(), MSG_DONTWAIT) <= 0) break;
  }
  ::close(fd);
}

}  // namespace grotto
