// LineLog: the file of --log: every line that is shown, with its time (UTC). Threads: owned by one.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace grotto::client {

class LineLog {
 public:
  /// Appends to that file, and makes it (for oneself only) if it is not there. Errors: exit status
  /// 73.
  static Result<std::unique_ptr<LineLog>> open(const std::string& path);
  LineLog(const LineLog&) = delete;
  LineLog& operator=(const LineLog&) = delete;
  ~LineLog();

  /// REQUIRES: is_clean(line). What cannot be written is told once, by fault().
  void add(std::string_view line);
  /// A sentence if a write failed that was not told yet; else empty.
  [[nodiscard]] std::string take_fault();

 private:
  LineLog(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

  const std::string path_;
  const int fd_;
  bool has_failed_ = false;
  std::string fault_;
};

}  // namespace grotto::client
