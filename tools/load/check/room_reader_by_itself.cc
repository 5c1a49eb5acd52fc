// RoomReader without the log: who was lapped by more than others can tell, or is too far behind,
// follows each sender's lines by itself until it finds one of them in the log.
#include <algorithm>

#include "load/check/room_reader.h"

namespace grotto::load {

namespace {

/// A line that nobody here has had: its times are not known.
RoomLog::Entry made_up(std::uint32_t sender, std::uint64_t sequence) noexcept {
  return {.sender = sender,
          .outcome = StreamCheck::Outcome::in_order,
          .size = 0,
          .at = 0,
          .sequence = sequence,
          .intended_ns = 0,
          .sent_ns = 0};
}

}  // namespace

void RoomReader::leave_log_behind(RoomLog& log) {
  if (is_lapped_) return;
  if (matched_ > 0) {
    rest_.insert(0, log.bytes_from(log.at(line_).at).substr(0, matched_));
    matched_ = 0;
  }
  // Where lines float, nothing tells which of them comes next.
  checks_itself_ = log.float_times() == 0 && log.senders() <= kOwnSendersMax;
  if (checks_itself_) {
    for (const auto& [sender, sequence] : log.next_from(line_)) {
      const std::uint64_t first = log.first_of(sender);
      if (first == RoomLog::kNone || first < firsts_settled_) next_[sender] = sequence;
    }
    for (std::uint64_t number = std::max(extras_settled_, log.first_extra());
         number < log.end_extra(); ++number) {
      const RoomLog::Entry& extra = log.extra(number).entry;
      const auto next = next_.find(extra.sender);
      if (!extras_taken_.contains(number) && !is_own(extra.sender) && next != next_.end() &&
          extra.sequence < next->second)
        may_come_.emplace(extra.sender, extra.sequence);
    }
  }
  extras_taken_.clear();
  if (is_after_gap_) close_gap(log, log.end());  // what it had since stands before that in any case
  unplaced_.clear();
  is_after_gap_ = false;
  is_lapped_ = true;
  lines_until_look_ = 0;
}

void RoomReader::begin_anew(RoomLog& log, RoomReader& first, std::span<RoomReader* const> all) {
  for (RoomReader* const each : all) each->leave_log_behind(log);
  log.begin_anew();
  first.stand_at(log, log.end());
}

void RoomReader::stand_at(const RoomLog& log, std::uint64_t line) noexcept {
  is_lapped_ = is_after_gap_ = false;
  line_ = last_read_ = joined_at_ = line;
  extras_settled_ = joined_at_extra_ = log.end_extra();
  firsts_settled_ = log.firsts().size();
}

/// `payload` is of the log, but nobody can tell where.
RoomReader::Taken RoomReader::go_by_itself(RoomLog& log, const Payload& payload,
                                           std::string_view whole, ReaderSink& sink) {
  leave_log_behind(log);
  take_by_itself(payload, whole, sink);
  return Taken::yes;
}

/// Whether it is in the log again. Then `payload` is still to be taken.
bool RoomReader::find_the_log(const RoomLog& log, const Payload& payload, ReaderSink& sink) {
  if (!checks_itself_ || log.float_times() > 0) return false;
  if (lines_until_look_ > 0) {
    --lines_until_look_;
    return false;
  }
  lines_until_look_ = kLookEvery;
  const std::uint64_t end = log.next_of(payload.sender);
  if (end == 0) return false;
  if (payload.sequence < end) {
    const std::uint64_t line = log.find(payload.sender, payload.sequence, log.first());
    if (line == RoomLog::kNone) return false;
    join_log(log, line, sink);
    return true;
  }
  // It is ahead of the log, and waits for those who are not, unless it has had what they will
  // bring.
  for (const auto& [sender, sequence] : next_) {
    if (const std::uint64_t known = log.next_of(sender); known > 0 && sequence > known)
      return false;
  }
  join_log(log, log.end(), sink);
  is_after_gap_ = true;
  return true;
}

/// Its next line is line `line` of the log.
void RoomReader::join_log(const RoomLog& log, std::uint64_t line, ReaderSink& sink) {
  for (const auto& [sender, sequence] : log.next_from(line)) owe_until(sender, sequence, sink);
  stand_at(log, line);
}

/// A later line of `sender` came: what might have come before it does not any more.
void RoomReader::owe_late(std::uint32_t sender, ReaderSink& sink) {
  for (auto late = may_come_.lower_bound({sender, 0});
       late != may_come_.end() && late->first == sender; late = may_come_.erase(late))
    owe(made_up(sender, late->second), sink);
}

/// Lines of `sender` before that one that have not come by now do not come any more, and the log
/// goes on from there.
void RoomReader::owe_until(std::uint32_t sender, std::uint64_t sequence, ReaderSink& sink) {
  owe_late(sender, sink);
  const auto known = next_.find(sender);
  const std::uint64_t next = known == next_.end() ? 0 : known->second;
  if (known != next_.end()) next_.erase(known);
  if (sequence > next && !is_own(sender)) owe(made_up(sender, next), sink, sequence - next);
}

/// A line that is in order if it comes after the sender's others; what is missing before it was
/// left out, if the server said so.
void RoomReader::take_by_itself(const Payload& payload, std::string_view whole, ReaderSink& sink) {
  RoomLog::Entry entry = made_up(payload.sender, payload.sequence);
  entry.intended_ns = payload.intended_ns;
  entry.sent_ns = payload.sent_ns;
  if (!checks_itself_) return count(entry, sink);
  std::uint64_t& next = next_[payload.sender];
  if (payload.sequence < next) {
    if (may_come_.erase({payload.sender, payload.sequence}) > 0) return count(entry, sink);
    const auto late = std::find_if(owed_.begin(), owed_.end(), [&](const Owed& each) {
      return each.sender == payload.sender && each.sequence == payload.sequence;
    });
    if (late == owed_.end())
      return sink.on_fault(Fault::duplicated, payload.sender, payload.sequence, whole);
    owed_.erase(late);
    entry.outcome = StreamCheck::Outcome::reordered;
    return count(entry, sink);
  }
  if (!may_come_.empty()) owe_late(payload.sender, sink);
  if (payload.sequence > next) {
    RoomLog::Entry missing = entry;
    missing.sequence = next;
    owe(missing, sink, payload.sequence - next);
  }
  next = payload.sequence + 1;
  count(entry, sink);
}

/// A line of a sender that stands before the first one that the log has had of it since it began
/// anew.
RoomReader::Taken RoomReader::take_before_first(const RoomLog& log, const Payload& payload,
                                                std::string_view whole, ReaderSink& sink) {
  if (log.first_of(payload.sender) < firsts_settled_) {
    sink.on_fault(Fault::duplicated, payload.sender, payload.sequence, whole);
  } else {
    take_by_itself(payload, whole, sink);
  }
  return Taken::yes;
}

/// The first line of a sender in the log came: what did not come before it is owed.
void RoomReader::settle_firsts(const RoomLog& log, ReaderSink& sink) {
  for (; firsts_settled_ < log.firsts().size(); ++firsts_settled_) {
    const RoomLog::First& first = log.firsts()[firsts_settled_];
    if (first.before >= last_read_) break;
    owe_until(first.sender, first.sequence, sink);
  }
}

}  // namespace grotto::load
