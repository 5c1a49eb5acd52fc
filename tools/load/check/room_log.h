// RoomLog: the lines of a room in the one order that they should have, with the bytes of each as
// they came.
//
// The idea: all readers of a room get the same bytes. The first to get a line reads and checks it
// and adds it here; for the others a memcmp() with these bytes checks everything at once: that the
// line is whole, who sent it, that none is missing or comes twice, and that the order is the same
// for all. Only where the bytes differ is a frame read by itself: a notice to one reader, a line of
// its own that it does not get, or a fault.
//
// Who gets all lines but its own cannot tell where its own stand. So if nobody here gets them all,
// one reader leads: its order counts, the others wait for it, and its own lines are not in the log
// but float: each reader tells between which lines of the log it got them, and there must be a
// place that suits all. When another one leads, what has floated stays out of the log.
//
// A line that its first reader did not get is missing in the log, though others have it: it is an
// extra, which stands before the line of the log that came after it. A gap in the numbers of a
// sender tells of one before anybody has it.
//
// Where all readers are lapped at once by more than can be remembered one by one, the log begins
// anew with whoever was lapped least, and the others read by themselves until they find it again.
//
// Bounds: kBytesMax of lines that some reader has not read; beyond that the slowest readers check
// line by line. Threads: owned by one, with its readers; the rooms of several threads are compared
// by order_marks().
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "load/check/payload.h"
#include "load/check/stream_check.h"

namespace grotto::load {

class RoomLog {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{64} << 20U;
  /// No line, or one that is not known.
  static constexpr std::uint64_t kNone = std::numeric_limits<std::uint64_t>::max();

  struct Entry {
    std::uint32_t sender;
    StreamCheck::Outcome outcome;  // of its sender's stream
    std::uint32_t size;
    std::uint64_t at;  // where its bytes begin, from the beginning of all
    std::uint64_t sequence;
    std::uint64_t intended_ns;
    std::uint64_t sent_ns;
  };

  /// Lines first() … end() - 1 are kept.
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] std::uint64_t end() const noexcept { return first_ + entries_.size() - gone_; }
  [[nodiscard]] const Entry& at(std::uint64_t line) const noexcept {
    return entries_[line - first_ + gone_];
  }
  [[nodiscard]] std::string_view bytes_from(std::uint64_t at) const noexcept {
    return std::string_view(bytes_).substr(at - bytes_at_);
  }

  /// A line that no reader of this thread had before.
  void append(const Payload& payload, std::string_view frame);

  /// The sender whose lines float, because the leading reader does not get them; kNobody: somebody
  /// leads who gets all. Its lines up to now are in the log.
  static constexpr std::uint32_t kNobody = ~std::uint32_t{0};
  void set_absent_sender(std::uint32_t sender);

  [[nodiscard]] bool is_any_absent() const noexcept {
    return !times_.empty() && times_.back().end == kNone;
  }
  /// REQUIRES: is_any_absent().
  [[nodiscard]] std::uint32_t absent_sender() const noexcept { return times_.back().sender; }

  /// Which time of an absent sender line `sequence` of `sender` is of, if it floats; kNone if it
  /// does not.
  [[nodiscard]] std::size_t float_time(std::uint32_t sender, std::uint64_t sequence) const noexcept;
  /// The first line that floats then.
  [[nodiscard]] std::uint64_t first_float(std::size_t time) const noexcept {
    return times_[time].begin;
  }
  /// The time of now is the last of these; 0: there was none.
  [[nodiscard]] std::size_t float_times() const noexcept { return times_.size(); }
  /// Line `sequence` of the sender that is absent now came to some reader after line `after` - 1 of
  /// the log and before line `before` (kNone: not known yet). False if that contradicts what others
  /// told. REQUIRES: one is absent.
  bool narrow_float(std::uint64_t sequence, std::uint64_t after, std::uint64_t before);
  /// Floats that are remembered: the newest.
  static constexpr std::size_t kFloatsMax = 65'536;

  /// Where a line stands that is not in the log: after line `after` - 1 of it and before line
  /// `before`, as far as readers have told.
  struct Place {
    std::uint64_t after = 0;
    std::uint64_t before = kNone;
    /// False if that contradicts what others told.
    bool narrow(std::uint64_t least, std::uint64_t most) noexcept {
      after = std::max(after, least);
      before = std::min(before, most);
      return after <= before;
    }
  };
  struct Extra {
    Entry entry;
    Place place;
    bool is_had;  // by some reader
  };
  /// A reader got a line that the log has not had. Its place is not known yet.
  void add_extra(const Payload& payload);
  /// A reader got an extra. False if its place contradicts what others told.
  bool take_extra(std::uint64_t number, const Payload& payload, std::uint64_t after,
                  std::uint64_t before);
  /// Extra `number` stands before line `before`, as a reader found later.
  void bound_extra(std::uint64_t number, std::uint64_t before) noexcept;
  /// Rises with each extra and whenever one is known to stand before an earlier line: who lacks it
  /// may be done with what came.
  [[nodiscard]] std::uint64_t extra_changes() const noexcept { return extra_changes_; }
  /// Extras are numbered as they come; first_extra() … end_extra() - 1 are remembered.
  static constexpr std::size_t kExtrasMax = 65'536;
  [[nodiscard]] std::uint64_t first_extra() const noexcept { return first_extra_; }
  [[nodiscard]] std::uint64_t end_extra() const noexcept { return first_extra_ + extras_.size(); }
  [[nodiscard]] const Extra& extra(std::uint64_t number) const noexcept {
    return extras_[number - first_extra_];
  }
  /// The number of that extra; kNone if it is none.
  [[nodiscard]] std::uint64_t find_extra(std::uint32_t sender,
                                         std::uint64_t sequence) const noexcept;

