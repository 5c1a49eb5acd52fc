// CloseFeed: a feed that ends with a close frame: what the service still has to send comes first,
// and nothing comes after it (RFC 6455 section 5.5.1). Threads: its worker's only.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "grotto/feed.h"

namespace grotto {

class CloseFeed final : public Feed {
 public:
  /// `inner` may be nullptr.
  CloseFeed(Feed* inner, std::string frame) noexcept : inner_(inner), frame_(std::move(frame)) {}

  void set_inner(Feed* inner) noexcept;

  // Feed
  [[nodiscard]] bool has_more() const noexcept override { return has_inner_more() || !is_sent_; }
  void preface(std::string& out) override;
  std::size_t gather(std::span<Slice> slices, std::size_t bytes_max) override;
  [[nodiscard]] std::string_view advance(std::size_t bytes) override;
  void on_blocked() override;
  void on_unblocked() override;

 private:
  [[nodiscard]] bool has_inner_more() const noexcept {
    return inner_ != nullptr && inner_->has_more();
  }

  Feed* inner_;
  const std::string frame_;
  bool is_blocked_ = false;
  bool is_frame_gathered_ = false;
  bool is_sent_ = false;
};

}  // namespace grotto
