// The chapter of Connection on where it is counted.
#include <algorithm>

#include "net/connection.h"
#include "net/tls_stream.h"
#include "net/worker.h"

namespace grotto {

Gauge& Connection::place() noexcept {
  return worker_.counters().connections[static_cast<std::size_t>(door_)][service_];
}

void Connection::count_as(DoorKind door) noexcept {
  if (service_ != kNoService) place().down();
  door_ = door;
  if (service_ != kNoService) place().up();
}

void Connection::count_for(std::size_t service) noexcept {
  if (service_ != kNoService) place().down();
  service_ = static_cast<std::uint8_t>(std::min(service, kServicesCounted - 1));
  place().up();
}

Connection::~Connection() {
  if (service_ != kNoService) place().down();
  if (tls_ != nullptr) worker_.counters().encrypted.down();
}

}  // namespace grotto
