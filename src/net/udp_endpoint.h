// UdpEndpoint: a bound datagram socket on a worker's libuv loop.
//
// Never blocks: an answer that the kernel has no room for is dropped and counted
// (WorkerCounters::udp_dropped), as the network may do anyway. Threads: its worker's only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/address.h"
#include "base/result.h"

struct sockaddr;

namespace grotto {

class Worker;

class DatagramHandler {
 public:
  /// A datagram, at most 64 KiB, valid for the call only. True: send the same bytes back to its
  /// source.
  virtual bool on_datagram(const Address& source, std::string_view bytes) = 0;

 protected:
  ~DatagramHandler() = default;
};

class UdpEndpoint {
 public:
  /// `endpoint`: "HOST:PORT" or "[V6]:PORT". Errors as for Listener::open().
  static Result<std::unique_ptr<UdpEndpoint>> open(Worker& worker, std::string_view endpoint,
                                                   DatagramHandler& handler);
  /// One that another process has bound; `fd` is owned from here on. Errors: it is none (69).
  static Result<std::unique_ptr<UdpEndpoint>> take_over(Worker& worker, int fd,
                                                        DatagramHandler& handler);
  virtual ~UdpEndpoint() = default;  // closes

  [[nodiscard]] virtual std::string local_name() const = 0;
  /// The bound port, in host order.
  [[nodiscard]] virtual std::uint16_t local_port() const = 0;
  /// To be handed over; it stays this one's.
  [[nodiscard]] virtual int descriptor() const = 0;
};

}  // namespace grotto
