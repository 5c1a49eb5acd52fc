// PipeReader: reads what a program writes into a pipe, at a bounded rate.
//
// Who writes more than kBytesPerSecond waits, as the pipe is full then.
// Threads: its worker's only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "grotto/timer_wheel.h"
#include "net/selectable.h"

namespace grotto {

class Worker;

class PipeReader final : private Selectable {
 public:
  static constexpr std::size_t kBytesPerSecond = 64 * 1024;

  /// Gets the bytes, valid for the call. May not destroy the reader.
  using OnBytes = std::function<void(std::string_view bytes)>;

  /// Takes the descriptor, which is non-blocking, and closes it: at the end of input, or when it is
  /// destroyed.
  PipeReader(Worker& worker, int fd, OnBytes on_bytes);
  PipeReader(const PipeReader&) = delete;
  PipeReader& operator=(const PipeReader&) = delete;
  ~PipeReader();

  /// Reads what is there, now, whatever the rate: at most kBytesPerSecond.
  void read_rest();

 private:
  void on_ready(const ReadyEvent& event) override;
  void on_exception() noexcept override { close(); }

  /// How many bytes came; 0 if none are there, or none will come.
  std::size_t read_once();
  void resume();
  void close() noexcept;

  Worker& worker_;
  int fd_;
  const OnBytes on_bytes_;
  Token token_;
  std::uint64_t second_began_ms_ = 0;
  std::size_t read_in_second_ = 0;
  TimerOf<PipeReader, &PipeReader::resume> resume_timer_{*this};
};

}  // namespace grotto
