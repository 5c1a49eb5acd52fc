// RoomReader: one reader of a room: reads what came along the room's log and names what is wrong.
// Threads: owned by one, the same as its log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "load/check/room_log.h"
#include "load/dialect/dialect.h"

namespace grotto::load {

enum class Fault : std::uint8_t { lost, duplicated, reordered, corrupted, foreign };

/// Who is told what a reader found.
class ReaderSink {
 public:
  /// `count` lines of `sender` came whole, all with these times.
  virtual void on_lines(const RoomLog::Entry& entry, std::uint64_t count) = 0;
  /// `count` lines of `sender` did not come though a later line of the room did. They may still
  /// come.
  virtual void on_passed_over(std::uint32_t sender, std::uint64_t count) = 0;
  /// One of those comes after all: on_lines() will tell of it.
  virtual void on_late(std::uint32_t sender) = 0;
  /// A line suffered; `text`: the line, or what came in its place.
  virtual void on_fault(Fault fault, std::uint32_t sender, std::uint64_t sequence,
                        std::string_view text) = 0;
  /// The server says that it has left out so many lines.
  virtual void on_skipped(std::uint64_t lines) = 0;
  /// `count` lines of `sender` are among those that it said it has left out.
  virtual void on_left_out(std::uint32_t sender, std::uint64_t count) = 0;
  /// One of the lines by which a reader is asked whether it is in.
  virtual void on_probe() = 0;
  /// The dialect wants this said.
  virtual void on_answer(std::string_view bytes) = 0;
  /// The server ends the conversation.
  virtual void on_ended(const Frame& frame) = 0;

 protected:
  ~ReaderSink() = default;
};

class RoomReader {
 public:
  /// What no line of a server may be longer than: beyond it is given up as corrupted.
  static constexpr std::size_t kFrameBytesMax = std::size_t{2} << 20U;
  /// What waits for the log may be no more than this: beyond it the reader leaves the log behind.
  static constexpr std::size_t kHeldBytesMax = std::size_t{16} << 20U;
  /// Passed-over lines that are remembered by number, to know them if they come late.
  static constexpr std::size_t kOwedMax = 65'536;
  /// Lines that are looked at beyond one that the log lacks, to tell whose loss that is; fewer than
  /// kAheadMin tell nothing.
  static constexpr int kAheadMin = 4;
  static constexpr int kAheadMax = 16;
  /// The sender of probes.
  static constexpr std::uint32_t kProbe = kSenderMask;

  RoomReader(const Dialect& dialect, std::uint32_t self, std::uint32_t tag, bool sends) noexcept
      : dialect_(dialect), self_(self), tag_(tag), sends_(sends) {}

  /// `bytes` came. `talk` has said ready. `bytes` may be none, to go on with what is held.
  void read(RoomLog& log, Talk& talk, std::string_view bytes, ReaderSink& sink);

