// MemorySocket: a connected socket without a kernel: what net/connection.cc reads from and writes
// to in the fuzzer's whole session. The calls recv, send, sendmsg, shutdown, close, ioctl,
// setsockopt and getsockopt are wrapped by the linker (meson.build); descriptors of memory sockets
// stand far above any real one. MemorySelector: tells a worker of their edges as epoll(7) would,
// and for how long it would have waited. The clock of both is ours too, and so is the pool of
// threads: there is none. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/selector.h"

namespace grotto::test {

class MemorySelector;

class MemorySocket {
 public:
  MemorySocket();
  MemorySocket(const MemorySocket&) = delete;
  MemorySocket& operator=(const MemorySocket&) = delete;
  /// REQUIRES: the server has closed its end.
  ~MemorySocket();

  // ---- The peer's end ----

  void send(std::string_view bytes);
  void end_output();
  /// Both ways at once: what was not read is lost (RST).
  void reset();
  /// Takes what has arrived.
  std::string take(std::size_t bytes_max = static_cast<std::size_t>(-1));
  /// The server has closed, or ended its output, and all of it was taken.
  [[nodiscard]] bool is_over() const noexcept { return is_ended_by_server_ && to_peer_.empty(); }
  [[nodiscard]] bool is_closed_by_server() const noexcept { return is_closed_; }
  [[nodiscard]] bool has_unread() const noexcept { return !to_server_.empty(); }

  /// What the kernel would hold for a peer that does not read; and how much one call takes at most.
  void set_window(std::size_t bytes) noexcept { window_bytes_ = bytes; }
  void set_pieces(std::size_t read_bytes, std::size_t write_bytes) noexcept;

  // ---- The server's end ----

  [[nodiscard]] int fd() const noexcept { return fd_; }
  [[nodiscard]] static MemorySocket* find(int fd) noexcept;
  std::ptrdiff_t recv(char* to, std::size_t bytes_max, bool is_peek) noexcept;
  std::ptrdiff_t send_some(std::string_view bytes) noexcept;
  void shutdown() noexcept;
  void close() noexcept;
  [[nodiscard]] std::size_t unacknowledged() const noexcept { return to_peer_.size(); }

 private:
  friend class MemorySelector;

  int fd_;
  std::string to_server_;
  std::string to_peer_;
  std::size_t window_bytes_ = 64 * 1024;
  std::size_t read_bytes_max_ = 64 * 1024;
  std::size_t write_bytes_max_ = 64 * 1024;
  bool has_ended_ = false;
  bool is_reset_ = false;
  bool is_ended_by_server_ = false;
  bool is_closed_ = false;
  bool is_full_ = false;  // a write was refused and nothing was taken since

  // Edges that the selector has not told.
  MemorySelector* selector_ = nullptr;
  ReadyEvent event_;
  bool is_writable_watched_ = false;
};

class MemorySelector final : public Selector {
 public:
  MemorySelector() = default;
  [[nodiscard]] bool nests() const noexcept override { return false; }
  bool add_stream(int fd, Token token) noexcept override;
  bool add_level_triggered(int /*fd*/, Token /*token*/) noexcept override { return true; }
  bool add_writable(int fd, Token token) noexcept override;
  void remove(int fd) noexcept override;
  std::span<const ReadyEvent> take(std::uint64_t until_ns) noexcept override;

  /// The last take() would have waited: there was nothing to do at once.
  [[nodiscard]] bool is_idle() const noexcept { return is_idle_; }
  void forget(MemorySocket& socket) noexcept;

 private:
  std::vector<MemorySocket*> sockets_;
  std::vector<ReadyEvent> events_;
  bool is_idle_ = false;
};

/// The time of all workers, in milliseconds.
[[nodiscard]] std::uint64_t memory_clock_ms() noexcept;
void set_memory_clock_ms(std::uint64_t now_ms) noexcept;

}  // namespace grotto::test
