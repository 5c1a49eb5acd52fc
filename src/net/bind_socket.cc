#include "net/bind_socket.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "net/endpoint.h"
#include "net/open_socket.h"
#include "net/socket_file.h"

namespace grotto {

namespace {

constexpr int kBacklog = 4096;
constexpr int kOn = 1;

Error cannot(std::string_view what, std::string_view endpoint) {
  return {fmt::format("cannot {} {}: {}", what, endpoint, std::strerror(errno)), 69};
}

/// Bound; the way of both kinds.
Result<Descriptor> bind_to(const Endpoint& wanted, int type, std::string_view what,
                           std::string_view endpoint) {
  Descriptor fd(open_socket(wanted.family(), type));
  if (fd.get() < 0) return cannot(what, endpoint);
  if (!wanted.is_unix() && type == SOCK_STREAM) {
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &kOn, sizeof kOn);
  }
  if (wanted.family() == AF_INET6 && type == SOCK_STREAM) {
    ::setsockopt(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY, &kOn, sizeof kOn);
  }
  if (::bind(fd.get(), wanted.address(), wanted.address_size()) != 0) return cannot(what, endpoint);
  return fd;
}

}  // namespace

Result<Descriptor> bind_listener(std::string_view endpoint) {
  constexpr std::string_view kWhat = "listen on";
  auto wanted = Endpoint::resolve(endpoint, SOCK_STREAM);
  if (!wanted) return wanted.error();
  if (wanted->is_unix()) SocketFile::remove_stale(wanted->path());
  auto fd = bind_to(*wanted, SOCK_STREAM, kWhat, endpoint);
  if (!fd) return fd.error();
  if (::listen(fd->get(), kBacklog) != 0) return cannot(kWhat, endpoint);
  return fd;
}

Result<Descriptor> bind_datagrams(std::string_view endpoint) {
  auto wanted = Endpoint::resolve(endpoint, SOCK_DGRAM);
  if (!wanted) return wanted.error();
  return bind_to(*wanted, SOCK_DGRAM, "receive datagrams on", endpoint);
}

}  // namespace grotto
