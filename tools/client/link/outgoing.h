// Outgoing: the bytes on their way to the server, bounded; sent from where they lie.
//
// A feed and not the connection's outbox, because a full outbox stops a connection's reading: two
// programs that both wrote first and read later would wait for each other for ever.
// Threads: its connection's.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "grotto/feed.h"

namespace grotto::client {

class Outgoing final : public Feed {
 public:
  static constexpr std::size_t kBytesMax = 256 * 1024;
  static constexpr std::size_t kLow = 32 * 1024;

  /// `on_low`: called when it falls below kLow again after append() left it above.
  explicit Outgoing(std::function<void()> on_low) : on_low_(std::move(on_low)) {}

  /// False if it would be too much: then nothing is taken.
  [[nodiscard]] bool append(std::string_view bytes);
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size() - sent_; }
  [[nodiscard]] bool is_high() const noexcept { return is_high_; }
  void clear() noexcept;

  // Feed. Each byte is a line of its own: nothing comes between them, so any cut is one.
  [[nodiscard]] bool has_more() const noexcept override { return size() != 0; }
  void preface(std::string& /*out*/) override {}
  std::size_t gather(std::span<Slice> slices, std::size_t bytes_max) override;
  [[nodiscard]] std::string_view advance(std::size_t bytes) override;
  void on_blocked() override {}
  void on_unblocked() override {}

 private:
  const std::function<void()> on_low_;
  std::string bytes_;
  std::size_t sent_ = 0;
  bool is_high_ = false;
};

}  // namespace grotto::client
