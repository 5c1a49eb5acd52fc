#include "system/inherited_sockets.h"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "in_a_child.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

/// A socket of the loopback as descriptor `fd`.
void open_at(int fd, int type) {
  const int made = ::socket(AF_INET, type, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ::bind(made, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  if (type == SOCK_STREAM) ::listen(made, 8);
  if (made == fd) return;
  ::dup2(made, fd);
  ::close(made);
}

void says(const char* count, const char* names,
          const std::string& pid = std::to_string(::getpid())) {
  ::setenv("LISTEN_FDS", count, 1);
  ::setenv("LISTEN_FDNAMES", names, 1);
  ::setenv("LISTEN_PID", pid.c_str(), 1);
}

}  // namespace

TEST_CASE(
    "InheritedSockets: those that are ours come with names and endpoints, closed by an exec") {
  const int status = in_a_child([] {
    open_at(3, SOCK_STREAM);
    open_at(4, SOCK_STREAM);
    says("2", "chat:echo");
    const auto sockets = take_inherited_sockets();
    if (!sockets || sockets->size() != 2) return 1;
    if ((*sockets)[0].name != "chat" || (*sockets)[1].name != "echo") return 2;
    if (!(*sockets)[0].endpoint.starts_with("127.0.0.1:")) return 3;
    if ((::fcntl(3, F_GETFD) & FD_CLOEXEC) == 0) return 4;
    for (const char* each : {"LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"}) {
      if (std::getenv(each) != nullptr) return 5;
    }
    return 0;
  });
  CHECK(status == 0);
}

TEST_CASE("InheritedSockets: those of another process are not touched") {
  const int status = in_a_child([] {
    open_at(3, SOCK_STREAM);
    says("1", "chat", "1");
    const auto sockets = take_inherited_sockets();
    return sockets && sockets->empty() && ::fcntl(3, F_GETFD) == 0 ? 0 : 1;
  });
  CHECK(status == 0);
}

TEST_CASE("InheritedSockets: one that does not listen for streams is told") {
  const int status = in_a_child([] {
    open_at(3, SOCK_DGRAM);
    says("1", "echo");
    const auto sockets = take_inherited_sockets();
    if (sockets.has_value()) return 1;
    return sockets.error().sentence ==
                   "descriptor 3 of the service manager (echo) is no listening stream socket of "
                   "TCP "
                   "or of a Unix path."
               ? 0
               : 2;
  });
  CHECK(status == 0);
}

TEST_CASE("InheritedSockets: a number beyond all reason is told") {
  const int status = in_a_child([] {
    says("65", "");
    const auto sockets = take_inherited_sockets();
    return !sockets && sockets.error().exit_status == 69 ? 0 : 1;
  });
  CHECK(status == 0);
}
