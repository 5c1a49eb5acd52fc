// EchoMember: sends lines and checks that each comes back to it, whole, once and in order. Threads:
// its crew's only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "load/check/stream_check.h"
#include "load/engine/member.h"

namespace grotto::load {

class EchoMember : public Member {
 public:
  EchoMember(Crew& crew, std::uint32_t index);

  Sender* sender() noexcept override { return &sender_; }
  void refresh_window() override;
  void write_off_if_stuck() override;
  void begin_measuring() override;
  [[nodiscard]] bool is_settled() const override;
  void count_missing(Tally& tally) override;

 protected:
  void on_in() override { connection()->follow(&sender_); }
  void on_bytes(std::string_view bytes) override;
  void on_lost() override;

  /// Counts what came back: `text`, with `lead` before it.
  void take(std::string_view text, std::string_view lead);
  /// Counts what came back and is no line of ours, for what it is.
  void take_corrupted(std::string_view bytes, std::string_view what = "not what was sent");

 private:
  Sender sender_;
  StreamCheck check_;
  std::string rest_;  // of a frame that has not ended
  bool is_in_endless_line_ = false;
  std::uint64_t received_ = 0;     // in this measuring, each line once
  std::uint64_t corrupted_ = 0;    // likewise
  std::uint64_t written_off_ = 0;  // lines below it are not waited for
  std::uint64_t seen_next_ = 0;    // at the last look: whether anything comes
  std::uint64_t seen_at_ns_ = 0;
};

}  // namespace grotto::load
