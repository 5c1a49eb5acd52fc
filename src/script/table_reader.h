// TableReader: the values of one table's keys, each of its type and within its bounds. What is
// missing or wrong reads as nothing; what is wrong is a fault too. Threads: its caller's.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "script/loading.h"

namespace grotto {

inline constexpr std::size_t kTextBytesMax = 16 * 1024;
inline constexpr std::size_t kLineBytesMax = 512;

enum class TextForm : unsigned char { one_line, lines };

class TableReader {
 public:
  struct Range {
    std::uint64_t min;
    std::uint64_t max;
  };

  /// `node` outlives it; if it is no table, it reads as an empty one.
  TableReader(Loading& loading, const TomlNode& node);
  TableReader(Loading& loading, const TomlTable& table, Place place);

  [[nodiscard]] Place place() const noexcept { return place_; }
  [[nodiscard]] const TomlNode* find(std::string_view key) const;
  [[nodiscard]] Place key_place(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

  /// A fault for each key that is none of these. `owner`: "a question".
  void check_keys(std::span<const std::string_view> keys, std::string_view owner) const;

  [[nodiscard]] bool yes_no(std::string_view key, bool otherwise) const;
  [[nodiscard]] std::optional<std::uint64_t> whole(std::string_view key, Range range) const;
  [[nodiscard]] std::optional<std::string> text(std::string_view key, TextForm form) const;
  /// One of the words.
  [[nodiscard]] std::optional<std::string> word(std::string_view key,
                                                std::span<const std::string_view> words) const;
  [[nodiscard]] Template filled(std::string_view key, TextForm form) const;
  [[nodiscard]] Condition condition(std::string_view key) const;
  /// The place of the question with this id, or kScriptEnd for `end`.
  [[nodiscard]] std::optional<std::size_t> target(std::string_view key) const;

 private:
  Loading& loading_;
  const TomlTable* table_;  // null: an empty one
  Place place_;
};

// The same for a value that is no table's own; `key` is for its faults.
[[nodiscard]] std::optional<std::string> read_text(Loading& loading, std::string_view key,
                                                   const TomlNode& node, TextForm form);
[[nodiscard]] Template read_filled(Loading& loading, std::string_view key, const TomlNode& node,
                                   TextForm form);
[[nodiscard]] std::optional<std::size_t> read_target(Loading& loading, std::string_view key,
                                                     const TomlNode& node);
/// As read_target(), but not `end`.
[[nodiscard]] std::optional<std::size_t> read_ask(Loading& loading, std::string_view key,
                                                  const TomlNode& node);

/// A whole number or one with a fraction, of at most 15 digits before the point.
[[nodiscard]] std::optional<double> number_of(const TomlNode& node);

}  // namespace grotto