  /// Forgets all lines and all senders, and begins with what comes next: whoever could tell what
  /// stands before that was lapped. All readers are to leave it before.
  void begin_anew();
  [[nodiscard]] bool is_begun_anew() const noexcept { return is_begun_anew_; }
  /// The first line of a sender since then. What it said before is nobody's to compare.
  struct First {
    std::uint32_t sender;
    std::uint64_t sequence;
    std::uint64_t before;  // it is that line, or stands before it
  };
  [[nodiscard]] const std::vector<First>& firsts() const noexcept { return firsts_; }
  /// The place in firsts() of that sender's; kNone if it has none.
  [[nodiscard]] std::uint64_t first_of(std::uint32_t sender) const noexcept;
  /// Which line of each sender comes next at or after line `line`.
  [[nodiscard]] std::unordered_map<std::uint32_t, std::uint64_t> next_from(
      std::uint64_t line) const;
  [[nodiscard]] std::size_t senders() const noexcept { return senders_.size(); }

  /// Lines that the server has left out for all readers here may be missing before the last one.
  void note_gap() {
    has_gaps_ = true;
    jumps_.push_back(end() - 1);
  }
  /// Whether they may before that one.
  [[nodiscard]] bool is_jump(std::uint64_t line) const noexcept {
    return std::binary_search(jumps_.begin(), jumps_.end(), line);
  }
  [[nodiscard]] bool has_gaps() const noexcept { return has_gaps_; }

  /// Lines below `line` are needed no more.
  void trim(std::uint64_t line);
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_.size(); }

  /// Whether the log has, or had, line `sequence` of `sender`, or it is an extra.
  [[nodiscard]] bool has_had(std::uint32_t sender, std::uint64_t sequence) const;
  /// The kept line at or after `from` that is that one; kNone if there is none.
  [[nodiscard]] std::uint64_t find(std::uint32_t sender, std::uint64_t sequence,
                                   std::uint64_t from) const noexcept;
  /// One past the highest line of `sender` that came.
  [[nodiscard]] std::uint64_t next_of(std::uint32_t sender) const;

  /// A hash over the order of the first 1, 2, 3 … times kMarkEvery lines that are trimmed: two
  /// threads' logs of one room are the same as far as both have a mark.
  static constexpr std::uint64_t kMarkEvery = 64;
  [[nodiscard]] const std::vector<std::uint64_t>& order_marks() const noexcept { return marks_; }

 private:
  [[nodiscard]] static Entry make_entry(const Payload& payload, StreamCheck::Outcome outcome,
                                        std::size_t size, std::uint64_t at) noexcept;
  void push_extra(const Payload& payload, const Place& place);
  bool narrow_extra(Extra& extra, std::uint64_t after, std::uint64_t before) noexcept;
  StreamCheck::Outcome take(const Payload& payload, const Place& place);
  void push_missing(const Payload& payload, std::uint64_t next, const Place& place);
  /// Different for all lines: a sender has 18 bits, a sequence 36.
  [[nodiscard]] static std::uint64_t extra_key(std::uint32_t sender,
                                               std::uint64_t sequence) noexcept {
    return (std::uint64_t{sender} << 40U) ^ sequence;
  }

  std::uint64_t first_ = 0;
  std::vector<Entry> entries_;  // the first gone_ of them are trimmed
  std::size_t gone_ = 0;
  std::string bytes_;
  std::uint64_t bytes_at_ = 0;  // of bytes_[0], from the beginning of all
  std::unordered_map<std::uint32_t, StreamCheck> senders_;
  /// While one sender is absent: its lines from `begin` to `end` float.
  struct FloatTime {
    std::uint32_t sender;
    std::uint64_t begin;
    std::uint64_t end;  // kNone: it is now
  };
  std::vector<FloatTime> times_;
  std::deque<Place> floats_;  // lines floats_from_ … of the sender that is absent now
  std::uint64_t floats_from_ = 0;
  std::uint64_t floats_end_ = 0;
  std::deque<Extra> extras_;
  std::uint64_t first_extra_ = 0;
  std::uint64_t extra_changes_ = 0;
  std::unordered_map<std::uint64_t, std::uint64_t> extra_numbers_;  // by extra_key()
  std::deque<std::uint64_t> jumps_;                                 // kept lines, rising
  bool is_begun_anew_ = false;
  std::vector<First> firsts_;
  std::unordered_map<std::uint32_t, std::size_t> first_numbers_;
  bool has_late_lines_ = false;  // a line may stand behind a later one of its sender
  bool has_gaps_ = false;
  std::uint64_t order_ = 0;
  std::vector<std::uint64_t> marks_;
};

}  // namespace grotto::load
