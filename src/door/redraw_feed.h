// RedrawFeed: a feed for a peer that edits its line: what arrives goes above the half-typed line,
// which is drawn again.
//
// Such peers are few, so their lines are copied: whole lines of the inner feed between an erase and
// a redraw, as private bytes. Threads: its worker's only.
#pragma once

#include "grotto/feed.h"
#include "line/line_editor.h"

namespace grotto {

class RedrawFeed final : public Feed {
 public:
  /// `editor` outlives it; `inner` may be nullptr.
  RedrawFeed(LineEditor& editor, Feed* inner) noexcept : editor_(editor), inner_(inner) {}

  void set_inner(Feed* inner) noexcept;

  /// Whether the half-typed line is on the screen, as far as bytes have been queued.
  [[nodiscard]] bool is_drawn() const noexcept { return is_drawn_; }
  void set_drawn(bool is_drawn) noexcept { is_drawn_ = is_drawn; }

  // Feed
  [[nodiscard]] bool has_more() const noexcept override;
  void preface(std::string& out) override;
  std::size_t gather(std::span<Slice> /*slices*/, std::size_t /*bytes_max*/) override { return 0; }
  [[nodiscard]] std::string_view advance(std::size_t /*bytes*/) override { return {}; }
  void on_blocked() override;
  void on_unblocked() override;

 private:
  LineEditor& editor_;
  Feed* inner_;
  bool is_drawn_ = true;
  bool is_blocked_ = false;
};

}  // namespace grotto
