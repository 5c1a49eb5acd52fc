#include "load/check/room_log.h"

#include <algorithm>
#include <utility>

namespace grotto::load {

RoomLog::Entry RoomLog::make_entry(const Payload& payload, StreamCheck::Outcome outcome,
                                   std::size_t size, std::uint64_t at) noexcept {
  return {.sender = payload.sender,
          .outcome = outcome,
          .size = static_cast<std::uint32_t>(size),
          .at = at,
          .sequence = payload.sequence,
          .intended_ns = payload.intended_ns,
          .sent_ns = payload.sent_ns};
}

void RoomLog::append(const Payload& payload, std::string_view frame) {
  const auto outcome = take(payload, {.after = 0, .before = end()});
  has_late_lines_ |= outcome == StreamCheck::Outcome::reordered;
  entries_.push_back(make_entry(payload, outcome, frame.size(), bytes_at_ + bytes_.size()));
  bytes_.append(frame);
}

/// A line of its sender's stream, at `place`. What is missing before it stands before it.
StreamCheck::Outcome RoomLog::take(const Payload& payload, const Place& place) {
  const auto [found, is_new] = senders_.try_emplace(payload.sender);
  StreamCheck& stream = found->second;
  if (is_new && is_begun_anew_) {
    stream.begin_at(payload.sequence);
    first_numbers_[payload.sender] = firsts_.size();
    firsts_.push_back({payload.sender, payload.sequence, place.before});
  }
  const std::uint64_t next = stream.next();
  const auto outcome = stream.take(payload.sequence);
  if (outcome == StreamCheck::Outcome::after_gap) push_missing(payload, next, place);
  return outcome;
}

void RoomLog::begin_anew() {
  trim(end());
  senders_.clear();
  first_extra_ = end_extra();
  extras_.clear();
  extra_numbers_.clear();
  firsts_.clear();
  first_numbers_.clear();
  is_begun_anew_ = true;
  has_late_lines_ = false;
  has_gaps_ = true;
}

std::uint64_t RoomLog::first_of(std::uint32_t sender) const noexcept {
  const auto found = first_numbers_.find(sender);
  return found == first_numbers_.end() ? kNone : found->second;
}

std::unordered_map<std::uint32_t, std::uint64_t> RoomLog::next_from(std::uint64_t line) const {
  std::unordered_map<std::uint32_t, std::uint64_t> next;
  for (const auto& [sender, stream] : senders_) next[sender] = stream.next();
  std::uint64_t* of_sender = nullptr;
  std::uint32_t sender = kNobody;
  for (std::uint64_t each = end(); each-- > std::max(line, first_);) {
    const Entry& entry = at(each);
    if (entry.outcome != StreamCheck::Outcome::in_order &&
        entry.outcome != StreamCheck::Outcome::after_gap)
      continue;
    if (entry.sender != sender) of_sender = &next[sender = entry.sender];  // they come in bursts
    *of_sender = entry.sequence;
  }
  return next;
}

void RoomLog::set_absent_sender(std::uint32_t sender) {
  if (sender == (is_any_absent() ? absent_sender() : kNobody)) return;
  // What nobody had of it until now is put into the log by who leads next.
  if (is_any_absent()) {
    FloatTime& last = times_.back();
    last.end = std::max(last.begin, floats_end_);
    if (last.begin == last.end) times_.pop_back();  // nothing has floated
  }
  if (sender != kNobody) {
    std::uint64_t begin = next_of(sender);
    for (const FloatTime& each : times_) {
      if (each.sender == sender) begin = std::max(begin, each.end);
    }
    times_.push_back({sender, begin, kNone});
  }
  floats_.clear();
  floats_from_ = floats_end_ = 0;
}

std::size_t RoomLog::float_time(std::uint32_t sender, std::uint64_t sequence) const noexcept {
  for (std::size_t time = times_.size(); time-- > 0;) {
    const FloatTime& each = times_[time];
    if (each.sender == sender && sequence >= each.begin && sequence < each.end) return time;
  }
  return kNone;
}

bool RoomLog::narrow_float(std::uint64_t sequence, std::uint64_t after, std::uint64_t before) {
  floats_end_ = std::max(floats_end_, sequence + 1);
  if (floats_.empty()) floats_from_ = sequence;
  if (sequence < floats_from_) return true;  // too long ago to be compared
  while (floats_from_ + floats_.size() <= sequence) floats_.emplace_back();
  const bool is_possible = floats_[sequence - floats_from_].narrow(after, before);
  while (floats_.size() > kFloatsMax) {
    floats_.pop_front();
    ++floats_from_;
  }
  return is_possible;
}

void RoomLog::add_extra(const Payload& payload) {
  push_extra(payload, {});
}

bool RoomLog::take_extra(std::uint64_t number, const Payload& payload, std::uint64_t after,
                         std::uint64_t before) {
  Extra& extra = extras_[number - first_extra_];
  const bool is_possible = narrow_extra(extra, after, before);
  if (std::exchange(extra.is_had, true)) return is_possible;
  extra.entry = make_entry(payload, StreamCheck::Outcome::in_order, 0, 0);
  // It stands before some line of the log, and so do those of its sender that nobody has had.
  static_cast<void>(take(payload, {.after = 0, .before = std::min(extra.place.before, end())}));
  return is_possible;
}

void RoomLog::bound_extra(std::uint64_t number, std::uint64_t before) noexcept {
  if (number >= first_extra_)
    static_cast<void>(narrow_extra(extras_[number - first_extra_], 0, before));
}

bool RoomLog::narrow_extra(Extra& extra, std::uint64_t after, std::uint64_t before) noexcept {
  if (before < extra.place.before) ++extra_changes_;
  return extra.place.narrow(after, before);
}

/// Lines from `next` up to that one have not come: they are extras, at most the last kExtrasMax.
void RoomLog::push_missing(const Payload& payload, std::uint64_t next, const Place& place) {
  const std::uint64_t most = std::min<std::uint64_t>(payload.sequence, kExtrasMax);
  Payload missing = payload;
  for (missing.sequence = std::max(next, payload.sequence - most);
       missing.sequence < payload.sequence; ++missing.sequence)
    push_extra(missing, place);
}

void RoomLog::push_extra(const Payload& payload, const Place& place) {
  ++extra_changes_;
  extra_numbers_[extra_key(payload.sender, payload.sequence)] = end_extra();
  extras_.push_back({make_entry(payload, StreamCheck::Outcome::in_order, 0, 0), place, false});
  if (extras_.size() <= kExtrasMax) return;
  const Entry& oldest = extras_.front().entry;
  if (const auto found = extra_numbers_.find(extra_key(oldest.sender, oldest.sequence));
      found != extra_numbers_.end() && found->second == first_extra_)
    extra_numbers_.erase(found);
  extras_.pop_front();
  ++first_extra_;
}

std::uint64_t RoomLog::find_extra(std::uint32_t sender, std::uint64_t sequence) const noexcept {
  const auto found = extra_numbers_.find(extra_key(sender, sequence));
  return found == extra_numbers_.end() ? kNone : found->second;
}

void RoomLog::trim(std::uint64_t line) {
  line = std::min(line, end());
  if (line <= first_) return;
  constexpr std::uint64_t kOdd = 0x9E37'79B9'7F4A'7C15;
  for (std::uint64_t each = first_; each < line; ++each) {
    const Entry& entry = at(each);
    order_ = (order_ ^ entry.sender) * kOdd;
    order_ = (order_ ^ entry.sequence ^ (order_ >> 31U)) * kOdd;
    if ((each + 1) % kMarkEvery == 0) marks_.push_back(order_);
  }
  gone_ += line - first_;
  first_ = line;
  while (!jumps_.empty() && jumps_.front() < line) jumps_.pop_front();
  const std::uint64_t keep_from =
      gone_ < entries_.size() ? entries_[gone_].at : bytes_at_ + bytes_.size();
  // Moved to the front when most of it is gone, so that each byte is moved once at most on average.
  if (const std::uint64_t unused = keep_from - bytes_at_; unused > bytes_.size() / 2) {
    bytes_.erase(0, unused);
    bytes_at_ = keep_from;
  }
  if (gone_ > entries_.size() / 2) {
    entries_.erase(entries_.begin(), entries_.begin() + static_cast<std::ptrdiff_t>(gone_));
    gone_ = 0;
  }
}

bool RoomLog::has_had(std::uint32_t sender, std::uint64_t sequence) const {
  const auto found = senders_.find(sender);
  if (found == senders_.end() || sequence >= found->second.next()) return false;
  const auto& missing = found->second.missing_lines();
  return !std::binary_search(missing.begin(), missing.end(), sequence);
}

std::uint64_t RoomLog::find(std::uint32_t sender, std::uint64_t sequence,
                            std::uint64_t from) const noexcept {
  for (std::uint64_t line = std::max(from, first_); line < end(); ++line) {
    const Entry& entry = at(line);
    if (entry.sender != sender) continue;
    if (entry.sequence == sequence) return line;
    if (entry.sequence > sequence && !has_late_lines_) return kNone;
  }
  return kNone;
}

std::uint64_t RoomLog::next_of(std::uint32_t sender) const {
  const auto found = senders_.find(sender);
  return found == senders_.end() ? 0 : found->second.next();
}

}  // namespace grotto::load
