#include "daemon/part.h"

#include <unistd.h>

#include <algorithm>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "door/saved_door.h"
#include "net/saved_connection.h"

namespace grotto {

void Server::Part::add_service(std::string name, const ServiceFactory& factory) {
  ends_.add_service(std::move(name));
  services_.push_back(factory(*worker_));
}

void Server::Part::change(const Limits& limits, std::shared_ptr<const TlsContext> tls) {
  worker_->set_limits(limits);
  worker_->set_tls(std::move(tls));
}

void Server::Part::start(OnLeft on_left) {
  on_left_ = std::move(on_left);
  worker_->add_tick_hook(*this);
  worker_->set_close_hook(this);
}

void Server::Part::on_tick_end() {
  tell_untold();
  for (const auto& service : services_) service->on_tick_end();
  if (!is_leaving_ || worker_->connections() > 0) return;
  if (!is_over_ || is_over_()) worker_->stop();
}

void Server::Part::serve(Arrival arrival) {
  load_.fetch_add(1, std::memory_order_relaxed);
  if (worker_->index() == 0) return adopt(arrival);
  const Address peer = arrival.peer;
  try {
    auto shared = std::make_shared<Arrival>(std::move(arrival));
    worker_->post([this, shared] { adopt(*shared); });
  } catch (const std::bad_alloc&) {
    on_connection_freed(peer, CloseReason::out_of_memory);
  }
}

void Server::Part::adopt(Arrival& arrival) noexcept {
  const Address peer = arrival.peer;
  Connection* connection = nullptr;
  try {
    const Destination& destination = arrival.destination;
    auto door = make_door(*services_[destination.service], destination.doors,
                          std::move(arrival.first_bytes));
    connection = worker_->adopt(arrival.fd.release(), peer, std::move(door));
  } catch (const std::bad_alloc&) {
    connection = nullptr;
  }
  if (connection == nullptr) {
    arrival.fd = Descriptor();  // if it was not taken, it is closed
    return on_connection_freed(peer, CloseReason::out_of_memory);
  }
  connection->set_origin(arrival.destination.origin);
  connection->watch_close();
  connection->count_for(arrival.destination.service);
  if (is_leaving_) connection->finish(CloseReason::server_stopping);
  note_connected(peer);
}

void Server::Part::note_connected(const Address& peer) noexcept {
  if (!log::is_on(LogLevel::debug)) return;
  try {
    log::debug("connected", {{"peer", peer.to_string()}});
  } catch (const std::bad_alloc&) {
    return;  // no memory for a log line must not cost more
  }
}

void Server::Part::on_connection_over(const Connection& connection, CloseReason reason) {
  ends_.note(connection, reason);
}

void Server::Part::on_connection_freed(const Address& peer, CloseReason reason) {
  load_.fetch_sub(1, std::memory_order_relaxed);
  worker_->counters().closed_for(reason).add();
  tell_left(peer);
}

void Server::Part::tell_left(const Address& peer) noexcept {
  try {
    on_left_(peer);
  } catch (const std::bad_alloc&) {
    if (untold_.size() < untold_.capacity()) untold_.push_back(peer);
  }
}

void Server::Part::tell_untold() noexcept {
  while (!untold_.empty()) {
    const std::size_t before = untold_.size();
    const Address peer = untold_.back();
    untold_.pop_back();
    tell_left(peer);
    if (untold_.size() == before) return;  // still no memory
  }
}

// ---- Upgrades ----------------------------------------------------------------------------------

void Server::Part::publish() {
  for (const auto& service : services_) service->on_tick_end();
}

bool Server::Part::is_quiet() const {
  return !worker_->has_tasks() &&
         std::all_of(services_.begin(), services_.end(),
                     [](const auto& service) { return service->may_be_saved(); });
}

void Server::Part::save(const Saved& saved) {
  std::exception_ptr fault;
  worker_->for_each_connection([&](Connection& connection) {
    try {
      StateWriter state;
      if (connection.save(state)) {
        saved(connection.origin(), state.bytes(), connection.fd());
        saved_.push_back(&connection);
        return;
      }
      StateWriter absent;
      if (connection.save_absent(absent)) saved(connection.origin(), absent.bytes(), -1);
    } catch (...) {
      fault = std::current_exception();
    }
  });
  if (fault) std::rethrow_exception(fault);
}

void Server::Part::on_handed_over() {
  for (const auto& service : services_) service->on_handed_over();
}

void Server::Part::leave_rest_behind() {
  for (Connection* const each : saved_) ::close(each->release());
  saved_.clear();
  is_leaving_ = true;
  worker_->for_each_connection([](Connection& connection) { connection.stay_behind(); });
  worker_->post([] {});  // one round more, that sees that nobody is left
  worker_->wheel().arm(stop_timer_, worker_->limits().stop_ms);
}

void Server::Part::take_over(Descriptor fd, const SavedConnection& saved,
                             const Destination& destination) {
  load_.fetch_add(1, std::memory_order_relaxed);
  auto door = make_saved_door(*services_[destination.service], destination.doors, worker_->limits(),
                              saved.handler);
  Connection* connection = nullptr;
  if (door != nullptr) connection = worker_->take_over(fd.release(), std::move(door), saved);
  if (connection == nullptr) return on_connection_freed(saved.peer, CloseReason::internal_error);
  connection->count_for(destination.service);
  connection->watch_close();
}

void Server::Part::stop_reading() {
  worker_->for_each_connection([](Connection& connection) { connection.pause_reading(); });
}

void Server::Part::say_goodbye() {
  is_leaving_ = true;
  worker_->for_each_connection([](Connection& connection) { connection.stop_serving(); });
  worker_->wheel().arm(stop_timer_, worker_->limits().stop_ms);
}

void Server::Part::give_up() {
  worker_->stop();
}

}  // namespace grotto
