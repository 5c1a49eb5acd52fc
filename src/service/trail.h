// Trail: of what was sent to somebody lately, how much was whose: lines of which of his rooms, or
// words for him alone. So it can be told which lines did not arrive when his connection drops.
//
// Only who has asked for a token (/resume) has one: a feed between the connection and his rooms.
// kBytesMax are looked back at most; a kernel holds less. Threads: its worker's only.
#pragma once

#include <cstddef>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "grotto/feed.h"

namespace grotto {

class Participant;
class Seat;
class StateReader;
class StateWriter;

class Trail final : public Feed {
 public:
  static constexpr std::size_t kBytesMax = 8 * 1024 * 1024;
  static constexpr std::size_t kStepsMax = 4'096;  // the older ones go

  explicit Trail(Participant& who) noexcept : who_(who) {}

  void set_inner(Feed* inner) noexcept;
  /// So many bytes were written for him alone.
  void note_private(std::size_t bytes) { note(nullptr, bytes); }

  /// Of the last `bytes` that were sent: how many are of that seat's room.
  [[nodiscard]] std::size_t of_seat(const Seat& seat, std::size_t bytes) const noexcept;
  /// For an upgrade: `seats` are his, in the same order there and here.
  void save(const std::vector<const Seat*>& seats, StateWriter& state) const;
  void restore(const std::vector<const Seat*>& seats, StateReader& state);

  /// The seat goes.
  void forget(const Seat& seat) noexcept;

  // Feed
  [[nodiscard]] bool has_more() const noexcept override;
  void preface(std::string& out) override;
  std::size_t gather(std::span<Slice> slices, std::size_t bytes_max) override;
  [[nodiscard]] std::string_view advance(std::size_t bytes) override;
  void on_blocked() override;
  void on_unblocked() override;

 private:
  struct Step {
    const Seat* seat = nullptr;  // nullptr: for him alone
    std::size_t bytes = 0;
  };
  void note(const Seat* seat, std::size_t bytes);

  Participant& who_;
  Feed* inner_ = nullptr;
  bool is_blocked_ = false;
  std::deque<Step> steps_;
  std::size_t bytes_ = 0;  // of all steps
};

}  // namespace grotto
