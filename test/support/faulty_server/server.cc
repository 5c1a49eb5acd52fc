#include "server.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>

namespace faulty_server {

namespace {

Time now() {
  return std::chrono::steady_clock::now();
}

timespec until(Time due) {
  const auto left = std::max(due - now(), std::chrono::steady_clock::duration{});
  const auto nanoseconds = std::chrono::duration_cast<std::chrono::nanoseconds>(left).count();
  return {.tv_sec = static_cast<std::time_t>(nanoseconds / 1'000'000'000),
          .tv_nsec = static_cast<long>(nanoseconds % 1'000'000'000)};
}

}  // namespace

Server::Server(Service& service, Fault& fault, std::uint64_t every, bool is_for_all)
    : service_(service), fault_(fault), every_(every), is_for_all_(is_for_all) {}

Server::~Server() {
  if (listener_ >= 0) ::close(listener_);
}

bool Server::listen() {
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (listener_ < 0) return false;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, generic, length) != 0 || ::listen(listener_, 4096) != 0) return false;
  if (getsockname(listener_, generic, &length) != 0) return false;
  port_ = ntohs(address.sin_port);
  return true;
}

void Server::run(const volatile std::sig_atomic_t& must_stop, const sigset_t& waiting) {
  while (must_stop == 0) {
    serve_once(waiting);
    for (const auto& client : clients_) client->flush(now());
    remove_those_over();
  }
}

void Server::serve_once(const sigset_t& waiting) {
  std::vector<pollfd> watched{{.fd = listener_, .events = POLLIN, .revents = 0}};
  Time due = fault_.wake_at();
  for (const auto& client : clients_) {
    const int reads = !client->wants_to_read() ? 0 : fault_.is_reading() ? POLLIN : POLLRDHUP;
    const int events = reads | (client->wants_to_write() ? POLLOUT : 0);
    watched.push_back({.fd = client->fd(), .events = static_cast<short>(events), .revents = 0});
    due = std::min(due, client->next_due());
  }
  const timespec left = due == Time::max() ? timespec{} : until(due);
  if (ppoll(watched.data(), watched.size(), due == Time::max() ? nullptr : &left, &waiting) < 0)
    return;
  fault_.before_round(now());
  // First of all, so that a line reaches everybody whose connect() was over when it was said.
  accept_all();
  for (std::size_t i = 1; i < watched.size(); ++i) {
    Client& client = *clients_[i - 1];
    const bool is_read = (watched[i].events & POLLIN) != 0;
    if (is_read && watched[i].revents != 0) read_from(client);
    if (!is_read && (watched[i].revents & (POLLERR | POLLHUP | POLLRDHUP)) != 0) client.reset();
  }
}

void Server::accept_all() {
  for (int fd = 0;
       (fd = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    clients_.push_back(std::make_unique<Client>(fd, connected_++));
    fault_.on_connect(*clients_.back());
    service_.on_connect(*clients_.back(), now());
  }
}

void Server::read_from(Client& client) {
  const std::vector<std::string> lines = client.read_lines();
  const Time heard = now();
  for (const std::string& line : lines) hear(client, line, heard);
}

void Server::hear(Client& sender, const std::string& bytes, Time heard) {
  if (sender.is_leaving()) return;
  std::vector<Delivery> deliveries = service_.on_line(sender, bytes, heard);
  std::erase_if(deliveries, [](const Delivery& one) { return one.receiver->is_leaving(); });
  if (deliveries.empty()) return;
  const bool is_hit = ++said_ % every_ == 0;
  for (const Delivery& delivery : deliveries)
    fault_.deliver(delivery.line, *delivery.receiver,
                   is_hit && (is_for_all_ || &delivery == &deliveries.front()));
}

void Server::remove_those_over() {
  const bool was_empty = clients_.empty();
  for (const auto& client : clients_)
    if (client->is_over()) service_.on_left(*client, now());
  std::erase_if(clients_, [](const auto& client) { return client->is_over(); });
  if (clients_.empty() && !was_empty) fault_.on_all_left();
}

}  // namespace faulty_server
