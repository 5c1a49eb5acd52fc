#include "door/redraw_feed.h"

#include <array>

namespace grotto {

namespace {
constexpr std::size_t kCopyBytes = 16 * 1024;
constexpr std::size_t kSlices = 16;
}  // namespace

void RedrawFeed::set_inner(Feed* inner) noexcept {
  if (inner_ != nullptr && is_blocked_) inner_->on_unblocked();
  inner_ = inner;
  if (inner_ != nullptr && is_blocked_) inner_->on_blocked();
}

bool RedrawFeed::has_more() const noexcept {
  if (inner_ != nullptr && inner_->has_more()) return true;
  return !is_drawn_ && !editor_.is_blank();
}

void RedrawFeed::preface(std::string& out) {
  if (inner_ != nullptr && inner_->has_more()) {
    if (is_drawn_) editor_.erase(out);
    inner_->preface(out);
    std::array<Slice, kSlices> slices{};
    const std::size_t filled = inner_->gather(slices, kCopyBytes);
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < filled; ++i) {
      out.append(slices[i].data, slices[i].size);
      bytes += slices[i].size;
    }
    if (filled > 0) static_cast<void>(inner_->advance(bytes));  // all of it: nothing is cut
    is_drawn_ = false;
  }
  if (!is_drawn_) editor_.draw(out);
  is_drawn_ = true;
}

void RedrawFeed::on_blocked() {
  is_blocked_ = true;
  if (inner_ != nullptr) inner_->on_blocked();
}

void RedrawFeed::on_unblocked() {
  is_blocked_ = false;
  if (inner_ != nullptr) inner_->on_unblocked();
}

}  // namespace grotto
