// SocketFile: the file of a Unix listening socket: removed with the listener that made it, and only
// if it is still that one. Threads: a value.
#pragma once

#include <cstdint>
#include <string>

namespace grotto {

class SocketFile {
 public:
  SocketFile() = default;
  /// The file that is at `path` now.
  explicit SocketFile(std::string path);

  /// Removes it, after the listener was closed. Who removed it meanwhile and made a new one at the
  /// same path keeps that: it is another file, or, as their numbers are used again, one that
  /// answers.
  void remove() noexcept;
  /// Removes a socket file that a server left behind when it died: one that nobody answers on.
  static void remove_stale(const std::string& path) noexcept;

 private:
  std::string path_;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

}  // namespace grotto
