// ReloadOutcome: what came of a reload, beside the pid file, so that `grottod reload` can tell it.
//
// A file of a few lines: `NANOSECONDS good|bad` (the machine's monotonic clock when the reload
// began), then a sentence each. It is replaced as a whole.
// Threads: no state; any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grotto {

struct ReloadOutcome {
  std::uint64_t began_ns = 0;  // Worker::now_ns(), which is the same for all processes
  bool is_good = false;
  std::vector<std::string> sentences;

  /// False if the disk does not take it.
  [[nodiscard]] bool write(const std::string& path) const;
  /// Nothing if there is none, or none that makes sense.
  static std::optional<ReloadOutcome> read(const std::string& path);

  /// Its place: the pid file's, with another ending.
  static std::string path_beside(const std::string& pid_file);
};

}  // namespace grotto
