// TypedHistory: the lines that were entered, kept in a file between sessions, a line each.
// Threads: owned by one.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace grotto::client {

class TypedHistory {
 public:
  static constexpr std::size_t kLinesMax = 1'000;

  /// `path`: empty: nothing is kept.
  explicit TypedHistory(std::string path) : path_(std::move(path)) {}

  /// The last kLinesMax lines, oldest first; a file that has grown to twice as many is cut to them.
  [[nodiscard]] std::vector<std::string> load() const;
  /// Appends. Silently nothing if it cannot be written.
  void add(const std::string& line) const;

 private:
  const std::string path_;
};

}  // namespace grotto::client
