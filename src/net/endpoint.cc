#include "net/endpoint.h"

#include <fmt/format.h>
#include <netdb.h>
#include <sys/un.h>

#include <charconv>
#include <cstddef>
#include <cstring>

#include "base/address.h"

namespace grotto {

namespace {

constexpr std::string_view kUnix = "unix:";

Error not_an_endpoint(std::string_view text) {
  return {fmt::format("\"{}\" is no address to listen on: expected HOST:PORT, [IPV6]:PORT or "
                      "unix:PATH",
                      text),
          64};
}

}  // namespace

Result<Endpoint> Endpoint::of_path(std::string_view text) {
  Endpoint made;
  made.path_ = text.substr(kUnix.size());
  sockaddr_un address{};
  if (made.path_.empty()) return not_an_endpoint(text);
  if (made.path_.size() >= sizeof address.sun_path) {
    return Error{fmt::format("the path of {} is longer than the {} bytes a socket's may have", text,
                             sizeof address.sun_path - 1),
                 64};
  }
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, made.path_.data(), made.path_.size());
  std::memcpy(&made.storage_, &address, sizeof address);
  made.size_ = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + made.path_.size() + 1);
  return made;
}

Result<std::vector<Endpoint>> Endpoint::look_up(std::string_view text, int socket_type, int flags,
                                                std::string_view purpose) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return not_an_endpoint(text);
  std::string host(text.substr(0, colon));
  const std::string port(text.substr(colon + 1));
  unsigned number = 0;
  const auto [end, fault] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (fault != std::errc{} || end != port.data() + port.size() || number > 65535) {
    return not_an_endpoint(text);
  }
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  } else if (host.empty() || host.find(':') != std::string::npos) {
    return not_an_endpoint(text);
  }
  addrinfo hints{};
  hints.ai_socktype = socket_type;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int error = ::getaddrinfo(host.c_str(), port.c_str(), &hints, &found);
  if (error != 0) {
    return Error{fmt::format("cannot {} {}: {}", purpose, text, ::gai_strerror(error)), 69};
  }
  std::vector<Endpoint> all;
  for (const addrinfo* each = found; each != nullptr; each = each->ai_next) {
    Endpoint& made = all.emplace_back();
    std::memcpy(&made.storage_, each->ai_addr, each->ai_addrlen);
    made.size_ = each->ai_addrlen;
  }
  ::freeaddrinfo(found);
  return all;
}

Result<Endpoint> Endpoint::resolve(std::string_view text, int socket_type) {
  if (text.starts_with(kUnix)) return of_path(text);
  auto all = look_up(text, socket_type, AI_PASSIVE, "listen on");
  if (!all) return all.error();
  return all->front();
}

Result<std::vector<Endpoint>> Endpoint::resolve_all(std::string_view text, int socket_type) {
  if (!text.starts_with(kUnix)) return look_up(text, socket_type, 0, "connect to");
  auto made = of_path(text);
  if (!made) return made.error();
  return std::vector<Endpoint>{*made};
}

Endpoint Endpoint::bound_to(int fd) {
  Endpoint made;
  made.size_ = sizeof made.storage_;
  ::getsockname(fd, reinterpret_cast<sockaddr*>(&made.storage_), &made.size_);
  return made;
}

std::string Endpoint::to_string() const {
  if (is_unix()) return std::string(kUnix) + path_;
  return Address::from(*address()).to_string();
}

}  // namespace grotto
