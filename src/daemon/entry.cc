#include "daemon/entry.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/log.h"
#include "daemon/part.h"

namespace grotto {

Result<Done> Server::Entry::open(Worker& worker, Descriptor inherited) {
  const std::string_view full = sentence(Verdict::full);
  auto opened = inherited.get() >= 0 ? Listener::take_over(worker, inherited.release(),
                                                           settings_.endpoint, *this, full)
                                     : Listener::open(worker, settings_.endpoint, *this, full);
  if (!opened) return opened.error();
  listener_ = std::move(*opened);
  return Done{};
}

void Server::Entry::start() {
  listener_->start();
  std::printf("listening %s %s\n", settings_.service.c_str(), listener_->local_name().c_str());
  std::fflush(stdout);
}

void Server::Entry::on_accept(int fd, const Address& peer) {
  counters().accepted[std::min(destination_.service, kServicesCounted - 1)].add();
  server_.reception_->receive({Descriptor(fd), peer, {}, destination_});
}

void Server::Entry::on_accept_error(int error) {
  counters().accept_errors.add();
  failures_.note({{"listener", listener_->local_name()}, {"error", std::strerror(error)}});
}

WorkerCounters& Server::Entry::counters() const noexcept {
  return server_.parts_[0]->worker().counters();
}

Result<Done> Server::UdpEcho::open(const std::string& address, Descriptor inherited) {
  auto opened = inherited.get() >= 0 ? UdpEndpoint::take_over(worker_, inherited.release(), *this)
                                     : UdpEndpoint::open(worker_, address, *this);
  if (!opened) return opened.error();
  endpoint_ = std::move(*opened);
  return Done{};
}

void Server::UdpEcho::announce() const {
  std::printf("listening echo udp %s\n", endpoint_->local_name().c_str());
  std::fflush(stdout);
}

bool Server::UdpEcho::on_datagram(const Address& source, std::string_view /*bytes*/) {
  if (admission_.is_allowed(source) &&
      guard_.may_answer(source.bytes(), source.port(), endpoint_->local_port(),
                        worker_.wheel().now_ms())) {
    return true;
  }
  worker_.counters().udp_refused.add();
  return false;
}

}  // namespace grotto
