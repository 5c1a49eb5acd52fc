// RoomMember: one of a room: may send lines to it, may read what is said there and check it against
// what the others of its thread read. Threads: its crew's only.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "load/check/room_reader.h"
#include "load/engine/member.h"

namespace grotto::load {

struct RoomRole {
  bool sends = false;
  bool reads = false;
};

class RoomMember final : public Member, private ReaderSink {
 public:
  RoomMember(Crew& crew, std::uint32_t index, RoomRole role);

  Sender* sender() noexcept override { return sender_ ? &*sender_ : nullptr; }
  void refresh_window() override;
  void write_off_if_stuck() override;
  void begin_measuring() override;
  [[nodiscard]] bool is_settled() const override;
  void count_missing(Tally& tally) override;
  [[nodiscard]] std::uint64_t room_line() const noexcept override;
  bool leave_room_line(std::uint64_t line) override;
  RoomReader* room_reader() noexcept override { return reader_ && is_open() ? &*reader_ : nullptr; }
  void read_on() override;

 private:
  void on_in() override;
  void on_bytes(std::string_view bytes) override;
  void on_lost() override;

  void on_lines(const RoomLog::Entry& entry, std::uint64_t count) override;
  void on_passed_over(std::uint32_t sender, std::uint64_t count) override;
  void on_late(std::uint32_t sender) override;
  void on_fault(Fault fault, std::uint32_t sender, std::uint64_t sequence,
                std::string_view text) override;
  void on_skipped(std::uint64_t lines) override;
  void on_left_out(std::uint32_t sender, std::uint64_t count) override;
  void on_probe() override;
  void on_answer(std::string_view bytes) override { say(bytes); }
  void on_ended(const Frame& frame) override { take_end(frame); }

  /// Beyond it, what one who is lost had settled of a sender's lines is not known any more.
  static constexpr std::uint32_t kSendersCountedMax = 256;
  void settle(std::uint32_t sender, std::uint64_t count);
  [[nodiscard]] std::uint64_t readers_of_own() const noexcept;
  [[nodiscard]] std::uint64_t expected_until_now() const noexcept;

  std::optional<Sender> sender_;
  std::optional<RoomReader> reader_;
  std::uint64_t received_ = 0;  // in this measuring, each line once
  std::uint64_t corrupted_ = 0;
  std::uint64_t skipped_ = 0;
  std::uint64_t expected_when_lost_ = 0;
  std::uint64_t seen_settled_ = 0;
  std::uint64_t seen_at_ns_ = 0;
  std::uint64_t held_since_ns_ = 0;
  bool is_probed_ = false;
  std::vector<std::uint64_t> settled_;  // by sender: deliveries, to be taken back when it is lost
};

}  // namespace grotto::load
