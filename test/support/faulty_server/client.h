// Client: one connection of faulty_server: its bytes in, cut into lines, and its bytes out, each
// with the time at which it may go. Threads: the only one there is.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace faulty_server {

using Time = std::chrono::steady_clock::time_point;

class Client {
 public:
  /// Owns `fd`, which does not block.
  Client(int fd, std::uint64_t number);
  ~Client();
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  /// In the order of connecting.
  [[nodiscard]] std::uint64_t number() const { return number_; }

  /// The whole lines that are there, each with its end.
  std::vector<std::string> read_lines();
  /// To go out at `due`, never before what was queued earlier.
  void send(const std::string& bytes, Time due);
  /// From now on and for `bytes`, nothing but the same letter.
  void send_endless(std::uint64_t bytes);
  /// Writes what is due, as far as the peer takes it.
  void flush(Time now);

  /// Sends what is queued, then FIN; what still comes in is read and dropped.
  void close() { is_closing_ = true; }
  /// Drops what is queued and ends with RST.
  void reset();

  /// The connection is over and to be destroyed.
  [[nodiscard]] bool is_over() const { return is_over_; }
  /// close() or reset() was called: nobody is to be served here.
  [[nodiscard]] bool is_leaving() const { return is_closing_ || is_over_; }
  [[nodiscard]] bool wants_to_read() const;
  [[nodiscard]] bool wants_to_write() const { return !ready_.empty() || endless_ > 0; }
  /// When the next of the queued bytes may go; Time::max() if there are none.
  [[nodiscard]] Time next_due() const { return queue_.empty() ? Time::max() : queue_.front().due; }
  /// When the last of them may go; the clock's zero if none was ever queued.
  [[nodiscard]] Time last_due() const { return last_due_; }

 private:
  struct Segment {
    std::string bytes;
    Time due;
  };

  void write_ready();
  void finish();

  const int fd_;
  const std::uint64_t number_;
  std::string input_;
  std::deque<Segment> queue_;
  std::size_t queued_bytes_ = 0;
  std::string ready_;  // due, and not yet taken by the kernel
  std::uint64_t endless_ = 0;
  Time last_due_;
  bool is_input_over_ = false;
  bool is_closing_ = false;
  bool is_shut_ = false;
  bool is_over_ = false;
};

}  // namespace faulty_server
