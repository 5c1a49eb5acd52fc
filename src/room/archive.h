// Archive: where lines of rooms are kept beyond memory; the contract between rooms and a store.
//
// A room that has an archive tells it of each line as it is published; nobody waits for it. What
// was asked is answered on a thread of the archive's own. Threads: every method may be called from
// any thread, unless it says otherwise. Lifetime: outlives the rooms that use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "room/line_kind.h"
#include "room/transcript.h"

namespace grotto {

/// A line as it was kept. Not to be trusted: files can be changed.
struct ArchivedLine {
  LineNumber number = 0;
  std::int64_t at_ms = 0;
  LineKind kind = LineKind::say;
  std::string text;  // the canonical line without its line end
};

class Archive {
 public:
  /// A room by its number in the archive, which stays the same across starts.
  using RoomNumber = std::uint32_t;

  virtual ~Archive() = default;

  /// Before the workers run. The number of the room of that name, and its newest lines of all
  /// kinds, oldest first, without a gap: at most `lines_max`, of at most `bytes_max` bytes.
  struct Restored {
    RoomNumber room = 0;  // 0: it cannot be read, and must not be written to in this run
    LineNumber next = 0;  // the number that the room's next line gets
    std::vector<ArchivedLine> lines;
  };
  virtual Restored open_room(std::string_view name, std::size_t lines_max,
                             std::size_t bytes_max) = 0;

  /// A number for a room that is kept from now on. Never waits. What was kept under that name
  /// before belongs to a room of before, and nobody can ask for it any more. 0: there is none to
  /// be had in this run. Throws std::bad_alloc.
  virtual RoomNumber begin_room(std::string_view name) = 0;
  /// That room is kept no longer, and no append() with its number follows. Its lines go when they
  /// are too old or too many, the newest too. Never waits.
  virtual void end_room(RoomNumber room) noexcept = 0;

  /// To be kept: the room's lines from `first` to before `end`, which `log` holds; in their order.
  /// Called under the log's lock, so that whoever sees a line in the log can ask for it to be kept.
  /// Never waits for the disk; what waits for it is the log itself, not a copy.
  virtual void append(RoomNumber room, LineNumber first, LineNumber end,
                      const Snapshot& log) noexcept = 0;

  /// What was said in the room before line `before` and not before `since_ms`.
  struct Question {
    RoomNumber room = 0;
    LineNumber before = kNoLine;
    std::int64_t since_ms = 0;  // since 1970
    std::size_t lines_max = 0;
    std::size_t bytes_max = 0;
  };
  struct Page {
    std::vector<ArchivedLine> lines;  // the last that were asked for, oldest first
    LineNumber from = 0;              // nothing before that line was looked at
    bool has_earlier = false;         // and there is more before it that was asked for
    bool has_failed = false;          // the disk could not be read
  };
  /// Never waits; `done` runs on the archive's thread.
  virtual void read(const Question& question, std::function<void(Page page)> done) = 0;

  /// Tells, on the archive's thread, when all that was appended before is on the disk for good, but
  /// for what was lost.
  struct Kept {
    std::string fault;       // why it cannot be kept now; empty: it is kept
    std::uint64_t lost = 0;  // lines of the room, since the start, that the disk was too slow for
  };
  virtual void when_kept(RoomNumber room, std::function<void(const Kept& kept)> done) = 0;
};

}  // namespace grotto
