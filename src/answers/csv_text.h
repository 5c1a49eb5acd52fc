// CSV text: fields and rows as RFC 4180 has them, safe for spreadsheets. Threads: no state; any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grotto {

/// Builds a row, field by field.
class CsvRow {
 public:
  /// Appends to `out`, which outlives it.
  explicit CsvRow(std::string& out) : out_(out) {}

  /// As it is, in quotes where it must be: numbers, and words of ours.
  CsvRow& field(std::string_view text);
  /// What people may have typed: as protected_from_spreadsheets().
  CsvRow& text(std::string_view text);
  /// `12.345`
  CsvRow& seconds(std::uint64_t ms);
  CsvRow& nothing(std::size_t fields = 1);
  /// The last call: CR LF.
  void end() { out_ += "\r\n"; }

 private:
  std::string& out_;
  bool is_first_ = true;
};

/// A text that a spreadsheet would take for a formula (`=`, `+`, `-`, `@`, TAB, CR or LF first)
/// gets an apostrophe before it; so does one that has apostrophes before these, so that it can be
/// undone.
[[nodiscard]] std::string protected_from_spreadsheets(std::string_view text);
[[nodiscard]] std::string_view without_protection(std::string_view text) noexcept;

/// The fields of one row, which comes without its line end; nothing if its quotes are not in order.
[[nodiscard]] std::optional<std::vector<std::string>> read_csv_row(std::string_view row);

/// What CsvRow::seconds() writes, and fewer decimals too, in milliseconds.
[[nodiscard]] std::optional<std::uint64_t> read_csv_seconds(std::string_view text) noexcept;

}  // namespace grotto
