// The members of the workloads that say little: IdleMember holds its connection, ChurnMember
// connects, talks and leaves over and over, SlowMember is in the room and hardly reads. Threads:
// their crew's only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "load/engine/member.h"

namespace grotto::load {

class IdleMember : public Member {
 public:
  using Member::Member;

 protected:
  /// Only answers what its dialect must.
  void on_bytes(std::string_view bytes) override;

 private:
  std::string rest_;
};

/// A life: connect, be let in, say a line and have it back (echo) or leave with the dialect's
/// farewell (a room).
class ChurnMember final : public Member {
 public:
  using Member::Member;
  void begin_measuring() override { taken_ = 0; }
  void refresh_window() override;
  void allow_more(std::uint64_t lives) override;
  void stop_sending() override { due_ = 0; }
  [[nodiscard]] bool has_sent_all() override;
  [[nodiscard]] bool is_settled() const override;

 private:
  void on_in() override;
  void on_bytes(std::string_view bytes) override;
  void on_over() override;
  void on_failed() override;
  void live_on();
  void talk_now();

  std::uint64_t line_ = 0;  // of this life
  std::uint64_t begun_ns_ = 0;
  std::uint64_t taken_ = 0;  // lives begun in this measuring
  std::uint64_t due_ = 0;    // open loop: lives that should have begun
  bool is_living_ = false;
  std::string rest_;
};

class SlowMember final : public IdleMember {
 public:
  using IdleMember::IdleMember;

 private:
  void on_in() override;
  void on_bytes(std::string_view bytes) override;
  void read_a_little();

  static constexpr std::uint64_t kPauseMs = 100;
  static constexpr std::size_t kDripBytes = 256;
  TimerOf<SlowMember, &SlowMember::read_a_little> timer_{*this};
};

}  // namespace grotto::load
