// SavedConnection: what a new process needs of a connection beside its descriptor, when the server
// is upgraded under it: who the peer is, what was not sent yet, and what its handler wrote down.
//
// What the kernel holds, in and out, stays with the descriptor. Threads: a value; read() yields one
// whose texts lie in what was read.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/address.h"
#include "grotto/state.h"

namespace grotto {

struct SavedConnection {
  Address peer;
  std::uint16_t origin = 0;    // Connection::origin()
  std::uint64_t idle_ms = 0;   // nothing was read for so long
  std::uint64_t lasted_s = 0;  // Connection::lasted_s(), and so on
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  bool has_input_ended = false;  // there is no further edge that tells so
  bool ends_output = false;      // Connection::end_output()
  std::string_view outbox;       // the rest of a cut line first
  std::string_view handler;      // ConnectionHandler::save()

  void write(StateWriter& state) const;
  static SavedConnection read(StateReader& state) noexcept;
};

void save_address(const Address& address, StateWriter& state);
[[nodiscard]] Address read_address(StateReader& state) noexcept;

}  // namespace grotto
