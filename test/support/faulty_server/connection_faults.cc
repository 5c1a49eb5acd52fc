#include "connection_faults.h"

#include <cstdint>
#include <cstdlib>

namespace faulty_server {

namespace {

constexpr std::uint64_t kEndlessBytes = 64U << 20;

}  // namespace

void Refuse::on_connect(Client& client) {
  client.send("The server is full, try again later.\r\n", Time{});
  client.close();
}

void Reset::deliver(const Line& line, Client& receiver, bool is_hit) {
  if (is_hit) {
    receiver.flush(
        line.said);  // what came before has left, as with a real server's queue in the kernel
    return receiver.reset();
  }
  Fault::deliver(line, receiver, is_hit);
}

void Close::deliver(const Line& line, Client& receiver, bool is_hit) {
  if (is_hit) return receiver.close();
  Fault::deliver(line, receiver, is_hit);
}

void Endless::deliver(const Line& line, Client& receiver, bool is_hit) {
  if (is_hit) return receiver.send_endless(kEndlessBytes);
  Fault::deliver(line, receiver, is_hit);
}

void Die::deliver(const Line& line, Client& receiver, bool is_hit) {
  if (is_hit) std::_Exit(0);
  Fault::deliver(line, receiver, is_hit);
}

}  // namespace faulty_server
