// DatagramSocket: a datagram socket of one peer's, which does not block: what a client of a
// datagram service needs. udp_endpoint.h is the server's half.
//
// Datagrams may be lost on the way out as anywhere else: send() says what became of each, and
// queues none. Threads: its worker's only. May be destroyed at any time, in a call of its handler
// too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "net/selectable.h"

namespace grotto {

class Endpoint;
class Worker;

class DatagramSocketHandler {
 public:
  /// A datagram of the peer, which may be empty; valid for the call only.
  virtual void on_datagram(std::string_view bytes) = 0;
  /// The network says that the peer cannot be reached: ECONNREFUSED when nobody has its port. The
  /// socket stays usable.
  virtual void on_unreachable(int error) = 0;

 protected:
  ~DatagramSocketHandler() = default;
};

class DatagramSocket final : private Selectable {
 public:
  /// Datagrams that are taken before other sockets of the worker have their turn.
  static constexpr int kTakenAtOnce = 64;

  DatagramSocket(Worker& worker, DatagramSocketHandler& handler) noexcept
      : worker_(worker), handler_(handler) {}
  DatagramSocket(const DatagramSocket&) = delete;
  DatagramSocket& operator=(const DatagramSocket&) = delete;
  ~DatagramSocket();

  /// From now on datagrams of `target` are heard. `source`: the local address to use (its port may
  /// be 0), or nullptr. 0, or the errno of what failed: then it is closed. REQUIRES: it is closed.
  [[nodiscard]] int open(const Endpoint& target, const Endpoint* source);
  [[nodiscard]] bool is_open() const noexcept { return fd_ >= 0; }
  /// Nothing is heard any more. Does nothing if it is closed.
  void close() noexcept;

  enum class Sent : std::uint8_t {
    yes,      // the kernel has it
    not_now,  // there is no room: try again in a moment
    dropped,  // it cannot be sent (EMSGSIZE, an unreachable network, …)
  };
  /// Sends one datagram. REQUIRES: is_open().
  [[nodiscard]] Sent send(std::string_view bytes) noexcept;

 private:
  void on_ready(const ReadyEvent& event) override;
  void on_exception() noexcept override;

  Worker& worker_;
  DatagramSocketHandler& handler_;
  int fd_ = -1;
  Token token_;
};

}  // namespace grotto
