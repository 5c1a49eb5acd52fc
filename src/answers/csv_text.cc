#include "answers/csv_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <limits>

#include "base/numbers.h"

namespace grotto {

namespace {

constexpr std::string_view kFormulaBegins = "=+-@\t\r\n";
/// A semicolon separates fields where the comma is in numbers, a TAB in what is pasted.
constexpr std::string_view kQuoted = ",;\"\t\r\n";

bool begins_formula(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of('\'');
  return first != std::string_view::npos &&
         kFormulaBegins.find(text[first]) != std::string_view::npos;
}

/// Takes a field in quotes off the front of `row`, behind its first quote.
bool read_quoted(std::string_view& row, std::string& field) {
  while (true) {
    const std::size_t quote = row.find('"');
    if (quote == std::string_view::npos) return false;
    field += row.substr(0, quote);
    row.remove_prefix(quote + 1);
    if (!row.starts_with('"')) return row.empty() || row.starts_with(',');
    field += '"';
    row.remove_prefix(1);
  }
}

bool read_bare(std::string_view& row, std::string& field) {
  field = row.substr(0, row.find(','));
  row.remove_prefix(field.size());
  return field.find('"') == std::string::npos;
}

}  // namespace

CsvRow& CsvRow::field(std::string_view text) {
  if (!is_first_) out_ += ',';
  is_first_ = false;
  const bool has_blank_end = text.starts_with(' ') || text.ends_with(' ');
  if (!has_blank_end && text.find_first_of(kQuoted) == std::string_view::npos) {
    out_ += text;
    return *this;
  }
  out_ += '"';
  for (const char each : text) {
    if (each == '"') out_ += '"';
    out_ += each;
  }
  out_ += '"';
  return *this;
}

CsvRow& CsvRow::text(std::string_view text) {
  return field(protected_from_spreadsheets(text));
}

CsvRow& CsvRow::seconds(std::uint64_t ms) {
  return field(fmt::format("{}.{:03}", ms / 1'000, ms % 1'000));
}

CsvRow& CsvRow::nothing(std::size_t fields) {
  for (; fields > 0; --fields) field({});
  return *this;
}

std::string protected_from_spreadsheets(std::string_view text) {
  std::string out(begins_formula(text) ? "'" : "");
  out += text;
  return out;
}

std::string_view without_protection(std::string_view text) noexcept {
  if (text.starts_with('\'') && begins_formula(text)) text.remove_prefix(1);
  return text;
}

std::optional<std::vector<std::string>> read_csv_row(std::string_view row) {
  std::vector<std::string> fields;
  while (true) {
    std::string& field = fields.emplace_back();
    const bool is_quoted = row.starts_with('"');
    if (is_quoted) row.remove_prefix(1);
    if (!(is_quoted ? read_quoted(row, field) : read_bare(row, field))) return std::nullopt;
    if (row.empty()) return fields;
    row.remove_prefix(1);  // the comma
  }
}

std::optional<std::uint64_t> read_csv_seconds(std::string_view text) noexcept {
  constexpr std::size_t kDecimals = 3;
  const std::size_t point = std::min(text.find('.'), text.size());
  const auto seconds = parse_whole(text.substr(0, point));
  if (!seconds || *seconds >= std::numeric_limits<std::uint64_t>::max() / 1'000)
    return std::nullopt;
  if (point == text.size()) return *seconds * 1'000;
  const std::string_view decimals = text.substr(point + 1);
  auto fraction = parse_whole(decimals);
  if (!fraction || decimals.size() > kDecimals) return std::nullopt;
  for (std::size_t i = decimals.size(); i < kDecimals; ++i) *fraction *= 10;
  return *seconds * 1'000 + *fraction;
}

}  // namespace grotto
