#include "load/check/room_log.h"

#include <algorithm>

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
  const auto outcome = senders_[payload.sender].take(payload.sequence);
  entries_.push_back(make_entry(payload, outcome, frame.size(), bytes_at_ + bytes_.size()));
  bytes_.append(frame);
}

void RoomLog::set_absent_sender(std::uint32_t sender) {
  if (sender == absent_sender_) return;
  absent_sender_ = sender;
  floats_.clear();
  floats_from_ = 0;
}

bool RoomLog::narrow_float(std::uint64_t sequence, std::uint64_t after, std::uint64_t before) {
  if (floats_.empty()) floats_from_ = sequence;
  if (sequence < floats_from_) return true;  // too long ago to be compared
  while (floats_from_ + floats_.size() <= sequence) floats_.emplace_back();
  Float& place = floats_[sequence - floats_from_];
  place.after = std::max(place.after, after);
  place.before = std::min(place.before, before);
  const bool is_possible = place.after <= place.before;
  while (floats_.size() > kFloatsMax) {
    floats_.pop_front();
    ++floats_from_;
  }
  return is_possible;
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
    if (entry.sender == sender && entry.sequence == sequence) return line;
  }
  return kNone;
}

std::uint64_t RoomLog::next_of(std::uint32_t sender) const {
  const auto found = senders_.find(sender);
  return found == senders_.end() ? 0 : found->second.next();
}

}  // namespace grotto::load
