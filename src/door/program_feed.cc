#include "door/program_feed.h"

#include <algorithm>

#include "door/take_all.h"

namespace grotto {

void ProgramFeed::set_inner(Feed* inner) noexcept {
  if (inner_ != nullptr && is_blocked_) inner_->on_unblocked();
  inner_ = inner;
  if (inner_ != nullptr && is_blocked_) inner_->on_blocked();
}

void ProgramFeed::end_with_lf(std::string& text, std::size_t begin) {
  text.erase(std::remove(text.begin() + static_cast<std::ptrdiff_t>(begin), text.end(), '\r'),
             text.end());
}

void ProgramFeed::preface(std::string& out) {
  if (!has_more()) return;
  const std::size_t begin = out.size();
  take_all(*inner_, out);
  end_with_lf(out, begin);
}

void ProgramFeed::on_blocked() {
  is_blocked_ = true;
  if (inner_ != nullptr) inner_->on_blocked();
}

void ProgramFeed::on_unblocked() {
  is_blocked_ = false;
  if (inner_ != nullptr) inner_->on_unblocked();
}

}  // namespace grotto
