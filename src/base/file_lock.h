// FileLock: makes one process at a time the owner of a file.
//
// `flock` on PATH.lock, which holds the owner's process id; the kernel gives it up when the process
// ends, however it does. Threads: one. Lifetime: the file is owned as long as this lives.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace grotto {

class FileLock {
 public:
  /// `what` the file is, as the sentences name it: `store`. Errors: somebody else has it, and who
  /// (exit status 73); PATH.lock cannot be made (73).
  static Result<FileLock> take(std::string_view what, const std::string& path);

  // ---- Upgrades: the kernel's lock belongs to the open file, which two processes may share ----

  struct Held {
    std::string path;  // without .lock
    int fd = -1;
  };
  /// The locks that this process holds. Any thread.
  static std::vector<Held> held();
  /// take() of that path yields this one, whose descriptor another process has handed over. Owned
  /// from here on. Before take().
  static void inherit(const std::string& path, int fd);
  /// For other files that are locked themselves (a pid file): one is held from here on, or no more;
  /// and the descriptor that was handed over for that path, the caller's from here on, or -1.
  static void note_held(const std::string& path, int fd);
  static void forget_held(int fd);
  [[nodiscard]] static int take_inherited(const std::string& path);
  /// This process is the owner now, and says so in all that it holds.
  static void sign_all();

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int fd) noexcept : fd_(fd) {}
  int fd_;
};

}  // namespace grotto
