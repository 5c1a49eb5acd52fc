#include "load/check/room_reader.h"

#include <algorithm>
#include <cstring>

namespace grotto::load {

namespace {

RoomLog::Entry entry_of(const Payload& payload) noexcept {
  return {.sender = payload.sender,
          .outcome = StreamCheck::Outcome::in_order,
          .size = 0,
          .at = 0,
          .sequence = payload.sequence,
          .intended_ns = payload.intended_ns,
          .sent_ns = payload.sent_ns};
}

}  // namespace

void RoomReader::read(RoomLog& log, Talk& talk, std::string_view bytes, ReaderSink& sink) {
  if (is_holding_ && rest_.size() + bytes.size() > kHeldBytesMax) leave_log_behind(log);
  if (is_holding_ && is_patient_ && !is_lapped_ && (!may_append_ || is_after_gap_) &&
      log.end() == held_at_end_ && log.end_extra() == held_at_extra_) {
    rest_.append(bytes);  // nothing that it waits for has come
    return;
  }
  is_holding_ = false;
  std::string joined;
  if (!rest_.empty()) {
    joined.swap(rest_);
    joined.append(bytes);
    bytes = joined;
  }
  while (!bytes.empty()) {
    bytes.remove_prefix(follow(log, bytes, sink));
    if (bytes.empty()) break;
    if (matched_ > 0) {
      // The line began as the log's and goes on differently: read it from its beginning.
      std::string whole(log.bytes_from(log.at(line_).at).substr(0, matched_));
      matched_ = 0;
      whole.append(bytes);
      joined = std::move(whole);
      bytes = joined;
    }
    const std::size_t used = read_frame(log, talk, bytes, sink);
    bytes.remove_prefix(used);
    if (used == 0) {
      // What waits may be many MiB and is read again each time: nothing of it is copied then.
      if (bytes.size() == joined.size()) {
        rest_.swap(joined);
      } else {
        rest_.assign(bytes);
      }
      break;
    }
  }
  if (!is_lapped_) {
    settle_extras(log, sink);
    settle_firsts(log, sink);
  }
  end_run(sink);
  is_patient_ = true;
}

std::uint64_t RoomReader::next_line(const RoomLog& log) const noexcept {
  std::uint64_t line = line_;
  while (line < log.end() && is_own(log.at(line).sender)) ++line;
  return line;
}

/// Reads on as long as the bytes are the log's; returns how many were.
std::size_t RoomReader::follow(RoomLog& log, std::string_view bytes, ReaderSink& sink) {
  if (is_lapped_ || is_in_endless_line_) return 0;
  std::size_t used = 0;
  // Who sends nothing gets all lines: one comparison for as many as there are.
  if (!sends_ && !is_after_gap_ && line_ < log.end()) {
    const std::string_view wanted = log.bytes_from(log.at(line_).at + matched_);
    const std::size_t size = std::min(wanted.size(), bytes.size());
    if (std::memcmp(wanted.data(), bytes.data(), size) == 0) {
      std::size_t left = size;
      const std::uint64_t end = log.end();
      while (line_ < end) {
        const RoomLog::Entry& entry = log.at(line_);
        if (left < entry.size - matched_) break;
        left -= entry.size - matched_;
        matched_ = 0;
        count(entry, sink);
        ++line_;
      }
      matched_ += left;
      last_read_ = line_;
      return size;
    }
  }
  for (; line_ < log.end(); ++line_) {
    const RoomLog::Entry& entry = log.at(line_);
    if (is_own(entry.sender)) continue;
    const std::size_t size = std::min<std::size_t>(entry.size - matched_, bytes.size() - used);
    if (size == 0 ||
        std::memcmp(log.bytes_from(entry.at + matched_).data(), bytes.data() + used, size) != 0)
      break;
    used += size;
    matched_ += size;
    if (matched_ < entry.size) break;
    matched_ = 0;
    if (is_after_gap_) close_gap(log, line_);
    if (!unplaced_.empty()) place_floats(log, line_, sink);
    last_read_ = line_ + 1;
    count(entry, sink);
  }
  return used;
}

/// Reads one frame, or none if it has not ended; returns its bytes.
std::size_t RoomReader::read_frame(RoomLog& log, Talk& talk, std::string_view bytes,
                                   ReaderSink& sink) {
  if (is_in_endless_line_) {
    const Line line = first_line(bytes);
    is_in_endless_line_ = line.size == 0;
    return line.size == 0 ? bytes.size() : line.size;
  }
  std::string answer;
  const Frame frame = dialect_.next(talk, bytes, answer);
  if (!answer.empty()) sink.on_answer(answer);
  switch (frame.kind) {
    case Frame::Kind::incomplete:
      if (bytes.size() < kFrameBytesMax) return 0;
      sink.on_fault(Fault::corrupted, self_, 0, bytes);
      is_in_endless_line_ = true;
      return bytes.size();
    case Frame::Kind::payload:
      if (take_payload(log, talk, frame, bytes, sink) == Taken::yes) break;
      is_holding_ = true;
      held_at_end_ = log.end();
      held_at_extra_ = log.end_extra();
      return 0;
    case Frame::Kind::skipped:
      announced_ += std::min(frame.number, RoomLog::kNone - announced_);
      passed_ += frame.number;
      is_after_gap_ = true;
      is_patient_ = true;  // what was decided was about what comes before this gap
      sink.on_skipped(frame.number);
      break;
    case Frame::Kind::ended: sink.on_ended(frame); break;
    case Frame::Kind::refused:
    case Frame::Kind::alien: sink.on_fault(Fault::corrupted, self_, 0, frame.text); break;
    case Frame::Kind::notice:
    case Frame::Kind::ready: break;
  }
  return frame.size;
}

/// What comes after `lacking`, a line that the log lacks.
RoomReader::Ahead RoomReader::look_ahead(const RoomLog& log, Talk talk, std::string_view bytes,
                                         const Payload& lacking) const {
  const int proof = is_patient_ ? 2 : 1;  // one alone may have come late here
  int lines = 0;
  int of_the_log = 0;
  int before_the_log = is_before_the_log(log, lacking) ? 1 : 0;
  std::string answer;
  while (lines < kAheadMax && !bytes.empty()) {
    const Frame frame = dialect_.next(talk, bytes, answer);
    if (frame.kind == Frame::Kind::incomplete) break;
    bytes.remove_prefix(frame.size);
    Payload payload;
    if (frame.kind != Frame::Kind::payload ||
        read_payload(frame.text, payload) != PayloadState::whole || payload.tag != tag_ ||
        is_own(payload.sender))
      continue;
    ++lines;
    // An earlier line of the same sender is late here in any case.
    if (payload.sender == lacking.sender && payload.sequence < lacking.sequence) continue;
    if (payload.sequence < log.next_of(payload.sender) &&
        log.find(payload.sender, payload.sequence, line_) != RoomLog::kNone &&
        ++of_the_log == proof)
      return Ahead::lines_of_the_log;
    if (of_the_log == 0 && is_before_the_log(log, payload) && ++before_the_log >= proof)
      return Ahead::lines_of_the_log;
  }
  if (!is_patient_) return Ahead::other_lines;
  return lines < kAheadMin || of_the_log > 0 ? Ahead::unknown : Ahead::other_lines;
}

/// Whether `payload`, which the log lacks, stands before a line of its sender that the log has.
bool RoomReader::is_before_the_log(const RoomLog& log, const Payload& payload) const noexcept {
  const std::uint64_t end = std::min(log.end(), line_ + kEvidenceLinesMax);
  for (std::uint64_t line = line_; line < end; ++line) {
    if (log.at(line).sender == payload.sender) return payload.sequence < log.at(line).sequence;
  }
  return false;
}

RoomReader::Held RoomReader::held(Talk talk) const {
  Held held;
  if (gets_all()) held.place = passed_;
  auto& firsts = held.firsts;
  std::string_view bytes = rest_;
  std::string answer;
  for (int lines = 0; lines < kHeldLinesMax && !bytes.empty(); ++lines) {
    const Frame frame = dialect_.next(talk, bytes, answer);
    if (frame.kind == Frame::Kind::incomplete || frame.kind == Frame::Kind::skipped) break;
    bytes.remove_prefix(frame.size);
    Payload payload;
    if (frame.kind != Frame::Kind::payload ||
        read_payload(frame.text, payload) != PayloadState::whole || payload.tag != tag_)
      continue;
    if (std::none_of(firsts.begin(), firsts.end(),
                     [&](const auto& each) { return each.first == payload.sender; }))
      firsts.emplace_back(payload.sender, payload.sequence);
  }
  return held;
}

bool RoomReader::Held::begins_before(const Held& other) const noexcept {
  for (const auto& [sender, sequence] : firsts) {
    for (const auto& [other_sender, other_sequence] : other.firsts) {
      if (sender == other_sender && sequence != other_sequence) return sequence < other_sequence;
    }
  }
  return place != RoomLog::kNone && other.place != RoomLog::kNone && place < other.place;
}

RoomReader::Taken RoomReader::take_payload(RoomLog& log, const Talk& talk, const Frame& frame,
                                           std::string_view bytes, ReaderSink& sink) {
  const std::string_view whole = bytes.substr(0, frame.size);
  Payload payload;
  if (read_payload(frame.text, payload) != PayloadState::whole) {
    sink.on_fault(Fault::corrupted, self_, 0, whole);
    return Taken::yes;
  }
  if (payload.sender == kProbe && payload.tag == tag_) {
    sink.on_probe();
    return Taken::yes;
  }
  const auto fault = [&](Fault kind) {
    sink.on_fault(kind, payload.sender, payload.sequence, whole);
    return Taken::yes;
  };
  if (payload.tag != tag_) return fault(Fault::foreign);
  if (!dialect_.is_lead_of(frame.lead, payload.sender)) return fault(Fault::corrupted);
  if (is_own(payload.sender)) return fault(Fault::foreign);
  RoomLog::Entry entry = entry_of(payload);
  if (is_lapped_ && !find_the_log(log, payload, sink)) {
    take_by_itself(payload, whole, sink);
    return Taken::yes;
  }
  settle_extras(log, sink);
  settle_firsts(log, sink);
  if (const std::uint64_t first = log.first_of(payload.sender);
      first != RoomLog::kNone && payload.sequence < log.firsts()[first].sequence)
    return take_before_first(log, payload, whole, sink);
  const std::uint64_t extra = log.find_extra(payload.sender, payload.sequence);
  const bool is_extra = extra != RoomLog::kNone;
  // The log lacks an extra, and who has not passed it over does not owe it.
  if (payload.sequence < log.next_of(payload.sender) && (!is_extra || extra < extras_settled_)) {
    const std::uint64_t found = log.find(payload.sender, payload.sequence, line_);
    if (found != RoomLog::kNone) {
      if (is_after_gap_) close_gap(log, found);
      if (!unplaced_.empty()) place_floats(log, found, sink);
      pass_over(log, found, sink);
      count(log.at(found), sink);
      line_ = last_read_ = found + 1;
      return Taken::yes;
    }
    const auto late = std::find_if(owed_.begin(), owed_.end(), [&](const Owed& each) {
      return each.sender == payload.sender && each.sequence == payload.sequence;
    });
    if (late != owed_.end()) {
      owed_.erase(late);
      count_late(entry, sink);
      return Taken::yes;
    }
  }
  if (const std::size_t time = log.float_time(payload.sender, payload.sequence);
      time != RoomLog::kNone) {
    take_float(log, payload, time, sink);
    return Taken::yes;
  }
  if (is_extra) {
    take_extra(log, payload, sink);
    return Taken::yes;
  }
  if (log.has_had(payload.sender, payload.sequence) || has_had(entry))
    return fault(Fault::duplicated);
  if (next_line(log) < log.end()) {
    // Either the log lacks this line, or this reader lacks those of the log that come next.
    const bool is_left_out = !is_after_gap_ && log.is_jump(next_line(log));
    switch (is_left_out ? Ahead::lines_of_the_log
                        : look_ahead(log, talk, bytes.substr(frame.size), payload)) {
      case Ahead::unknown: return Taken::no;
      case Ahead::other_lines:
        if (log.is_begun_anew() && log.float_times() == 0)
          return go_by_itself(log, payload, whole, sink);
        break;
      case Ahead::lines_of_the_log:
        log.add_extra(payload);
        take_extra(log, payload, sink);
        return Taken::yes;
    }
  }
  // Who was not lapped knows what stands before it, and may only be about to read that.
  if (is_after_gap_ && is_patient_) return Taken::no;
  // Whether it stands before or behind what the log has from there on, nobody tells.
  if (is_after_gap_ && next_line(log) < log.end() && should_begin_anew(log))
    return go_by_itself(log, payload, whole, sink);
  return take_new(log, payload, whole, sink);
}

/// A line that no reader has had, or a late one at the end of the log.
RoomReader::Taken RoomReader::take_new(RoomLog& log, const Payload& payload, std::string_view whole,
                                       ReaderSink& sink) {
  if (!may_append_) return Taken::no;
  pass_over(log, log.end(), sink);
  log.append(payload, whole);
  if (is_after_gap_) log.note_gap();
  if (is_after_gap_) close_gap(log, log.end() - 1);
  count(log.at(log.end() - 1), sink);
  line_ = last_read_ = log.end();
  return Taken::yes;
}

StreamCheck& RoomReader::floats_of(const RoomLog& log, std::size_t time) {
  for (FloatCheck& each : floats_) {
    if (each.time == time) return each.check;
  }
  floats_.push_back({time, {}});
  floats_.back().check.begin_at(log.first_float(time));
  return floats_.back().check;
}

/// A line of an absent sender: its own stream is checked, and its place among the others.
void RoomReader::take_float(RoomLog& log, const Payload& payload, std::size_t time,
                            ReaderSink& sink) {
  RoomLog::Entry entry = entry_of(payload);
  StreamCheck& floats = floats_of(log, time);
  const std::uint64_t next = floats.next();
  switch (floats.take(payload.sequence)) {
    case StreamCheck::Outcome::in_order: break;
    case StreamCheck::Outcome::after_gap:
      for (entry.sequence = next; entry.sequence < payload.sequence; ++entry.sequence)
        owe(entry, sink);
      break;
    case StreamCheck::Outcome::reordered: return count_late(entry, sink);
    case StreamCheck::Outcome::duplicated:
      return sink.on_fault(Fault::duplicated, payload.sender, payload.sequence, {});
  }
  count(entry, sink);
  if (time + 1 != log.float_times() || !log.is_any_absent()) return;  // who was to place it is gone
  if (unplaced_time_ != time) unplaced_.clear();
  unplaced_time_ = time;
  if (!log.narrow_float(payload.sequence, last_read_, RoomLog::kNone)) {
    sink.on_fault(Fault::reordered, payload.sender, payload.sequence, {});
  } else if (unplaced_.size() < kOwedMax) {
    unplaced_.push_back(payload.sequence);
  }
}

/// A line that the log lacks, though others have had it or this one has it now.
void RoomReader::take_extra(RoomLog& log, const Payload& payload, ReaderSink& sink) {
  const std::uint64_t number = log.find_extra(payload.sender, payload.sequence);
  if (number < extras_settled_ || has_had(log.extra(number).entry) ||
      !extras_taken_.insert(number).second)
    return sink.on_fault(Fault::duplicated, payload.sender, payload.sequence, {});
  may_come_.erase({payload.sender, payload.sequence});
  // After a gap the log's next line may have been left out, and tells nothing.
  const std::uint64_t before = is_after_gap_ ? RoomLog::kNone : next_line(log);
  if (is_after_gap_ && gap_extras_.size() < kOwedMax) gap_extras_.push_back(number);
  const bool is_possible = log.take_extra(number, payload, last_read_, before);
  RoomLog::Entry entry = log.extra(number).entry;
  if (!is_possible) entry.outcome = StreamCheck::Outcome::reordered;
  count(entry, sink);
}

/// Extras that stand before what came, and did not come, were passed over.
void RoomReader::settle_extras(const RoomLog& log, ReaderSink& sink) {
  if (extras_settled_ == log.end_extra()) return;
  extras_settled_ = std::max(extras_settled_, log.first_extra());
  for (; extras_settled_ < log.end_extra(); ++extras_settled_) {
    const RoomLog::Extra& extra = log.extra(extras_settled_);
    if (extra.place.before >= last_read_) break;
    if (extras_taken_.erase(extras_settled_) > 0 || is_own(extra.entry.sender) ||
        has_had(extra.entry))
      continue;
    may_come_.erase({extra.entry.sender, extra.entry.sequence});
    const std::size_t time = log.float_time(extra.entry.sender, extra.entry.sequence);
    if (time == RoomLog::kNone) {
      owe(extra.entry, sink);
    } else if (StreamCheck& floats = floats_of(log, time); extra.entry.sequence >= floats.next()) {
      owe(extra.entry, sink);
      static_cast<void>(floats.take(extra.entry.sequence));  // it is settled
    }
  }
}

/// Line `before` of the log came after the floats that are not placed yet.
void RoomReader::place_floats(RoomLog& log, std::uint64_t before, ReaderSink& sink) {
  const bool is_now = unplaced_time_ + 1 == log.float_times() && log.is_any_absent();
  for (const std::uint64_t each : unplaced_) {
    if (is_now && !log.narrow_float(each, 0, before))
      sink.on_fault(Fault::reordered, log.absent_sender(), each, {});
  }
  unplaced_.clear();
}

/// Lines up to `until` did not come.
void RoomReader::pass_over(const RoomLog& log, std::uint64_t until, ReaderSink& sink) {
  for (; line_ < until; ++line_) {
    const RoomLog::Entry& entry = log.at(line_);
    if (!is_own(entry.sender) && entry.outcome != StreamCheck::Outcome::duplicated &&
        !has_had(entry))
      owe(entry, sink);
  }
}

/// Line `before` of the log came: what came since the gap stands before it.
void RoomReader::close_gap(RoomLog& log, std::uint64_t before) {
  is_after_gap_ = false;
  for (const std::uint64_t each : gap_extras_) log.bound_extra(each, before);
  gap_extras_.clear();
}

/// `lines` lines of its sender, of which the first is `entry`, did not come.
void RoomReader::owe(const RoomLog::Entry& entry, ReaderSink& sink, std::uint64_t lines) {
  const std::uint64_t left_out = std::min(lines, announced_);
  announced_ -= left_out;
  if (left_out > 0) sink.on_left_out(entry.sender, left_out);
  if (left_out == lines) return;
  sink.on_passed_over(entry.sender, lines - left_out);
  if (owed_.size() < kOwedMax)
    owed_.push_back({entry.sender, entry.sequence, entry.intended_ns, entry.sent_ns});
}

void RoomReader::count(const RoomLog::Entry& entry, ReaderSink& sink) {
  using Outcome = StreamCheck::Outcome;
  if (entry.outcome == Outcome::duplicated) {
    return sink.on_fault(Fault::duplicated, entry.sender, entry.sequence, {});
  }
  if (entry.outcome == Outcome::reordered)
    sink.on_fault(Fault::reordered, entry.sender, entry.sequence, {});
  if (run_lines_ > 0 && (entry.sender != run_.sender || entry.sent_ns != run_.sent_ns ||
                         entry.intended_ns != run_.intended_ns)) {
    end_run(sink);
  }
  if (run_lines_++ == 0) run_ = entry;
}

/// It was passed over, and counts once all the same.
void RoomReader::count_late(RoomLog::Entry entry, ReaderSink& sink) {
  sink.on_late(entry.sender);
  entry.outcome = StreamCheck::Outcome::reordered;
  count(entry, sink);
}

void RoomReader::end_run(ReaderSink& sink) {
  if (run_lines_ == 0) return;
  sink.on_lines(run_, run_lines_);
  passed_ += run_lines_;
  run_lines_ = 0;
}

}  // namespace grotto::load
