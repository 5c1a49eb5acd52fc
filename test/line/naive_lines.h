// The framer's naive twin: one byte after the other, nothing clever.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace grotto::test {

inline const std::string kTooLong = "<too long>";

class NaiveFramer {
 public:
  explicit NaiveFramer(std::size_t limit) : limit_(limit) {}

  void take(char c) {
    const bool is_swallowed = is_after_cr_ && (c == '\n' || c == '\0');
    is_after_cr_ = false;
    if (is_swallowed || c == '\0') return;
    if (c == '\n' || c == '\r') {
      if (!is_dropping_) lines_.push_back(line_);
      is_dropping_ = false;
      line_.clear();
      is_after_cr_ = c == '\r';
    } else if (!is_dropping_) {
      line_ += c;
      if (line_.size() <= limit_) return;
      lines_.push_back(kTooLong);
      line_.clear();
      is_dropping_ = true;
    }
  }
  void drop_line() {
    line_.clear();
    is_dropping_ = false;
  }
  void erase_character() {
    const auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    while (!line_.empty() && is_inside(line_.back())) line_.pop_back();
    if (!line_.empty()) line_.pop_back();
  }
  [[nodiscard]] const std::string& partial() const { return line_; }
  /// The input ends.
  [[nodiscard]] std::vector<std::string> lines() const {
    std::vector<std::string> all = lines_;
    if (!line_.empty()) all.push_back(line_);
    return all;
  }

 private:
  std::size_t limit_;
  std::vector<std::string> lines_;
  std::string line_;
  bool is_after_cr_ = false;
  bool is_dropping_ = false;
};

inline std::vector<std::string> naive_lines(std::string_view text, std::size_t limit) {
  NaiveFramer framer(limit);
  for (const char c : text) framer.take(c);
  return framer.lines();
}

}  // namespace grotto::test
