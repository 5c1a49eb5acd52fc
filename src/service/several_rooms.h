// SeveralRooms: the seats of a person who is in more than one room, and the feed that they are
// together.
//
// Who is in one room only has none of this: the session follows the one seat itself.
// Threads: its worker's only.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "grotto/feed.h"
#include "service/seat.h"

namespace grotto {

class SeveralRooms final : public Feed {
 public:
  /// `home`: the seat that the person has in any case; outlives this.
  explicit SeveralRooms(Seat& home) : order_{&home} {}

  /// Another seat, to join a room with. It is in no order yet.
  Seat& add(Participant& person);

  /// The seats by when they were last in focus; the last is.
  [[nodiscard]] const std::vector<Seat*>& order() const noexcept { return order_; }
  /// Adds the seat or moves it to the end. If the kernel takes no bytes now, a new one hears of it.
  void focus_on(Seat& seat);
  /// Takes it out, and away if it was made by add().
  void remove(Seat& seat) noexcept;

  /// How much of the last gather() is whose, in order; until advance().
  struct Planned {
    Seat* seat = nullptr;
    std::size_t bytes = 0;
  };
  [[nodiscard]] const std::vector<Planned>& planned() const noexcept { return planned_; }

  // Feed: what the seats have, each in its turn.
  [[nodiscard]] bool has_more() const noexcept override;
  void preface(std::string& out) override;
  std::size_t gather(std::span<Slice> slices, std::size_t bytes_max) override;
  [[nodiscard]] std::string_view advance(std::size_t bytes) override;
  void on_blocked() override;
  void on_unblocked() override;

 private:
  std::vector<std::unique_ptr<Seat>> made_;
  std::vector<Seat*> order_;
  std::vector<Planned> planned_;  // the last gather(), in order
  std::vector<std::size_t> due_;  // within a gather(): whose turn is to come, the next one last
  std::size_t first_ = 0;         // whose turn it is: who did not get one in the last gather()
  bool is_blocked_ = false;
};

}  // namespace grotto
