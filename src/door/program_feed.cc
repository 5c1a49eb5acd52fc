#include "door/program_feed.h"

#include <algorithm>
#include <array>

namespace grotto {

namespace {
constexpr std::size_t kCopyBytes = 16 * 1024;
constexpr std::size_t kSlices = 16;
}  // namespace

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
  inner_->preface(out);
  std::array<Slice, kSlices> slices{};
  const std::size_t filled = inner_->gather(slices, kCopyBytes);
  std::size_t bytes = 0;
  for (std::size_t i = 0; i < filled; ++i) {
    out.append(slices[i].data, slices[i].size);
    bytes += slices[i].size;
  }
  if (filled > 0) static_cast<void>(inner_->advance(bytes));  // all of it: nothing is cut
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
