#include "net/passed_descriptors.h"

#include <sys/socket.h>

#include <array>
#include <cstring>

#include "base/check.h"

namespace grotto {

namespace {
constexpr std::size_t kControlBytes = CMSG_SPACE(kPassedDescriptorsMax * sizeof(int));
}

ssize_t send_with_descriptors(int socket, std::string_view bytes,
                              std::span<const int> descriptors) noexcept {
  GROTTO_CHECK(descriptors.size() <= kPassedDescriptorsMax);
  alignas(cmsghdr) std::array<char, kControlBytes> control{};
  iovec body{.iov_base = const_cast<char*>(bytes.data()), .iov_len = bytes.size()};  // NOLINT
  msghdr head{};
  head.msg_iov = &body;
  head.msg_iovlen = 1;
  if (!descriptors.empty()) {
    head.msg_control = control.data();
    head.msg_controllen = CMSG_SPACE(descriptors.size_bytes());
    cmsghdr* const rights = CMSG_FIRSTHDR(&head);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(descriptors.size_bytes());
    std::memcpy(CMSG_DATA(rights), descriptors.data(), descriptors.size_bytes());
  }
  return ::sendmsg(socket, &head, MSG_NOSIGNAL | MSG_DONTWAIT);
}

Received receive_with_descriptors(int socket, std::span<char> buffer,
                                  std::vector<Descriptor>& descriptors) {
  alignas(cmsghdr) std::array<char, kControlBytes> control{};
  iovec body{.iov_base = buffer.data(), .iov_len = buffer.size()};
  msghdr head{};
  head.msg_iov = &body;
  head.msg_iovlen = 1;
  head.msg_control = control.data();
  head.msg_controllen = control.size();
  const ssize_t got = ::recvmsg(socket, &head, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  if (got <= 0) return {got, false};
  for (cmsghdr* part = CMSG_FIRSTHDR(&head); part != nullptr; part = CMSG_NXTHDR(&head, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
    const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    for (std::size_t i = 0; i < count; ++i) {
      int fd = -1;
      std::memcpy(&fd, CMSG_DATA(part) + i * sizeof(int), sizeof fd);
      descriptors.emplace_back(fd);
    }
  }
  return {got, (head.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0};
}

}  // namespace grotto
