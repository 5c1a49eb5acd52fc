// ProgramFeed: a feed for a program on a pipe: lines end with LF, as programs expect of their
// standard input.
//
// Such readers are few, so their lines are copied: 16 KiB of the inner feed at a time, as private
// bytes. Threads: its worker's only.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "grotto/feed.h"

namespace grotto {

class ProgramFeed final : public Feed {
 public:
  /// `inner` may be nullptr.
  void set_inner(Feed* inner) noexcept;

  /// Drops every CR in `text` from `begin` on: the text rules leave none but in line ends.
  static void end_with_lf(std::string& text, std::size_t begin);

  // Feed
  [[nodiscard]] bool has_more() const noexcept override {
    return inner_ != nullptr && inner_->has_more();
  }
  void preface(std::string& out) override;
  std::size_t gather(std::span<Slice> /*slices*/, std::size_t /*bytes_max*/) override { return 0; }
  [[nodiscard]] std::string_view advance(std::size_t /*bytes*/) override { return {}; }
  void on_blocked() override;
  void on_unblocked() override;

 private:
  Feed* inner_ = nullptr;
  bool is_blocked_ = false;
};

}  // namespace grotto
