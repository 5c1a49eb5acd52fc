#include "daemon/part.h"

#include <utility>

namespace grotto {

void Server::Part::add_service(const ServiceFactory& factory) {
  services_.push_back(factory(*worker_));
}

void Server::Part::start(OnLeft on_left) {
  on_left_ = std::move(on_left);
  worker_->add_tick_hook(*this);
  worker_->set_close_hook(this);
}

void Server::Part::on_tick_end() {
  for (const auto& service : services_) service->on_tick_end();
  if (!is_leaving_ || worker_->connections() > 0) return;
  if (!is_over_ || is_over_()) worker_->stop();
}

void Server::Part::serve(Arrival arrival) {
  load_.fetch_add(1, std::memory_order_relaxed);
  if (worker_->index() == 0) return adopt(std::move(arrival));
  worker_->post([this, arrival = std::move(arrival)] { adopt(arrival); });
}

void Server::Part::adopt(Arrival arrival) {
  const Address peer = arrival.peer;
  const Destination& destination = arrival.destination;
  auto door =
      make_door(*services_[destination.service], destination.doors, std::move(arrival.first_bytes));
  Connection* const connection = worker_->adopt(arrival.fd, peer, std::move(door));
  if (connection == nullptr) return on_connection_freed(peer, CloseReason::out_of_memory);
  connection->watch_close();
  if (is_leaving_) connection->finish(CloseReason::server_stopping);
  if (log::is_on(LogLevel::debug)) {
    const std::string name = peer.to_string();
    log::debug("connected", {{"peer", name}});
  }
}

void Server::Part::on_connection_freed(const Address& peer, CloseReason reason) {
  load_.fetch_sub(1, std::memory_order_relaxed);
  if (log::is_on(LogLevel::debug)) {
    const std::string name = peer.to_string();
    log::debug("disconnected", {{"peer", name}, {"why", to_string(reason)}});
  }
  on_left_(peer);
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
