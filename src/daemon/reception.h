// Reception: what happens to an accepted socket: it is let in, waits its turn, or is told why not.
// Threads: worker 0's only.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include "base/descriptor.h"
#include "base/thinned_log.h"
#include "daemon/admission.h"
#include "door/doors.h"
#include "net/listener.h"
#include "net/worker.h"

namespace grotto {

/// Where a listener leads.
struct Destination {
  std::size_t service = 0;  // index in the server's list
  DoorSet doors;
  bool tells_waiting = true;  // those who wait read their place; echo says nothing
  std::uint16_t origin = 0;   // which listener it is of
};

/// An accepted socket on its way to a service.
struct Arrival {
  Descriptor fd;
  Address peer;             // the one behind a trusted proxy, if it told
  std::string first_bytes;  // read before its service got it: what came behind a PROXY header
  Destination destination;
};

class WaitingDoor;

class Reception {
 public:
  /// Serves an admitted socket. Never throws: a peer for whom there is no memory has left.
  using Serve = std::function<void(Arrival arrival)>;

  /// `trusted_proxies`: whose PROXY header tells who the peer is.
  Reception(Worker& worker, Admission& admission, std::vector<Network> trusted_proxies, Serve serve)
      : worker_(worker),
        admission_(admission),
        trusted_proxies_(std::move(trusted_proxies)),
        serve_(std::move(serve)) {}

  /// One that was just accepted. Throws std::bad_alloc, and then it is closed and not counted.
  void receive(Arrival arrival);
  /// One that was served is gone.
  void on_left(const Address& peer);
  /// There may be room for some who wait: the rules of admission have changed.
  void look_again() { next_turns(); }
  /// Nobody gets a turn any more.
  void close() noexcept { is_closed_ = true; }

 private:
  friend class WaitingDoor;
  using Queue = std::list<WaitingDoor*>;

  [[nodiscard]] bool is_trusted_proxy(const Arrival& arrival) const noexcept;
  void await_proxy_header(Arrival arrival);
  /// Its peer is known.
  void admit(Arrival arrival);
  void let_wait(Arrival arrival);
  void refuse(Arrival arrival, Verdict verdict);
  void next_turns();
  void tell_places();
  void leave_queue(Queue::iterator place);

  /// More at once are told, and closed without waiting for their end: each holds one of the
  /// descriptors that are reserved.
  static constexpr std::size_t kRefusingMax = 16;
  static constexpr std::size_t kProxiesMax = 1'024;  // headers awaited at once; more are closed

  Worker& worker_;
  Admission& admission_;
  const std::vector<Network> trusted_proxies_;
  Serve serve_;
  Queue waiting_;
  std::size_t refusing_ = 0;
  std::size_t proxies_ = 0;
  bool is_closed_ = false;
  ThinnedLog refusals_{worker_.wheel(), "refused", worker_.limits().refusals_logged_per_second};
};

}  // namespace grotto
