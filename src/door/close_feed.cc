#include "door/close_feed.h"

namespace grotto {

void CloseFeed::set_inner(Feed* inner) noexcept {
  if (inner_ != nullptr && is_blocked_) inner_->on_unblocked();
  inner_ = inner;
  if (inner_ != nullptr && is_blocked_) inner_->on_blocked();
}

void CloseFeed::preface(std::string& out) {
  if (has_inner_more()) inner_->preface(out);
}

std::size_t CloseFeed::gather(std::span<Slice> slices, std::size_t bytes_max) {
  is_frame_gathered_ = false;
  if (has_inner_more()) {
    const std::size_t filled = inner_->gather(slices, bytes_max);
    // What it had may be nothing for this peer: its own lines.
    if (filled > 0 || has_inner_more()) return filled;
  }
  if (is_sent_) return 0;
  is_frame_gathered_ = true;
  slices.front() = {frame_.data(), frame_.size()};
  return 1;
}

std::string_view CloseFeed::advance(std::size_t bytes) {
  if (!is_frame_gathered_) return inner_->advance(bytes);
  is_sent_ = true;
  return std::string_view(frame_).substr(bytes);
}

void CloseFeed::on_blocked() {
  is_blocked_ = true;
  if (inner_ != nullptr) inner_->on_blocked();
}

void CloseFeed::on_unblocked() {
  is_blocked_ = false;
  if (inner_ != nullptr) inner_->on_unblocked();
}

}  // namespace grotto