  /// Whether it gets every line, its own too.
  [[nodiscard]] bool gets_all() const noexcept { return !sends_ || dialect_.hears_itself(); }
  /// Whether lines that nobody has had yet are its to put at the end of the log. Else it waits with
  /// them for who may.
  void set_may_append(bool may_append) noexcept { may_append_ = may_append; }
  [[nodiscard]] bool may_append() const noexcept { return may_append_; }
  /// It has lines that wait so.
  [[nodiscard]] bool is_holding() const noexcept { return is_holding_; }
  /// The server has left out lines before what it holds, so that others are to tell first what
  /// those were.
  [[nodiscard]] bool is_held_by_gap() const noexcept { return is_holding_ && is_after_gap_; }
  /// What a reader holds.
  struct Held {
    /// The first line of each sender, among the first kHeldLinesMax.
    std::vector<std::pair<std::uint32_t, std::uint64_t>> firsts;
    /// How many lines of the room stand before: those that it has had and those that the server
    /// says it left out. RoomLog::kNone: unknown, as it does not get all.
    std::uint64_t place = RoomLog::kNone;
    /// Whether it begins before what another holds, as far as both have lines of one sender, or
    /// else a place.
    [[nodiscard]] bool begins_before(const Held& other) const noexcept;
  };
  static constexpr int kHeldLinesMax = 64;
  [[nodiscard]] Held held(Talk talk) const;
  /// Nothing more may come that tells what it waits for: the next read() decides by what there is.
  void lose_patience() noexcept { is_patient_ = false; }
  /// Lines of its own, which it does not get, are behind it.
  void skip_own(const RoomLog& log) noexcept {
    while (matched_ == 0 && line_ < log.end() && line_ >= log.first() &&
           is_own(log.at(line_).sender))
      ++line_;
  }
  /// The log line that it waits for.
  [[nodiscard]] std::uint64_t line() const noexcept { return line_; }
  /// It reads by itself: each sender's lines are checked one by one, and not for their order with
  /// others', until it finds one of them in the log.
  [[nodiscard]] bool is_lapped() const noexcept { return is_lapped_; }
  /// From now on. Only before the log is trimmed beyond line(), or begins anew.
  void leave_log_behind(RoomLog& log);
  /// More senders than this are not followed by itself: then its lines are only counted, and it
  /// does not come back.
  static constexpr std::size_t kOwnSendersMax = 4'096;
  /// So many lines are read between two looks whether the log has them.
  static constexpr std::uint64_t kLookEvery = 256;
  /// All leave the log, which begins anew with what `first` holds. REQUIRES: nothing floats.
  static void begin_anew(RoomLog& log, RoomReader& first, std::span<RoomReader* const> all);
  /// It was lapped by so much that others who were, too, cannot tell what stands before its lines.
  [[nodiscard]] bool should_begin_anew(const RoomLog& log) const noexcept {
    return announced_ >= kAnewMin && log.float_times() == 0;
  }
  static constexpr std::uint64_t kAnewMin = 128;

  /// A line that was passed over, and is none of those that the server said it left out.
  struct Owed {
    std::uint32_t sender;
    std::uint64_t sequence;
    std::uint64_t intended_ns;
    std::uint64_t sent_ns;
  };
  [[nodiscard]] const std::vector<Owed>& owed() const noexcept { return owed_; }

 private:
  /// Whether lines of `sender` are its own, which it does not get.
  [[nodiscard]] bool is_own(std::uint32_t sender) const noexcept {
    return sends_ && sender == self_ && !dialect_.hears_itself();
  }
  /// The line of the log that must come next; its end if it has none.
  [[nodiscard]] std::uint64_t next_line(const RoomLog& log) const noexcept;
  std::size_t follow(RoomLog& log, std::string_view bytes, ReaderSink& sink);
  std::size_t read_frame(RoomLog& log, Talk& talk, std::string_view bytes, ReaderSink& sink);
  enum class [[nodiscard]] Taken : bool { no, yes };
  Taken take_payload(RoomLog& log, const Talk& talk, const Frame& frame, std::string_view bytes,
                     ReaderSink& sink);
  enum class Ahead : std::uint8_t { unknown, other_lines, lines_of_the_log };
  [[nodiscard]] Ahead look_ahead(const RoomLog& log, Talk talk, std::string_view bytes,
                                 const Payload& lacking) const;
  /// Lines of the log that are looked at for one of the same sender.
  static constexpr std::uint64_t kEvidenceLinesMax = 256;
  [[nodiscard]] bool is_before_the_log(const RoomLog& log, const Payload& payload) const noexcept;
  void take_float(RoomLog& log, const Payload& payload, std::size_t time, ReaderSink& sink);
  [[nodiscard]] StreamCheck& floats_of(const RoomLog& log, std::size_t time);
  void take_extra(RoomLog& log, const Payload& payload, ReaderSink& sink);
  /// Came, or was passed over, by itself, before it came back to the log, which lacked it then.
  [[nodiscard]] bool has_had(const RoomLog::Entry& entry) const noexcept;
  /// The log has lines of `sender` since it began anew, which are all still to come.
  [[nodiscard]] bool is_first_to_come(const RoomLog& log, std::uint32_t sender) const noexcept {
    const std::uint64_t first = log.first_of(sender);
    return first != RoomLog::kNone && first >= firsts_settled_;
  }
  void settle_extras(const RoomLog& log, ReaderSink& sink);
  void settle_firsts(const RoomLog& log, ReaderSink& sink);
  Taken take_before_first(const RoomLog& log, const Payload& payload, std::string_view whole,
                          ReaderSink& sink);
  void take_by_itself(const Payload& payload, std::string_view whole, ReaderSink& sink);
  Taken go_by_itself(RoomLog& log, const Payload& payload, std::string_view whole,
                     ReaderSink& sink);
  bool find_the_log(const RoomLog& log, const Payload& payload, ReaderSink& sink);
  void join_log(const RoomLog& log, std::uint64_t line, ReaderSink& sink);
  void stand_at(const RoomLog& log, std::uint64_t line) noexcept;
  void remember_ahead(const RoomLog& log);
  void owe_but_ahead(RoomLog::Entry first, std::uint64_t until, ReaderSink& sink);
  void owe_late(std::uint32_t sender, ReaderSink& sink,
                std::span<const std::uint64_t> awaited = {});
  void owe_until(std::uint32_t sender, std::uint64_t sequence, ReaderSink& sink,
                 std::span<const std::uint64_t> awaited = {});
  std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> await_extras(const RoomLog& log);
  void place_floats(RoomLog& log, std::uint64_t before, ReaderSink& sink);
  Taken take_new(RoomLog& log, const Payload& payload, std::string_view whole, ReaderSink& sink);
  void pass_over(const RoomLog& log, std::uint64_t until, ReaderSink& sink);
  void owe(const RoomLog::Entry& entry, ReaderSink& sink, std::uint64_t lines = 1);
  void count(const RoomLog::Entry& entry, ReaderSink& sink);
  void count_late(RoomLog::Entry entry, ReaderSink& sink);
  void end_run(ReaderSink& sink);
  void close_gap(RoomLog& log, std::uint64_t before);

