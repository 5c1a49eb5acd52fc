// Reception: what happens to an accepted socket: it is let in, waits its turn, or is told why not.
// Threads: worker 0's only.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>

#include "base/log.h"
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
};

class WaitingDoor;

class Reception {
 public:
  /// Serves an admitted socket; takes the descriptor.
  using Serve = std::function<void(int fd, const Address& peer, const Destination& destination)>;

  Reception(Worker& worker, Admission& admission, Serve serve)
      : worker_(worker), admission_(admission), serve_(std::move(serve)) {}

  void receive(int fd, const Address& peer, const Destination& destination);
  /// One that was served is gone.
  void on_left(const Address& peer);
  /// Nobody gets a turn any more.
  void close() noexcept { is_closed_ = true; }

 private:
  friend class WaitingDoor;
  using Queue = std::list<WaitingDoor*>;

  void refuse(int fd, const Address& peer, Verdict verdict);
  void next_turns();
  void tell_places();
  void leave_queue(Queue::iterator place);

  static constexpr std::size_t kRefusingMax = 64;  // more at once are closed without a word

  Worker& worker_;
  Admission& admission_;
  Serve serve_;
  Queue waiting_;
  std::size_t refusing_ = 0;
  bool is_closed_ = false;
  static constexpr std::uint64_t kLoggedPerSecond = 100;  // refusals with a line of their own
  EventGate refusals_{kLoggedPerSecond};
};

}  // namespace grotto
