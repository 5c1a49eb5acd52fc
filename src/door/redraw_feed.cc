#include "door/redraw_feed.h"

#include "door/take_all.h"

namespace grotto {

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
    take_all(*inner_, out);
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
