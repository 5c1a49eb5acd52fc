#include "prompt/board.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "line/text.h"
#include "prompt/wording.h"

namespace grotto {

namespace {

constexpr std::size_t kNameColumns = 20;

/// `name` in exactly so many columns.
std::string in_columns(const std::string& name, std::size_t columns) {
  std::string text = name;
  while (display_width(text) > columns) {
    while ((static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U) text.pop_back();
    text.pop_back();  // the first byte of its code point
  }
  return text + std::string(columns - display_width(text), ' ');
}

}  // namespace

void Board::put(const std::string& session, Row row) {
  const std::scoped_lock lock(mutex_);
  const auto found = rows_.find(session);
  if (found != rows_.end()) {
    row.order = found->second.order;
    found->second = std::move(row);
  } else {
    row.order = ++last_order_;
    rows_.emplace(session, std::move(row));
  }
  ++version_;
  if (rows_.size() <= kRowsMax) return;
  auto oldest = rows_.end();
  for (auto each = rows_.begin(); each != rows_.end(); ++each) {
    if (each->second.is_here) continue;
    if (oldest == rows_.end() || each->second.order < oldest->second.order) oldest = each;
  }
  if (oldest != rows_.end()) rows_.erase(oldest);
}

void Board::remove(const std::string& session) {
  const std::scoped_lock lock(mutex_);
  if (rows_.erase(session) != 0) ++version_;
}

std::uint64_t Board::version() const {
  const std::scoped_lock lock(mutex_);
  return version_;
}

std::vector<Board::Row> Board::rows() const {
  std::vector<Row> result;
  {
    const std::scoped_lock lock(mutex_);
    result.reserve(rows_.size());
    for (const auto& [session, row] : rows_) result.push_back(row);
  }
  std::sort(result.begin(), result.end(), [](const Row& one, const Row& other) {
    if (one.score != other.score) return one.score > other.score;
    if (one.answered != other.answered) return one.answered > other.answered;
    return one.order < other.order;
  });
  return result;
}

std::string table_text(const std::vector<Board::Row>& rows, std::size_t questions, bool has_score,
                       std::size_t rows_max) {
  std::string text =
      fmt::format("-- {} {} --", rows.size(), rows.size() == 1 ? "person" : "people");
  const std::size_t shown = std::min(rows.size(), rows_max);
  for (std::size_t i = 0; i < shown; ++i) {
    const Board::Row& row = rows[i];
    fmt::format_to(std::back_inserter(text), "\n{:>4}  {}  ", i + 1,
                   in_columns(row.name, kNameColumns));
    if (has_score)
      fmt::format_to(std::back_inserter(text), "{:>6} points  ", points_text(row.score));
    fmt::format_to(std::back_inserter(text), "{} of {}", row.answered, questions);
    if (row.is_done) {
      text += ", done";
    } else if (!row.at.empty()) {
      fmt::format_to(std::back_inserter(text), ", at {}", row.at);
    }
    if (!row.is_here && !row.is_done) text += ", away";
  }
  if (shown < rows.size()) {
    fmt::format_to(std::back_inserter(text), "\nand {} more", rows.size() - shown);
  }
  return text;
}

}  // namespace grotto
