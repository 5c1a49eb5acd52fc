#include "system/inherited_sockets.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "base/numbers.h"
#include "net/endpoint.h"

namespace grotto {

namespace {

constexpr int kFirst = 3;
constexpr std::uint64_t kSocketsMax = 64;

std::string variable(const char* name) {
  const char* const found = std::getenv(name);  // NOLINT(concurrency-mt-unsafe)
  return found == nullptr ? std::string() : std::string(found);
}

bool is_listening(int fd) {
  int listens = 0;
  int type = 0;
  socklen_t size = sizeof listens;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0 &&
         ::getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM;
}

/// Empty if it is of another family, or has no name.
std::string endpoint_of(int fd) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  if (::getsockname(fd, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return {};
  if (storage.ss_family == AF_INET || storage.ss_family == AF_INET6) {
    return Endpoint::bound_to(fd).to_string();
  }
  const auto& local = reinterpret_cast<const sockaddr_un&>(storage);
  if (storage.ss_family != AF_UNIX || local.sun_path[0] != '/') return {};
  return fmt::format("unix:{}", static_cast<const char*>(local.sun_path));
}

}  // namespace

Result<std::vector<InheritedSocket>> take_inherited_sockets() {
  const std::string count_text = variable("LISTEN_FDS");
  const std::string names_text = variable("LISTEN_FDNAMES");
  const bool is_ours = variable("LISTEN_PID") == std::to_string(::getpid());
  for (const char* name : {"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"}) {
    ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
  }
  std::vector<InheritedSocket> sockets;
  const auto count = parse_whole(count_text);
  if (!is_ours || !count) return sockets;
  if (*count > kSocketsMax) {
    return Error{fmt::format("the service manager hands over {} sockets; {} are the most.", *count,
                             kSocketsMax),
                 69};
  }
  std::string_view names = names_text;
  for (int fd = kFirst; fd < kFirst + static_cast<int>(*count); ++fd) {
    const std::string_view name = names.substr(0, names.find(':'));
    names.remove_prefix(name.size() == names.size() ? name.size() : name.size() + 1);
    ::fcntl(fd, F_SETFD, FD_CLOEXEC);
    std::string endpoint = endpoint_of(fd);
    if (!is_listening(fd) || endpoint.empty()) {
      return Error{
          fmt::format("descriptor {} of the service manager ({}) is no listening stream socket of "
                      "TCP or of a Unix path.",
                      fd, name),
          69};
    }
    sockets.push_back({Descriptor(fd), std::string(name), std::move(endpoint)});
  }
  return sockets;
}

}  // namespace grotto
