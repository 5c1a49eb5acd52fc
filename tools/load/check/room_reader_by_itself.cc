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
    std::vector<std::pair<std::uint32_t, std::uint64_t>> lacking;
    for (std::uint64_t number = std::max(extras_settled_, log.first_extra());
         number < log.end_extra(); ++number) {
      const RoomLog::Entry& extra = log.extra(number).entry;
      if (!extras_taken_.contains(number) && !is_own(extra.sender) && !has_had(extra))
        lacking.emplace_back(extra.sender, extra.sequence);
    }
    for (const auto& [sender, sequence] : log.next_from(line_)) {
      if (is_first_to_come(log, sender)) continue;
      const auto had = had_.find(sender);
      next_[sender] = had == had_.end() ? sequence : std::max(sequence, had->second);
    }
    for (const auto& each : lacking) {
      const auto next = next_.find(each.first);
      if (next != next_.end() && each.second < next->second) may_come_.insert(each);
    }
    remember_ahead(log);
  }
  extras_taken_.clear();
  had_.clear();
  if (is_after_gap_) close_gap(log, log.end());  // what it had since stands before that in any case
  unplaced_.clear();
  is_after_gap_ = false;
  is_lapped_ = true;
  lines_until_look_ = 0;
}

/// What it has had of the extras, and the log's next line of that sender stands before.
void RoomReader::remember_ahead(const RoomLog& log) {
  std::erase_if(ahead_, [&](const auto& each) {
    const auto next = next_.find(each.first);
    return next != next_.end() && each.second < next->second;
  });
  for (const std::uint64_t number : extras_taken_) {
    if (number < log.first_extra()) continue;
    const RoomLog::Entry& extra = log.extra(number).entry;
    const auto next = next_.find(extra.sender);
    if (next != next_.end() && extra.sequence >= next->second)
      ahead_.insert({extra.sender, extra.sequence});
  }
}

void RoomReader::begin_anew(RoomLog& log, RoomReader& first, std::span<RoomReader* const> all) {
  for (RoomReader* const each : all) each->leave_log_behind(log);
  log.begin_anew();
  first.stand_at(log, log.end());
}

void RoomReader::stand_at(const RoomLog& log, std::uint64_t line) noexcept {
  is_lapped_ = is_after_gap_ = false;
  line_ = last_read_ = line;
  extras_settled_ = log.end_extra();
  for (firsts_settled_ = 0; firsts_settled_ < log.firsts().size(); ++firsts_settled_) {
    if (log.firsts()[firsts_settled_].before >= line) break;
  }
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
  // A line that it has had, or passed over, is none to go on from.
  if (const auto next = next_.find(payload.sender);
      next != next_.end() && payload.sequence < next->second)
    return false;
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
  for (const auto& [sender, sequence] : ahead_) {
    if (const std::uint64_t known = log.next_of(sender); known > 0 && sequence >= known)
      return false;
  }
  join_log(log, log.end(), sink);
  is_after_gap_ = true;
  return true;
}

/// Its next line is line `line` of the log.
void RoomReader::join_log(const RoomLog& log, std::uint64_t line, ReaderSink& sink) {
  stand_at(log, line);
  auto awaited = await_extras(log);
  for (const auto& [sender, sequence] : log.next_from(line)) {
    if (!is_first_to_come(log, sender)) owe_until(sender, sequence, sink, awaited[sender]);
  }
}

/// The extras that did not come yet and may stand behind its line are to come; the others are
/// settled. Returns the former by sender, rising.
std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> RoomReader::await_extras(
    const RoomLog& log) {
  std::unordered_map<std::uint32_t, std::vector<std::uint64_t>> awaited;
  for (std::uint64_t number = log.first_extra(); number < log.end_extra(); ++number) {
    const RoomLog::Extra& extra = log.extra(number);
    const auto [sender, sequence] = std::pair(extra.entry.sender, extra.entry.sequence);
    const auto next = next_.find(sender);
    if (extra.place.before > line_ && !is_own(sender) &&
        (next == next_.end() || sequence >= next->second ||
         may_come_.contains({sender, sequence}))) {
      if (awaited.empty()) extras_settled_ = number;
      awaited[sender].push_back(sequence);
    } else if (!awaited.empty()) {
      extras_taken_.insert(number);
    }
  }
  for (auto& [sender, sequences] : awaited) std::sort(sequences.begin(), sequences.end());
  return awaited;
}

