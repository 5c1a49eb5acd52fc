// Cursor: where a member stands in a room's log, and what of the lines ahead it does not get.
//
// A member holds no queue of room lines, only this. Lines that it does not get are holes: its own
// (its terminal shows them already), what it does not want to read, and, in the history it reads on
// joining, what was not said.
//   C1 a cursor stands at the start of a line; after a short send the cut line counts as passed and
//   its rest is the caller's. C2 own_ahead() is the number of the member's own lines from the
//   cursor on, published or not. C3 after skip_holes() the next line, if any is published, is one
//   that the member gets.
// Threads: one worker's.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "grotto/feed.h"
#include "room/line_filter.h"
#include "room/log_view.h"

namespace grotto {

/// Which lines are holes.
struct Holes {
  AuthorId author = kServer;     // the member itself
  bool own = true;               // its own lines are
  bool not_said = false;         // joins, leaves, notices are
  LineFilter* filter = nullptr;  // what it hides are
  const Room* room = nullptr;    // for the filter
  [[nodiscard]] bool is_hole(const LogView& view, LineNumber line) const noexcept {
    const Entry& entry = view.entry(line);
    if ((own && entry.author == author) || (not_said && !is_said(entry.kind()))) return true;
    return filter != nullptr && entry.author != author &&
           filter->hides(room, entry.author, entry.kind(), view.plain(line));
  }
  /// Whether others' lines may be holes: each has to be looked at.
  [[nodiscard]] bool has_others() const noexcept { return not_said || filter != nullptr; }
};

class Cursor {
 public:
  explicit Cursor(LineNumber start = 0) noexcept : line_(start) {}

  [[nodiscard]] LineNumber line() const noexcept { return line_; }
  [[nodiscard]] std::uint32_t own_ahead() const noexcept { return own_ahead_; }

  /// The member wrote a line that will be published ahead of the cursor.
  void wrote() noexcept { ++own_ahead_; }

  /// Fills slices with lines from the cursor on, before `to`, of at most `bytes_max` bytes (one
  /// line in any case). Returns how many slices were filled: 0 only if all lines before `to` are
  /// holes, which are then passed. `lines`: how many lines are in the slices.
  std::size_t gather(LogView& view, LineNumber to, const Holes& holes, std::span<Slice> slices,
                     std::size_t bytes_max, std::uint32_t* lines = nullptr);

  /// Bytes of the last gather().
  [[nodiscard]] std::size_t planned_bytes() const noexcept { return planned_bytes_; }

  /// `bytes` of the last gather() were sent. Returns the rest of a line that was cut.
  std::string_view advance(const LogView& view, const Holes& holes, std::size_t bytes) noexcept;

  /// Passes holes until a line that the member gets or `to`.
  void skip_holes(const LogView& view, LineNumber to, const Holes& holes) noexcept;

  /// The log has let go of lines: goes on at `first`, the oldest kept. Returns how many lines of
  /// others were missed. `kept_own`: how many of the member's own lines are kept.
  std::uint64_t lap(LineNumber first, std::uint32_t kept_own) noexcept;

 private:
  void pass(const Entry& entry, const Holes& holes) noexcept;

  LineNumber line_;
  std::uint32_t own_ahead_ = 0;
  // The last gather(): its lines from line_ on, holes included, and what of them are own ones.
  std::uint32_t planned_lines_ = 0;
  std::uint32_t planned_bytes_ = 0;
  std::uint32_t planned_own_ = 0;
};

}  // namespace grotto
