#include "room/cursor.h"

#include <algorithm>

namespace grotto {

std::size_t Cursor::gather(LogView& view, LineNumber to, const Holes& holes,
                           std::span<Slice> slices, std::size_t bytes_max, std::uint32_t* lines) {
  planned_bytes_ = 0;
  planned_own_ = 0;
  planned_lines_ = 0;
  if (line_ >= to) return 0;
  to = view.prepare(line_, to);

  std::size_t filled = 0;
  std::uint32_t shown = 0;
  LineNumber line = line_;
  while (line < to && filled < slices.size() && planned_bytes_ < bytes_max) {
    LineNumber visible_end = to;
    // Who wrote nothing that is still ahead, and wants every line, has no holes: no walk over
    // entries.
    if (own_ahead_ > planned_own_ || holes.has_others()) {
      if (holes.is_hole(view, line)) {
        planned_own_ += view.entry(line).author == holes.author ? 1U : 0U;
        ++line;
        continue;
      }
      visible_end = line + 1;
      while (visible_end < to && !holes.is_hole(view, visible_end)) ++visible_end;
    }
    const LineRun run = view.run(line, visible_end, bytes_max - planned_bytes_);
    if (planned_bytes_ > 0 && run.bytes.size() > bytes_max - planned_bytes_) break;
    if (!holes.own && own_ahead_ > planned_own_) {
      for (LineNumber each = line; each < run.end; ++each) {
        planned_own_ += view.entry(each).author == holes.author ? 1U : 0U;
      }
    }
    slices[filled++] = {run.bytes.data(), run.bytes.size()};
    planned_bytes_ += static_cast<std::uint32_t>(run.bytes.size());
    shown += static_cast<std::uint32_t>(run.end - line);
    line = run.end;
  }
  planned_lines_ = static_cast<std::uint32_t>(line - line_);
  if (lines != nullptr) *lines = shown;
  if (filled == 0) {  // all holes
    own_ahead_ -= planned_own_;
    planned_own_ = 0;
    planned_lines_ = 0;
    line_ = line;
  }
  return filled;
}

void Cursor::pass(const Entry& entry, const Holes& holes) noexcept {
  if (own_ahead_ > 0 && entry.author == holes.author) --own_ahead_;
  ++line_;
}

std::string_view Cursor::advance(const LogView& view, const Holes& holes,
                                 std::size_t bytes) noexcept {
  if (bytes == planned_bytes_) {
    line_ += planned_lines_;
    own_ahead_ -= planned_own_;
    return {};
  }
  const LineNumber planned_end = line_ + planned_lines_;
  while (line_ < planned_end) {
    const Entry& entry = view.entry(line_);
    if (holes.is_hole(view, line_)) {
      pass(entry, holes);
      continue;
    }
    if (bytes == 0) return {};
    const std::string_view line = view.line(line_);
    pass(entry, holes);
    if (bytes < line.size()) return line.substr(bytes);  // C1
    bytes -= line.size();
  }
  return {};
}

void Cursor::skip_holes(const LogView& view, LineNumber to, const Holes& holes) noexcept {
  if (own_ahead_ == 0 && !holes.has_others()) return;
  while (line_ < to) {
    const Entry& entry = view.entry(line_);
    if (!holes.is_hole(view, line_)) return;
    pass(entry, holes);
    if (own_ahead_ == 0 && !holes.has_others()) return;
  }
}

std::uint64_t Cursor::lap(LineNumber first, std::uint32_t kept_own) noexcept {
  const std::uint64_t passed = first - line_;
  const std::uint32_t lost_own = own_ahead_ - std::min(own_ahead_, kept_own);
  line_ = first;
  own_ahead_ -= lost_own;
  return passed - std::min<std::uint64_t>(passed, lost_own);
}

}  // namespace grotto
