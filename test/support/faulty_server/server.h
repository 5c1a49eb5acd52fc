// Server: the listener and the loop of faulty_server, on poll(2) and nothing of src/net, so that a
// fault of that layer shows. Threads: the only one there is.
#pragma once

#include <csignal>
#include <cstdint>
#include <memory>
#include <vector>

#include "client.h"
#include "fault.h"
#include "service.h"

namespace faulty_server {

class Server {
 public:
  /// Both outlive it. `every`: which lines the fault hits.
  Server(Service& service, Fault& fault, std::uint64_t every, bool is_for_all);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  /// Listens at a free port of 127.0.0.1; false, with errno, if that fails.
  bool listen();
  [[nodiscard]] int port() const { return port_; }
  /// Serves until `must_stop` is set by a signal that only `waiting` lets through.
  void run(const volatile std::sig_atomic_t& must_stop, const sigset_t& waiting);

 private:
  void serve_once(const sigset_t& waiting);
  void accept_all();
  void read_from(Client& client);
  void hear(Client& sender, const std::string& bytes, Time heard);
  void remove_those_over();

  Service& service_;
  Fault& fault_;
  const std::uint64_t every_;
  const bool is_for_all_;
  int listener_ = -1;
  int port_ = 0;
  std::uint64_t connected_ = 0;  // so far
  std::uint64_t said_ = 0;       // lines so far
  std::vector<std::unique_ptr<Client>> clients_;
};

}  // namespace faulty_server
