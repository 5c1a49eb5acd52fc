#include "daemon/proxy_door.h"

#include "door/proxy_header.h"
#include "net/worker.h"

namespace grotto {

void ProxyDoor::on_open(Connection& connection) {
  connection_ = &connection;
  connection.set_read_limit(ProxyHeader::kBytesMax);
  connection.worker().wheel().arm(*this, connection.worker().limits().first_bytes_ms);
}

void ProxyDoor::on_bytes(Connection& connection, std::string_view bytes) {
  const bool is_first = arrival_.first_bytes.empty();
  arrival_.first_bytes += bytes;
  const ProxyHeader header = ProxyHeader::parse(arrival_.first_bytes);
  switch (header.status) {
    case ProxyHeader::Status::need_more:
      if (is_first) {
        connection.worker().wheel().arm(*this, connection.worker().limits().silent_hello_ms);
      }
      return;
    case ProxyHeader::Status::fault:
      return refuse("The PROXY header is not in order. [bad-proxy-header]");
    case ProxyHeader::Status::none: return pass_on();
    case ProxyHeader::Status::complete:
      arrival_.first_bytes.erase(0, header.size);
      if (header.source) arrival_.peer = *header.source;
      return pass_on();
  }
}

void ProxyDoor::on_end_of_input(Connection& connection) {
  // Whoever ends within a header is gone; a plain beginning still counts.
  if (arrival_.first_bytes.empty()) return connection.close(CloseReason::peer_closed);
  pass_on();
}

void ProxyDoor::on_timer() {
  connection_->attempt([this] { on_due(); });
}

void ProxyDoor::on_due() {
  if (!connection_->is_open()) return;
  if (arrival_.first_bytes.empty()) return pass_on();
  refuse("The PROXY header did not come to its end. [bad-proxy-header]");
}

void ProxyDoor::pass_on() {
  cancel();
  arrival_.fd = Descriptor(connection_->release());
  on_known_(std::move(arrival_));
}

void ProxyDoor::refuse(std::string_view fault) {
  cancel();
  fault_ = fault;
  connection_->write(fault, "\r\n");
  connection_->finish(CloseReason::bad_hello);
}

}  // namespace grotto
