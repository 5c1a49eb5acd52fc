#include "net/last_words.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "net/sending.h"

namespace grotto {

namespace {

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
