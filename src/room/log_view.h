// LogView: the lines of a room in one wire form, as a cursor reads them.
//
// The plain form is canonical (Snapshot, in transcript.h); derived forms (FormLog) render its
// lines. Threads: one worker's.
#pragma once

#include <cstddef>
#include <string_view>

#include "room/segment.h"

namespace grotto {

/// Lines that lie one behind the other in memory.
struct LineRun {
  std::string_view bytes;
  LineNumber end = 0;  // the line after the last
};

class LogView {
 public:
  /// Makes lines from `from` on readable and returns up to where, at most `to`, more than `from`.
  /// The bytes of run() and line() below that stay valid until the next prepare(). REQUIRES: from <
  /// to, both kept and published.
  virtual LineNumber prepare(LineNumber from, LineNumber to) = 0;

  /// The longest run of whole lines from `from`, before `to`, of at most `bytes_max` bytes; one
  /// line in any case.
  [[nodiscard]] virtual LineRun run(LineNumber from, LineNumber to,
                                    std::size_t bytes_max) const noexcept = 0;
  [[nodiscard]] virtual std::string_view line(LineNumber line) const noexcept = 0;

  /// The canonical line.
  [[nodiscard]] virtual std::string_view plain(LineNumber line) const noexcept = 0;
  /// The canonical entry.
  [[nodiscard]] virtual const Entry& entry(LineNumber line) const noexcept = 0;

 protected:
  ~LogView() = default;
};

}  // namespace grotto
