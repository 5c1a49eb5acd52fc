#include "door/byte_door.h"

#include "door/saved_door.h"
#include "net/worker.h"

namespace grotto {

void ByteDoor::on_open(Connection& connection) {
  connection_ = &connection;
  connection.count_as(DoorKind::bytes);
  service_.on_open(*this);
}

void ByteDoor::on_bytes(Connection& /*connection*/, std::string_view bytes) {
  if (may_be_telnet_) {
    may_be_telnet_ = false;
    if (bytes.front() == '\xFF') {
      telnet_ = std::make_unique<Telnet>(connection_->worker().limits().telnet_sub_bytes_max);
    }
  }
  if (telnet_ == nullptr) {
    service_.on_bytes(*this, bytes);
  } else {
    take_telnet(bytes);
  }
}

void ByteDoor::take_telnet(std::string_view bytes) {
  std::string replies;
  for (;;) {
    std::string_view data;
    const Telnet::Step step = telnet_->next(bytes, data, replies);
    connection_->write(replies);
    replies.clear();
    if (step == Telnet::Step::data) service_.on_bytes(*this, data);
    if (step == Telnet::Step::need_more) return;
  }
}

void ByteDoor::on_end_of_input(Connection& /*connection*/) {
  service_.on_end_of_input(*this);
}

void ByteDoor::on_stopping(Connection& /*connection*/) {
  if (is_ending()) return;
  service_.on_stopping(*this);
  finish(CloseReason::server_stopping, {});
}

bool ByteDoor::save(Connection& /*connection*/, StateWriter& state) {
  state.choice(SavedDoor::bytes);
  state.flag(may_be_telnet_);
  state.flag(telnet_ != nullptr);
  if (telnet_ != nullptr) telnet_->save(state);
  return service_.save(*this, state);
}

void ByteDoor::restore(Connection& connection, StateReader& state) {
  connection_ = &connection;
  connection.count_as(DoorKind::bytes);
  state.choice(SavedDoor::arrival);
  may_be_telnet_ = state.flag();
  if (state.flag()) {
    telnet_ = std::make_unique<Telnet>(connection.worker().limits().telnet_sub_bytes_max);
    telnet_->restore(state);
  }
  service_.restore(*this, state);
}

void ByteDoor::on_upgrading(Connection& /*connection*/) {
  if (is_ending()) return;
  service_.on_upgrading(*this);
  finish(CloseReason::server_upgraded, {});
}

void ByteDoor::on_closed(Connection& /*connection*/, CloseReason reason) {
  service_.on_closed(*this, reason);
}

void ByteDoor::write_line(std::string_view text) {
  connection_->write(text, "\r\n");
}

std::size_t ByteDoor::outbox_bytes() const noexcept {
  return connection_->outbox_bytes();
}

void ByteDoor::finish(CloseReason reason, std::string_view last_line) {
  if (!last_line.empty()) write_line(last_line);
  connection_->finish(reason);
}

}  // namespace grotto
