#include "net/descriptor_channel.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/check.h"

namespace grotto {

namespace {

bool await(int fd, short events, std::uint64_t patience_ms) {
  pollfd watched{.fd = fd, .events = events, .revents = 0};
  for (;;) {
    const int ready = ::poll(&watched, 1, static_cast<int>(patience_ms));
    if (ready >= 0 || errno != EINTR) return ready > 0;
  }
}

}  // namespace

Result<std::pair<Descriptor, Descriptor>> DescriptorChannel::make_pair() {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return Error{fmt::format("cannot make a channel: {}", std::strerror(errno)), 71};
  }
  return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

bool DescriptorChannel::send(std::string_view text, std::span<const int> descriptors,
                             std::uint64_t patience_ms) {
  GROTTO_CHECK(text.size() <= kTextBytesMax);
  while (await(end_.get(), POLLOUT, patience_ms)) {
    if (send_with_descriptors(end_.get(), text, descriptors) >= 0) return true;
    if (errno != EINTR && errno != EAGAIN) return false;
  }
  return false;
}

DescriptorChannel::Outcome DescriptorChannel::receive(Message& message, std::uint64_t patience_ms) {
  if (!await(end_.get(), POLLIN, patience_ms)) return Outcome::nothing_yet;
  message.text.resize(kTextBytesMax);
  message.descriptors.clear();
  const auto [got, is_cut] =
      receive_with_descriptors(end_.get(), message.text, message.descriptors);
  message.text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Outcome::nothing_yet;
  return got <= 0 || is_cut ? Outcome::closed : Outcome::message;
}

}  // namespace grotto
