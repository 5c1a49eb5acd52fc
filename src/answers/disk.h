// Disk: the calls by which an answers file is opened and written; tests put a failing one in place.
// Threads: no state; any.
#pragma once

#include <fcntl.h>
#include <sys/types.h>

#include <cstddef>
#include <string>

namespace grotto {

class Disk {
 public:
  virtual ~Disk() = default;

  // As open(2), pwrite(2) and fdatasync(2), with their errno.
  virtual int open(const std::string& path, int flags);
  virtual ssize_t write_at(int fd, const char* bytes, std::size_t size, off_t offset);
  /// All that was written is to be on the disk when it returns.
  virtual int sync(int fd);
  /// What was made in the folder of `path` is to stay there. 0 where a folder cannot be synced.
  virtual int sync_folder_of(const std::string& path);
};

}  // namespace grotto
