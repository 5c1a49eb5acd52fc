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

constexpr std::size_t kControlBytes = CMSG_SPACE(DescriptorChannel::kDescriptorsMax * sizeof(int));

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
  GROTTO_CHECK(text.size() <= kTextBytesMax && descriptors.size() <= kDescriptorsMax);
  alignas(cmsghdr) std::array<char, kControlBytes> control{};
  iovec body{.iov_base = const_cast<char*>(text.data()), .iov_len = text.size()};  // NOLINT
  msghdr message{};
  message.msg_iov = &body;
  message.msg_iovlen = 1;
  if (!descriptors.empty()) {
    message.msg_control = control.data();
    message.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* const rights = CMSG_FIRSTHDR(&message);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
  }
  while (await(end_.get(), POLLOUT, patience_ms)) {
    if (::sendmsg(end_.get(), &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
    if (errno != EINTR && errno != EAGAIN) return false;
  }
  return false;
}

DescriptorChannel::Outcome DescriptorChannel::receive(Message& message, std::uint64_t patience_ms) {
  if (!await(end_.get(), POLLIN, patience_ms)) return Outcome::nothing_yet;
  alignas(cmsghdr) std::array<char, kControlBytes> control{};
  message.text.resize(kTextBytesMax);
  message.descriptors.clear();
  iovec body{.iov_base = message.text.data(), .iov_len = message.text.size()};
  msghdr head{};
  head.msg_iov = &body;
  head.msg_iovlen = 1;
  head.msg_control = control.data();
  head.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(end_.get(), &head, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  message.text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return Outcome::nothing_yet;
  if (got <= 0) return Outcome::closed;
  for (cmsghdr* part = CMSG_FIRSTHDR(&head); part != nullptr; part = CMSG_NXTHDR(&head, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
      message.descriptors.emplace_back(fd);
    }
  }
  // Some were lost: this process may have no more.
  return (head.msg_flags & (MSG_CTRUNC | MSG_TRUNC)) != 0 ? Outcome::closed : Outcome::message;
}

}  // namespace grotto
