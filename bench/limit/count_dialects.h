// What count says and hears: how one enters, how a line is said, and where deliveries end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

struct Dialect {
  std::string_view name;
  std::size_t newlines;                          // per delivery; 0: a WebSocket text frame is one
  void (*enter)(int fd, std::string_view name);  // returns when the server has let it in
  bool speaker_enters;                           // false: whoever says lines is not in the room
  int quiet_ms;  // when nothing came for so long, the server has told all arrivals
  void (*say)(std::string& out, std::string_view text);
};

// Ends the program if there is no such dialect.
const Dialect& dialect_named(std::string_view name);

// Counts the newlines or text frames of one connection, whatever pieces they come in.
class DeliveryCounter {
 public:
  std::size_t count(std::string_view bytes, bool frames);

 private:
  std::size_t skip_ = 0;  // bytes of a frame's payload that are still to come
  unsigned char head_[4]{};
  std::size_t head_size_ = 0;
};