bool RoomReader::has_had(const RoomLog::Entry& entry) const noexcept {
  if (ahead_.contains({entry.sender, entry.sequence})) return true;
  if (had_.empty() && next_.empty()) return false;
  const auto is_before = [&](const std::unordered_map<std::uint32_t, std::uint64_t>& next) {
    const auto found = next.find(entry.sender);
    return found != next.end() && entry.sequence < found->second;
  };
  return (is_before(had_) || is_before(next_)) &&
         !may_come_.contains({entry.sender, entry.sequence});
}

/// A later line of `sender` came: what might have come before it, and is not `awaited`, does not
/// any more.
void RoomReader::owe_late(std::uint32_t sender, ReaderSink& sink,
                          std::span<const std::uint64_t> awaited) {
  auto late = may_come_.lower_bound({sender, 0});
  while (late != may_come_.end() && late->first == sender) {
    if (std::binary_search(awaited.begin(), awaited.end(), late->second)) {
      ++late;
    } else {
      owe(made_up(sender, late->second), sink);
      late = may_come_.erase(late);
    }
  }
}

/// Lines of its sender from `first` on, before line `until`, do not come, but for what has.
void RoomReader::owe_but_ahead(RoomLog::Entry first, std::uint64_t until, ReaderSink& sink) {
  auto had = ahead_.lower_bound({first.sender, first.sequence});
  while (first.sequence < until) {
    const bool has_had = had != ahead_.end() && had->first == first.sender && had->second < until;
    const std::uint64_t end = has_had ? had->second : until;
    if (end > first.sequence) owe(first, sink, end - first.sequence);
    if (!has_had) return;
    first.sequence = end + 1;
    had = ahead_.erase(had);
  }
}

/// Lines of `sender` before that one that have not come by now, and are not `awaited`, do not come
/// any more, and the log goes on from there.
void RoomReader::owe_until(std::uint32_t sender, std::uint64_t sequence, ReaderSink& sink,
                           std::span<const std::uint64_t> awaited) {
  owe_late(sender, sink, awaited);
  const auto known = next_.find(sender);
  std::uint64_t next = known == next_.end() ? 0 : known->second;
  if (known != next_.end()) next_.erase(known);
  if (next > sequence) had_[sender] = next;
  if (is_own(sender)) return;
  const auto owe_up_to = [&](std::uint64_t end) {
    owe_but_ahead(made_up(sender, next), end, sink);
  };
  for (auto each = std::lower_bound(awaited.begin(), awaited.end(), next);
       each != awaited.end() && *each < sequence; ++each) {
    owe_up_to(*each);
    next = *each + 1;
  }
  owe_up_to(sequence);
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
    return count_late(entry, sink);
  }
  if (ahead_.contains({payload.sender, payload.sequence}))
    return sink.on_fault(Fault::duplicated, payload.sender, payload.sequence, whole);
  if (!may_come_.empty()) owe_late(payload.sender, sink);
  RoomLog::Entry missing = entry;
  missing.sequence = next;
  owe_but_ahead(missing, payload.sequence, sink);
  next = payload.sequence + 1;
  count(entry, sink);
}

/// A line of a sender that stands before the first one that the log has had of it since it began
/// anew.
RoomReader::Taken RoomReader::take_before_first(const RoomLog& log, const Payload& payload,
                                                std::string_view whole, ReaderSink& sink) {
  if (!is_first_to_come(log, payload.sender)) {
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
