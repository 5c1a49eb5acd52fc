#include "daemon/reception.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

#include "daemon/proxy_door.h"
#include "door/saved_door.h"
#include "net/last_words.h"

namespace grotto {

namespace {

/// Says one line and closes.
class RefusalDoor final : public ConnectionHandler {
 public:
  RefusalDoor(std::string_view line, CloseReason reason, std::size_t& refusing)
      : line_(line), reason_(reason), refusing_(refusing) {
    ++refusing_;
  }
  ~RefusalDoor() override { --refusing_; }

  void on_open(Connection& connection) override {
    connection.write(line_);
    connection.write("\r\n");
    connection.finish(reason_);
  }
  void on_bytes(Connection& /*connection*/, std::string_view /*bytes*/) override {}
  void on_end_of_input(Connection& /*connection*/) override {}
  void on_closed(Connection& /*connection*/, CloseReason /*reason*/) override {}

 private:
  const std::string_view line_;
  const CloseReason reason_;
  std::size_t& refusing_;
};

RefusalReason reason_of(Verdict verdict) noexcept {
  switch (verdict) {
    case Verdict::queue_full: return RefusalReason::queue_full;
    case Verdict::per_address: return RefusalReason::per_address;
    case Verdict::denied: return RefusalReason::not_allowed;
    case Verdict::full:
    case Verdict::admitted:
    case Verdict::waits: break;
  }
  return RefusalReason::full;
}

}  // namespace

/// Holds a peer until it is its turn. Reads nothing, so that its input is there for the service.
class WaitingDoor final : public ConnectionHandler {
 public:
  /// The descriptor and the peer of `arrival` are the connection's.
  WaitingDoor(Reception& reception, Arrival arrival)
      : reception_(reception), arrival_(std::move(arrival)) {}

  void on_open(Connection& connection) override {
    connection_ = &connection;
    connection.set_origin(arrival_.destination.origin);
    connection.pause_reading();
    place_ = reception_.waiting_.insert(reception_.waiting_.end(), this);
    reception_.worker_.counters().waiting.up();
    tell_place(reception_.waiting_.size());
  }
  void on_bytes(Connection& /*connection*/, std::string_view /*bytes*/) override {}
  void on_end_of_input(Connection& /*connection*/) override {}
  void on_end_hint(Connection& connection) override {
    // Gone without having typed anything. Input that came before the end waits for its turn.
    if (!connection.has_input() && arrival_.first_bytes.empty())
      connection.close(CloseReason::peer_closed);
  }
  /// It comes anew in the new process, in the order of waiting.
  [[nodiscard]] bool save(Connection& /*connection*/, StateWriter& state) override {
    state.choice(SavedDoor::arrival);
    state.text(arrival_.first_bytes);
    return true;
  }
  void on_closed(Connection& /*connection*/, CloseReason /*reason*/) override {
    if (!has_had_turn_) reception_.leave_queue(place_);
  }

  void tell_place(std::size_t before) {
    if (!arrival_.destination.tells_waiting || before == told_) return;
    told_ = before;
    connection_->write(fmt::format("{} before you\r\n", before));
  }

  void take_turn() {
    has_had_turn_ = true;
    arrival_.fd = Descriptor(connection_->release());
    reception_.serve_(std::move(arrival_));
  }

  [[nodiscard]] bool is_there() const { return connection_->is_open(); }
  [[nodiscard]] const Address& peer() const { return connection_->peer(); }

 private:
  Reception& reception_;
  Arrival arrival_;
  Connection* connection_ = nullptr;
  std::list<WaitingDoor*>::iterator place_;
  std::size_t told_ = ~std::size_t{0};
  bool has_had_turn_ = false;
};

bool Reception::is_trusted_proxy(const Arrival& arrival) const noexcept {
  return arrival.destination.doors.proxy &&
         std::any_of(trusted_proxies_.begin(), trusted_proxies_.end(),
                     [&](const Network& each) { return each.contains(arrival.peer); });
}

void Reception::receive(Arrival arrival) {
  if (is_trusted_proxy(arrival)) return await_proxy_header(std::move(arrival));
  admit(std::move(arrival));
}

void Reception::await_proxy_header(Arrival arrival) {
  if (proxies_ >= kProxiesMax) {
    return worker_.counters().refused_for(RefusalReason::too_many_proxy).add();
  }
  Descriptor fd = std::move(arrival.fd);
  const Address peer = arrival.peer;
  auto door = std::make_unique<ProxyDoor>(
      std::move(arrival), [this](Arrival known) { admit(std::move(known)); },
      [this](std::string_view why) {
        --proxies_;
        if (why.empty()) return;
        worker_.counters().refused_for(RefusalReason::bad_proxy).add();
        refusals_.note({{"why", why}});
      });
  ++proxies_;
  worker_.adopt(fd.release(), peer, std::move(door));
}

void Reception::admit(Arrival arrival) {
  const Address peer = arrival.peer;
  const Verdict verdict = admission_.decide(peer);
  switch (verdict) {
    case Verdict::admitted: serve_(std::move(arrival)); return;
    case Verdict::waits: return let_wait(std::move(arrival));
    case Verdict::full:
    case Verdict::queue_full:
    case Verdict::per_address:
    case Verdict::denied: refuse(std::move(arrival), verdict); return;
  }
}

void Reception::let_wait(Arrival arrival) {
  Descriptor fd = std::move(arrival.fd);
  const Address peer = arrival.peer;
  try {
    auto door = std::make_unique<WaitingDoor>(*this, std::move(arrival));
    if (worker_.adopt(fd.release(), peer, std::move(door)) != nullptr) return;
  } catch (const std::bad_alloc&) {  // NOLINT(bugprone-empty-catch): as one that cannot be adopted
  }
  admission_.left_queue(peer);
}

void Reception::refuse(Arrival arrival, Verdict verdict) {
  const Address& peer = arrival.peer;
  refusals_.note({{"peer", peer.host()}, {"why", sentence(verdict)}});
  worker_.counters().refused_for(reason_of(verdict)).add();
  if (refusing_ >= kRefusingMax) {
    return say_last_words(arrival.fd.release(), fmt::format("{}\r\n", sentence(verdict)));
  }
  const CloseReason reason =
      verdict == Verdict::denied ? CloseReason::refused : CloseReason::server_full;
  auto door = std::make_unique<RefusalDoor>(sentence(verdict), reason, refusing_);
  worker_.adopt(arrival.fd.release(), peer, std::move(door));
}

void Reception::on_left(const Address& peer) {
  admission_.left(peer);
  next_turns();
}

void Reception::next_turns() {
  bool has_moved = false;
  while (!is_closed_) {
    // Who has closed in this round still stands in the queue until told so, and has no turn.
    const auto next = std::find_if(waiting_.begin(), waiting_.end(),
                                   [](const WaitingDoor* door) { return door->is_there(); });
    if (next == waiting_.end() || !admission_.take_turn()) break;
    WaitingDoor* const first = *next;
    waiting_.erase(next);
    worker_.counters().waiting.down();
    first->take_turn();
    has_moved = true;
  }
  if (has_moved) tell_places();
}

void Reception::leave_queue(Queue::iterator place) {
  admission_.left_queue((*place)->peer());
  waiting_.erase(place);
  worker_.counters().waiting.down();
  if (!is_closed_) tell_places();
}

void Reception::tell_places() {
  std::size_t before = 1;  // who is served comes before everybody
  for (WaitingDoor* door : waiting_) door->tell_place(before++);
}

}  // namespace grotto
