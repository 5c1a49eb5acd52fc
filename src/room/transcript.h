// Transcript: what was said in a room, once, in order: an append-only log in segments.
//
// Workers append a tick's lines under a short lock; readers take a Snapshot (one shared_ptr to an
// immutable list of segments, and the published end) and read without the lock, as many as they
// like, while the log moves on.
//   T1 a line is in exactly one segment; segments are contiguous in lines, bytes and said lines.
//   T2 what is published never changes; one release-store of the head publishes entries and bytes.
//   T3 an append reserves all its memory before it changes anything.
// Threads: every method may be called from any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "room/log_view.h"

namespace grotto {

class Archive;

using SegmentList = std::vector<std::shared_ptr<Segment>>;

/// A room's log as it stood at one moment. Cheap to copy; keeps its segments alive. Empty: no
/// lines.
class Snapshot final : public LogView {
 public:
  Snapshot() = default;
  Snapshot(std::shared_ptr<const SegmentList> segments, LogPosition first,
           LogPosition head) noexcept
      : segments_(std::move(segments)), first_(first), head_(head) {}

  [[nodiscard]] LineNumber first() const noexcept { return first_.line; }  // oldest kept
  [[nodiscard]] LineNumber head() const noexcept { return head_.line; }    // one after the newest
  [[nodiscard]] const LogPosition& head_position() const noexcept { return head_; }

  /// Bytes of all lines before `line`. REQUIRES: first() <= line <= head().
  [[nodiscard]] std::uint64_t byte_position(LineNumber line) const noexcept;
  /// The first line of the last `count` said ones (fewer if fewer are kept; head() if none), and
  /// how many they are.
  struct Said {
    LineNumber from = 0;
    std::size_t count = 0;
  };
  [[nodiscard]] Said last_said(std::size_t count) const noexcept;

  /// The same without the segments whose lines are all before `line`: it keeps no more alive than
  /// it needs. REQUIRES: first() <= line < head(). Throws std::bad_alloc.
  [[nodiscard]] Snapshot since(LineNumber line) const;

  /// Lets the segments go and keeps the numbers.
  void release() noexcept { segments_.reset(); }
  [[nodiscard]] bool is_released() const noexcept { return segments_ == nullptr; }

  LineNumber prepare(LineNumber /*from*/, LineNumber to) override { return to; }
  [[nodiscard]] LineRun run(LineNumber from, LineNumber to,
                            std::size_t bytes_max) const noexcept override;
  [[nodiscard]] std::string_view line(LineNumber line) const noexcept override;
  [[nodiscard]] std::string_view plain(LineNumber number) const noexcept override {
    return line(number);
  }
  [[nodiscard]] const Entry& entry(LineNumber line) const noexcept override;

 private:
  [[nodiscard]] const Segment& segment_of(LineNumber line) const noexcept;

  std::shared_ptr<const SegmentList> segments_;
  LogPosition first_;
  LogPosition head_;
};

/// What an append may let go of: segments whose lines are all before `patient_line`, as long as at
/// least so much stays.
struct KeepRule {
  std::size_t bytes_min = 0;
  std::size_t lines_min = 0;
  LineNumber patient_line = kNoLine;
};

class Transcript {
 public:
  /// A line to append: whole, with its line end.
  struct Line {
    std::string_view bytes;
    LineKind kind = LineKind::say;
    AuthorId author = kServer;
    std::int64_t at_ms = 0;
  };

  /// `memory_total`: what all logs together hold, in bytes; kept up to date. Outlives the
  /// transcript.
  explicit Transcript(std::atomic<std::size_t>& memory_total) noexcept
      : memory_total_(memory_total) {}
  ~Transcript();
  Transcript(const Transcript&) = delete;
  Transcript& operator=(const Transcript&) = delete;

  /// The number of the first line that will be appended. Before the first append().
  void begin_at(LineNumber line);

  /// Lets go of all lines; the next one gets that number. Readers keep the snapshots that they
  /// have.
  void begin_anew(LineNumber line) noexcept;

  /// Tells `archive`, which outlives the transcript, of each line from line `from` on, as far as
  /// the log has it.
  void keep_in(Archive& archive, std::uint32_t number, LineNumber from);
  /// Tells it of no more lines.
  void stop_keeping() noexcept;

  /// Appends in order, trims by `keep`, and returns the number of the first appended line. Throws
  /// std::bad_alloc and has then changed nothing.
  LineNumber append(std::span<const Line> lines, const KeepRule& keep);

  /// Lets go of the oldest segments until at most `bytes_max` are held or none may go; the newest
  /// always stays. Returns the bytes let go of.
  std::size_t trim(std::size_t bytes_max, LineNumber patient_line);

  [[nodiscard]] Snapshot snapshot() const;

  /// One after the newest published line.
  [[nodiscard]] LineNumber head() const noexcept {
    return head_line_.load(std::memory_order_acquire);
  }

  /// What this log holds of the heap.
  [[nodiscard]] std::size_t memory_bytes() const;

 private:
  [[nodiscard]] std::size_t removable(const KeepRule& keep, LogPosition head) const noexcept;
  void publish(std::shared_ptr<const SegmentList> segments, LogPosition head) noexcept;

  std::atomic<std::size_t>& memory_total_;
  std::atomic<LineNumber> head_line_{0};

  mutable std::mutex mutex_;  // guards what follows
  Archive* archive_ = nullptr;
  std::uint32_t archive_number_ = 0;
  std::shared_ptr<const SegmentList> segments_;
  LogPosition head_;
  std::size_t memory_bytes_ = 0;
};

}  // namespace grotto
