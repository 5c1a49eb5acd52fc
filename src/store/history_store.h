// HistoryStore: keeps rooms' lines and services' records in a file: one thread of its own, which
// alone touches it.
//
// Lines wait in their rooms' logs, which the queue holds on to, and are written in group commits:
// while one is under way, the next gather. Changes to records wait for nothing else, and go with
// the lines that are there.
// When the disk fails, lines wait in the queue, the log says so once, and it is tried again every
// second with the file opened anew: what a failed commit had of it is written again, as a failed
// fsync must not be taken for done the second time. A broken file is set aside, never deleted.
//   H1 when_kept() and when_recorded() tell only what a commit has returned for. H2 the queues have
//   bounds; beyond it the oldest lines go and are counted, and new changes to records are refused.
//   H3 there is never more than one connection to the file, and no other descriptor of it is closed
//   meanwhile: that would give up SQLite's locks (fcntl(2)).
// What records can still be read in a file that is set aside are written to the new one.
// Threads: as Archive and Records; construction and destruction on main. The destructor writes what
// is queued; Options::when_stuck has the last word if the disk hangs.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "base/counter.h"
#include "base/file_lock.h"
#include "base/result.h"
#include "room/archive.h"
#include "room/records.h"
#include "store/database.h"
#include "store/record_queue.h"
#include "store/retention.h"
#include "store/room_numbers.h"

namespace grotto {

/// Changed by the store's thread; read by any.
struct StoreCounters {
  DurationHistogram commits;  // those that succeeded, with all that they write
  Counter failures;           // of the disk or the file
  Gauge is_off;               // 1: nothing can be kept now
};

class HistoryStore final : public Archive, public Records {
 public:
  struct Options {
    std::string path;
    Retention retention;
    std::size_t queue_bytes_max = 64 * 1024 * 1024;         // of lines
    std::size_t record_queue_bytes_max = 64 * 1024 * 1024;  // of changes to records
    std::uint64_t retry_ms = 1'000;
    std::uint64_t end_patience_ms = 5'000;  // at the end, for a disk that does not answer
    /// Then it is called with how many lines are not on the disk. The thread hangs in a call to the
    /// kernel: unless this ends the process, the destructor waits on.
    std::function<void(std::uint64_t lines)> when_stuck;
  };

  /// Errors: another process has it, or it cannot be opened or made (exit status 73); it is of a
  /// newer version (78). A disk that takes nothing is no error: it is tried again.
  static Result<std::unique_ptr<HistoryStore>> open(const Options& options);
  ~HistoryStore() override;

  /// After the last open_room() and load(). What comes before it waits.
  void start();

  /// For an upgrade: writes what waits, closes the file and leaves it to another process until
  /// go_on(), or for good. False, and it stays, if that takes longer than `patience_ms`, or the
  /// disk takes nothing. What comes meanwhile waits. Any thread but its own.
  [[nodiscard]] bool stand_aside(std::uint64_t patience_ms);
  void go_on();

  Restored open_room(std::string_view name, std::size_t lines_max, std::size_t bytes_max) override;
  RoomNumber begin_room(std::string_view name) override;
  void end_room(RoomNumber room) noexcept override;
  void append(RoomNumber room, LineNumber first, LineNumber end,
              const Snapshot& log) noexcept override;
  void read(const Question& question, std::function<void(Page page)> done) override;
  void when_kept(RoomNumber room, std::function<void(const Kept& kept)> done) override;

  std::vector<Record> load(std::string_view kind) override;
  void put(std::string_view kind, std::string_view key, std::string_view value) override;
  void remove(std::string_view kind, std::string_view key) override;
  void when_recorded(std::function<void(const std::string& fault)> done) override;

  /// Lines that were never written because the queue was full.
  [[nodiscard]] std::uint64_t dropped_lines() const;

