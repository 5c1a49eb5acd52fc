// Stranger: a peer whose bytes are the fuzzer's, and who may speak anything: lines, telnet, HTTP,
// WebSocket. Whatever the others do, what it reads is text by the rules of its door.
// Threads: the world's.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "heard_lines.h"
#include "world.h"

namespace grotto::test {

class Stranger {
 public:
  explicit Stranger(MemorySocket& socket) : socket_(socket) {}

  void sends(std::string_view bytes);
  /// The text as a masked frame (RFC 6455 section 5.2), whole and final, of that opcode.
  void sends_frame(unsigned opcode, std::string_view text);
  void hears(std::size_t bytes_max = static_cast<std::size_t>(-1));
  [[nodiscard]] MemorySocket& socket() noexcept { return socket_; }
  /// Of `/resume`, as far as it was read; empty: none.
  [[nodiscard]] const std::string& token() const noexcept { return token_; }

 private:
  void take_line(std::string_view line);
  void take_web(std::string_view bytes);
  bool take_frame();
  [[nodiscard]] bool may_read_controls() const;

  MemorySocket& socket_;
  HeardLines heard_;
  std::string sent_;
  std::string token_;
  std::string web_;  // a head or a frame that is not whole
  bool has_heard_ = false;
  bool is_web_ = false;
  bool is_websocket_ = false;
  bool is_over_ = false;
};

}  // namespace grotto::test
