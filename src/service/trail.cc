#include "service/trail.h"

#include <algorithm>

#include "grotto/state.h"
#include "service/participant.h"

namespace grotto {

void Trail::set_inner(Feed* inner) noexcept {
  if (inner_ != nullptr && is_blocked_) inner_->on_unblocked();
  inner_ = inner;
  if (inner_ != nullptr && is_blocked_) inner_->on_blocked();
}

void Trail::note(const Seat* seat, std::size_t bytes) {
  if (bytes == 0) return;
  if (!steps_.empty() && steps_.back().seat == seat) {
    steps_.back().bytes += bytes;
  } else {
    steps_.push_back({seat, bytes});
  }
  bytes_ += bytes;
  while (steps_.size() > kStepsMax ||
         (steps_.size() > 1 && bytes_ - steps_.front().bytes >= kBytesMax)) {
    bytes_ -= steps_.front().bytes;
    steps_.pop_front();
  }
}

std::size_t Trail::of_seat(const Seat& seat, std::size_t bytes) const noexcept {
  std::size_t found = 0;
  for (auto step = steps_.rbegin(); step != steps_.rend() && bytes > 0; ++step) {
    const std::size_t part = std::min(bytes, step->bytes);
    if (step->seat == &seat) found += part;
    bytes -= part;
  }
  return found;
}

void Trail::forget(const Seat& seat) noexcept {
  for (Step& step : steps_) {
    if (step.seat == &seat) step.seat = nullptr;
  }
}

void Trail::save(const std::vector<const Seat*>& seats, StateWriter& state) const {
  state.number(steps_.size());
  for (const Step& step : steps_) {
    const auto found = std::find(seats.begin(), seats.end(), step.seat);
    state.number(static_cast<std::uint64_t>(found - seats.begin()));  // beyond the last: none
    state.number(step.bytes);
  }
}

void Trail::restore(const std::vector<const Seat*>& seats, StateReader& state) {
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    const std::uint64_t seat = state.number();
    note(seat < seats.size() ? seats[seat] : nullptr, state.number());
  }
}

bool Trail::has_more() const noexcept {
  return inner_ != nullptr && inner_->has_more();
}

void Trail::preface(std::string& out) {
  const std::size_t before = out.size();
  if (inner_ != nullptr) inner_->preface(out);
  note_private(out.size() - before);
}

std::size_t Trail::gather(std::span<Slice> slices, std::size_t bytes_max) {
  return inner_ == nullptr ? 0 : inner_->gather(slices, bytes_max);
}

std::string_view Trail::advance(std::size_t bytes) {
  if (inner_ == nullptr) return {};
  // Whose bytes these are is known before the feed moves on. A line that is cut counts as sent.
  struct Part {
    const Seat* seat;
    std::size_t bytes;
  };
  std::vector<Part> parts;
  std::size_t left = bytes;
  who_.for_each_planned(bytes, [&](const Seat& seat, std::size_t planned) {
    const std::size_t own = std::min(left, planned);
    if (own > 0) parts.push_back({&seat, own});
    left -= own;
  });
  const std::string_view rest = inner_->advance(bytes);
  if (!parts.empty()) parts.back().bytes += rest.size();
  for (const Part& part : parts) note(part.seat, part.bytes);
  return rest;
}

void Trail::on_blocked() {
  is_blocked_ = true;
  if (inner_ != nullptr) inner_->on_blocked();
}

void Trail::on_unblocked() {
  is_blocked_ = false;
  if (inner_ != nullptr) inner_->on_unblocked();
}

}  // namespace grotto
