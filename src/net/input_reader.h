// InputReader: reads a descriptor that is not ours alone (standard input): a terminal, a pipe, a
// socket or a file, which is never made non-blocking, as others share that state.
//
// What can be watched is read once per readiness, and only if poll(2) says that a read will not
// wait. What cannot be watched (a regular file, /dev/null) is always ready: it is read once per
// round of the loop, so that the sockets have their turns. Threads: its worker's only.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "grotto/timer_wheel.h"
#include "net/selectable.h"

namespace grotto {

class Worker;

class InputReader final : private Selectable {
 public:
  static constexpr std::size_t kReadBytes = 16 * 1024;

  /// Gets the bytes, valid for the call; none: the input has ended (once, and last). May pause the
  /// reader, and may not destroy it.
  using OnBytes = std::function<void(std::string_view bytes)>;

  /// Borrows the descriptor, and begins to read.
  InputReader(Worker& worker, int fd, OnBytes on_bytes);
  InputReader(const InputReader&) = delete;
  InputReader& operator=(const InputReader&) = delete;
  ~InputReader();

  void pause() noexcept;
  void resume() noexcept;

 private:
  enum class How : char { none, watched, always_ready };

  void on_ready(const ReadyEvent& event) override;
  void on_exception() noexcept override { stop(); }
  void read_once();
  void next_round();
  void stop() noexcept;

  Worker& worker_;
  const int fd_;
  const OnBytes on_bytes_;
  Token token_;
  How how_ = How::none;
  bool has_ended_ = false;
  TimerOf<InputReader, &InputReader::next_round> next_round_{*this};
};

}  // namespace grotto