  /// What is not on the disk yet. Any thread.
  struct Waiting {
    std::uint64_t lines = 0;
    std::size_t bytes = 0;  // of lines that no commit under way has
    std::size_t records = 0;
    std::uint64_t dropped_lines = 0;
  };
  [[nodiscard]] Waiting waiting() const;
  [[nodiscard]] const StoreCounters& counters() const noexcept { return counters_; }

 private:
  /// Lines of a room, one behind the other, and the log that has them.
  struct Piece {
    RoomNumber room = 0;
    LineNumber first = 0;
    LineNumber end = 0;
    Snapshot log;
    [[nodiscard]] std::size_t lines() const noexcept { return end - first; }
    /// Of the lines, with what the log knows of each.
    [[nodiscard]] std::size_t bytes() const noexcept {
      return log.byte_position(end) - log.byte_position(first) + lines() * sizeof(Entry);
    }
    /// Takes lines away from the front, of about so many bytes.
    Piece split(std::size_t bytes_max);
  };
  struct Asked {
    Question question;
    std::function<void(Page page)> done;
  };
  struct KeptTask {
    RoomNumber room = 0;
    std::uint64_t position = 0;  // how many lines had been appended
    std::function<void(const Kept& kept)> done;
  };

  HistoryStore(const Options& options, FileLock lock);
  void run();
  void write_until_ended();
  [[nodiscard]] bool has_rest() const noexcept;
  void stand_aside(std::unique_lock<std::mutex>& lock);
  void serve_round(std::unique_lock<std::mutex>& lock);
  /// What one commit writes.
  struct Group {
    std::deque<Piece> lines;
    RecordChanges records;
    RoomNumbers::Changes rooms;
    [[nodiscard]] bool is_empty() const noexcept {
      return lines.empty() && records.empty() && rooms.empty();
    }
  };
  [[nodiscard]] bool has_work() const noexcept;
  [[nodiscard]] bool is_asked() const noexcept;
  void wait(std::unique_lock<std::mutex>& lock);
  void wake() noexcept;
  [[nodiscard]] Group take_group();
  void write(const Group& group);
  void settle(Group& group, bool is_written);
  void answer_kept();
  void answer_recorded();
  void answer(std::vector<Asked>& asked);
  void trim();
  void open_database();
  void prepare_database();
  void learn_rooms();
  void name_rooms(const RoomNumbers::Changes& changes);
  void fail(const std::exception& fault);
  void tell_off(const std::exception& fault);
  void put_back(std::deque<Piece>& lines);
  void drop_beyond_bound() noexcept;
  void tell_dropped();
  void tell_refused();
  void reopen_after_fault();
  void set_aside_if_broken();
  void salvage_records(const std::string& broken);
  void lose(RoomNumber room, std::uint64_t lines) noexcept;

  const Options options_;
  const FileLock lock_;

  // The thread's own, and main's before it runs.
  std::unique_ptr<Database> database_;
  std::string fault_;  // why nothing can be kept now; empty: it can
  std::uint64_t told_dropped_ = 0;
  std::uint64_t told_refused_ = 0;
  std::int64_t trimmed_at_ms_ = 0;
  std::size_t written_since_trim_ = 0;
  StoreCounters counters_;

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::deque<Piece> queue_;
  std::size_t queue_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  std::unordered_map<RoomNumber, std::uint64_t> lost_;  // of dropped_, by room
  std::uint64_t appended_ = 0;                          // lines, ever
  std::uint64_t settled_ = 0;                           // of these: written, or dropped
  std::vector<Asked> asked_;
  std::deque<KeptTask> kept_tasks_;
  RecordQueue records_;
  RoomNumbers numbers_;
  bool is_ending_ = false;
  bool has_ended_ = false;
  bool shall_stand_aside_ = false;
  bool is_aside_ = false;
  std::uint64_t rounds_ = 0;  // that the thread has done
  std::condition_variable ended_;
  enum class Waits : std::uint8_t { not_now, for_more_lines, for_anything };
  Waits waits_ = Waits::not_now;

  std::thread thread_;
};

}  // namespace grotto
