#include "net/saved_connection.h"

#include <algorithm>
#include <array>

namespace grotto {

void save_address(const Address& address, StateWriter& state) {
  const auto& bytes = address.bytes();
  state.choice(address.family());
  state.text({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  state.number(address.port());
}

Address read_address(StateReader& state) noexcept {
  const auto family = state.choice(Address::Family::unix_socket);
  const std::string_view text = state.text();
  const auto port = static_cast<std::uint16_t>(state.number());
  std::array<std::uint8_t, 16> bytes{};
  if (text.size() != bytes.size()) {
    state.fail();
    return {};
  }
  std::copy(text.begin(), text.end(), bytes.begin());
  return Address::of_bytes(family, bytes, port);
}

void SavedConnection::write(StateWriter& state) const {
  save_address(peer, state);
  state.number(origin);
  state.number(idle_ms);
  state.number(lasted_s);
  state.number(bytes_in);
  state.number(bytes_out);
  state.flag(has_input_ended);
  state.flag(ends_output);
  state.text(outbox);
  state.text(handler);
}

SavedConnection SavedConnection::read(StateReader& state) noexcept {
  SavedConnection saved;
  saved.peer = read_address(state);
  saved.origin = static_cast<std::uint16_t>(state.number());
  saved.idle_ms = state.number();
  saved.lasted_s = state.number();
  saved.bytes_in = state.number();
  saved.bytes_out = state.number();
  saved.has_input_ended = state.flag();
  saved.ends_output = state.flag();
  saved.outbox = state.text();
  saved.handler = state.text();
  return saved;
}

}  // namespace grotto
