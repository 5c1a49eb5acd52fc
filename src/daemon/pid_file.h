// PidFile: the file that says which process serves, held by a lock as long as it does.
//
// The number alone says little: after a crash it may be anybody's. Who holds the lock (flock) is
// the server, and the kernel gives the lock up when the last one who has the descriptor ends. So a
// server hands the file over by handing over the descriptor, as one of FileLock::held(): the new
// process takes it and writes its own number, and between the two nobody else can have it.
// Threads: one. Lifetime: the file is held, and there, as long as this lives.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace grotto {

class PidFile {
 public:
  /// Makes the file, takes over one whose owner is gone or goes on with one that was handed over
  /// (FileLock::inherit()), and writes this process's number.
  /// Errors (exit status 73): another process holds it, with its number; it cannot be made.
  static Result<PidFile> take(const std::string& path);
  /// The process that holds the file: a living server. Errors (exit status 69): there is no such
  /// file, nobody holds it, or it cannot be read.
  static Result<pid_t> owner(const std::string& path);

  PidFile(PidFile&& other) noexcept;
  PidFile& operator=(PidFile&&) = delete;
  /// Removes the file, unless it was handed over.
  ~PidFile();

  /// `pid` is the server from now on. Errors (exit status 74): the disk.
  Result<Done> write(pid_t pid) const;
  /// Another process has it now: it is neither removed nor written by this one.
  void hand_over() noexcept { is_handed_over_ = true; }

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

 private:
  PidFile(std::string path, int fd) noexcept : path_(std::move(path)), fd_(fd) {}

  std::string path_;
  int fd_;
  bool is_handed_over_ = false;
};

}  // namespace grotto
