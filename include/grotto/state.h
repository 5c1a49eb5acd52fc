// StateWriter, StateReader: what one process writes down for the next, when the server is upgraded
// under its connections.
//
// Numbers as LEB128, texts with their length before them; no names: who reads takes the same things
// in the same order, and the format has one number for all of it (kStateFormat). A reader that runs
// out, or meets a length beyond its end, is not good any more and yields zeros from then on: what
// it reads may be cut or not be ours. Threads: owned by one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace grotto {

/// Goes up with each change of what is written anywhere. A process takes over its own format only.
inline constexpr std::uint64_t kStateFormat = 2;

class StateWriter {
 public:
  void number(std::uint64_t value) {
    for (; value >= 0x80; value >>= 7U) bytes_ += static_cast<char>(value | 0x80U);
    bytes_ += static_cast<char>(value);
  }
  void flag(bool value) { number(value ? 1 : 0); }
  template <class Choice>
    requires std::is_enum_v<Choice>
  void choice(Choice value) {
    number(static_cast<std::uint64_t>(value));
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }

  void append(const StateWriter& other) { bytes_ += other.bytes_; }

  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::string take() noexcept { return std::move(bytes_); }

 private:
  std::string bytes_;
};

class StateReader {
 public:
  /// `bytes` outlive it, and what text() returns lies in them.
  explicit StateReader(std::string_view bytes) noexcept : rest_(bytes) {}

  std::uint64_t number() noexcept {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    return fail();
  }
  bool flag() noexcept { return number() != 0; }
  /// The choice whose number was written; not good if that is above `last`.
  template <class Choice>
    requires std::is_enum_v<Choice>
  Choice choice(Choice last) noexcept {
    const std::uint64_t value = number();
    return static_cast<Choice>(value <= static_cast<std::uint64_t>(last) ? value : fail());
  }
  std::string_view text() noexcept {
    const std::uint64_t size = number();
    if (size > rest_.size()) {
      fail();
      return {};
    }
    const std::string_view value = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return value;
  }

  [[nodiscard]] bool is_good() const noexcept { return is_good_; }
  [[nodiscard]] bool is_at_end() const noexcept { return rest_.empty(); }
  /// What was read makes no sense.
  std::uint64_t fail() noexcept {
    is_good_ = false;
    rest_ = {};
    return 0;
  }

 private:
  std::string_view rest_;
  bool is_good_ = true;
};

}  // namespace grotto
