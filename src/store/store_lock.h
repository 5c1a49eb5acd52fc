// StoreLock: makes one process at a time the owner of a store.
//
// `flock` on PATH.lock, which holds the owner's process id; the kernel gives it up when the process
// ends, however it does. Threads: one. Lifetime: the store is owned as long as this lives.
#pragma once

#include <string>

#include "base/result.h"

namespace grotto {

class StoreLock {
 public:
  /// Errors: somebody else has it, and who (exit status 73); PATH.lock cannot be made (73).
  static Result<StoreLock> take(const std::string& path);

  StoreLock(StoreLock&& other) noexcept;
  StoreLock& operator=(StoreLock&&) = delete;
  ~StoreLock();

 private:
  explicit StoreLock(int fd) noexcept : fd_(fd) {}
  int fd_;
};

}  // namespace grotto
