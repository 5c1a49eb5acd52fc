#include "room/form_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/time_text.h"
#include "room/colors.h"
#include "room/json_line.h"

namespace grotto {

LineNumber FormLog::prepare(LineNumber from, LineNumber to) {
  again_ = {};
  if (pages_.empty() || pages_.back().end() < canonical_.first()) {
    // Nothing rendered is of use: begin where the window begins.
    pages_.clear();
    bytes_ = 0;
    const LineNumber window =
        to - canonical_.first() > lines_max_ ? to - lines_max_ : canonical_.first();
    pages_.emplace_back().first = std::max(from, window);
  }
  while (pages_.back().end() < to) {
    if (pages_.back().bytes.size() >= kPageBytes) {
      const LineNumber next = pages_.back().end();
      pages_.emplace_back().first = next;
    }
    const std::size_t before = pages_.back().bytes.size();
    render_into(pages_.back(), pages_.back().end());
    bytes_ += pages_.back().bytes.size() - before;
    forget_old();
  }
  if (from >= pages_.front().first) return to;
  again_.first = from;
  const LineNumber until = std::min(to, pages_.front().first);
  while (again_.end() < until && again_.bytes.size() < kPageBytes) {
    render_into(again_, again_.end());
  }
  return again_.end();
}

void FormLog::render_into(Page& page, LineNumber line) {
  render_(line, canonical_.entry(line), canonical_.line(line), page.bytes);
  page.ends.push_back(static_cast<std::uint32_t>(page.bytes.size()));
}

void FormLog::forget_old() {
  while (pages_.size() > 1) {
    const bool is_too_much = bytes_ - pages_.front().bytes.size() >= bytes_max_ ||
                             pages_.back().end() - pages_.front().end() >= lines_max_;
    if (!is_too_much) return;
    bytes_ -= pages_.front().bytes.size();
    pages_.pop_front();
  }
}

const FormLog::Page& FormLog::page_of(LineNumber line) const noexcept {
  if (line < pages_.front().first) return again_;
  if (line >= pages_.back().first) return pages_.back();
  const auto after =
      std::upper_bound(pages_.begin(), pages_.end(), line,
                       [](LineNumber wanted, const Page& page) { return wanted < page.first; });
  return *std::prev(after);
}

LineRun FormLog::run(LineNumber from, LineNumber to, std::size_t bytes_max) const noexcept {
  const Page& page = page_of(from);
  const std::size_t start = page.start_of(from);
  LineNumber end = std::min(to, page.end());
  const auto first_end = page.ends.begin() + static_cast<std::ptrdiff_t>(from - page.first);
  const auto last_end = page.ends.begin() + static_cast<std::ptrdiff_t>(end - page.first);
  const auto too_far =
      std::upper_bound(first_end, last_end, start + bytes_max,
                       [](std::size_t limit, std::uint32_t line_end) { return limit < line_end; });
  end = std::max(from + 1, page.first + static_cast<LineNumber>(too_far - page.ends.begin()));
  const std::size_t bytes = page.ends[end - page.first - 1] - start;
  return {std::string_view(page.bytes).substr(start, bytes), end};
}

std::string_view FormLog::line(LineNumber line) const noexcept {
  const Page& page = page_of(line);
  const std::size_t start = page.start_of(line);
  return std::string_view(page.bytes).substr(start, page.ends[line - page.first] - start);
}

void LineRenderer::operator()(LineNumber number, const Entry& entry, std::string_view line,
                              std::string& out) const {
  if (form_.is_json()) {
    return append_json_line(room_, number, entry, line, form_.framing(), out);
  }
  const bool is_colored = form_.look().is_colored;
  if (form_.look().is_timed || form_.is_tagged()) {
    if (is_colored) out += kDim;
    if (form_.look().is_timed) append_time_of_day(entry.at_ms, out);
    if (form_.is_tagged()) fmt::format_to(std::back_inserter(out), "[{}] ", room_);
    if (is_colored) out += kPlain;
  }
  if (is_colored) {
    append_colored(entry.kind(), line, out);
  } else {
    out += line;
  }
}

}  // namespace grotto