  const Dialect& dialect_;
  const std::uint32_t self_;
  const std::uint32_t tag_;
  const bool sends_;
  bool is_lapped_ = false;
  bool is_in_endless_line_ = false;
  bool may_append_ = true;
  bool is_holding_ = false;
  bool is_patient_ = true;
  std::uint64_t held_at_end_ = 0;  // the log's end when it began to hold
  std::uint64_t held_at_extra_ = 0;
  std::uint64_t line_ = 0;
  std::size_t matched_ = 0;  // bytes of that line that came and are the same
  std::string rest_;         // bytes of a frame that has not ended, if it is not (yet) the log's
  std::vector<Owed> owed_;
  // Lines of absent senders, which are not in the log.
  struct FloatCheck {
    std::size_t time;  // of the log
    StreamCheck check;
  };
  std::vector<FloatCheck> floats_;
  std::uint64_t last_read_ = 0;          // one past the last line of the log that came
  std::vector<std::uint64_t> unplaced_;  // floats of now after which no line of the log came yet
  std::size_t unplaced_time_ = 0;
  // Extras: those before extras_settled_ came or were passed over.
  std::uint64_t extras_settled_ = 0;
  std::unordered_set<std::uint64_t> extras_taken_;
  // By itself: the line of each sender that comes next. In the log: of those senders only of whom
  // nothing has come yet since it began anew.
  std::unordered_map<std::uint32_t, std::uint64_t> next_;
  std::set<std::pair<std::uint32_t, std::uint64_t>> may_come_;  // lines before those, all the same
  std::set<std::pair<std::uint32_t, std::uint64_t>> ahead_;     // came, and are not before those
  // In the log: of senders of whom it had had more than the log when it came back, what comes next.
  std::unordered_map<std::uint32_t, std::uint64_t> had_;
  bool checks_itself_ = false;          // by next_; else it only counts
  std::uint64_t lines_until_look_ = 0;  // for the log
  std::uint64_t firsts_settled_ = 0;    // of the log's firsts(), those before have come
  // Lines that the server says it left out.
  std::uint64_t announced_ = 0;  // and that are not known by number yet
  std::uint64_t passed_ = 0;     // lines that came, and all that were announced
  bool is_after_gap_ = false;    // it said so, and nothing has come since that is in the log
  std::vector<std::uint64_t> gap_extras_;  // those that came since
  RoomLog::Entry run_{};                   // lines in a row with the same sender and times
  std::uint64_t run_lines_ = 0;
};

}  // namespace grotto::load
