// Participant: one person in the chat: asked for a name, then in one room or several.
// Threads: its worker's only. Owned by its session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "grotto/session.h"
#include "grotto/timer_wheel.h"
#include "room/lobby.h"
#include "room/names.h"
#include "service/seat.h"
#include "service/several_rooms.h"
#include "service/token_bucket.h"

namespace grotto {

class ChatService;

class Participant final : public SessionState, public Person, private Timer {
 public:
  Participant(ChatService& chat, Session& session);
  ~Participant() override;

  [[nodiscard]] Session& session() noexcept { return session_; }
  [[nodiscard]] std::string_view name() const noexcept {
    return name_ == nullptr
               ? std::string_view()
               : std::string_view(name_.get() + 1, static_cast<unsigned char>(name_[0]));
  }
  [[nodiscard]] const NameKey& key() const noexcept { return key_; }
  [[nodiscard]] WorkerContext& worker() noexcept override;

  /// A first name, or another one for who is in rooms.
  void set_name(std::string_view name, const NameKey& key);

  // ---- Rooms ----

  /// Whether it is in any room.
  [[nodiscard]] bool is_in() const noexcept { return focus().is_in_room(); }
  /// The seat that plain lines are said from.
  [[nodiscard]] Seat& focus() noexcept;
  [[nodiscard]] const Seat& focus() const noexcept;
  /// The room in focus. REQUIRES: is_in().
  [[nodiscard]] LocalRoom& room() noexcept { return *focus().room(); }
  /// The seat in that room, or nullptr.
  [[nodiscard]] Seat* seat_in(const Room& room) noexcept;
  [[nodiscard]] std::size_t rooms() const noexcept;
  template <class Visit>
  void for_each_seat(Visit visit);

  /// A seat to join one more room with; focus_on() comes next.
  [[nodiscard]] Seat& free_seat();
  void focus_on(Seat& seat);
  /// Gives the seat up, with what is unread of its room; the focus goes back to the last.
  void give_up(Seat& seat);

  // ---- What is read, and how ----

  [[nodiscard]] Look look() const noexcept { return focus().form().look(); }
  void set_look(Look look) noexcept;
  [[nodiscard]] bool gets_own_lines() const noexcept { return focus().gets_own_lines(); }
  void set_gets_own_lines(bool gets_own_lines);

  // ---- Flood control ----

  /// Whether it lets a line of `bytes` pass now; if not, the held line is offered again in time.
  [[nodiscard]] bool may_pass(std::size_t bytes);
  /// The line has been used up.
  void count_line(std::size_t bytes);

  /// Ends the session if no name is given in time.
  void expect_name_within(std::uint64_t delay_ms);
  void stop_expecting() { cancel(); }

 private:
  friend class Seat;
  void on_too_slow();
  void on_timer() override;

  ChatService& chat_;
  Session& session_;
  // Its length in a byte, then its text; at an address of its own, as rooms show it to other
  // threads.
  std::unique_ptr<char[]> name_;  // NOLINT(modernize-avoid-c-arrays)
  NameKey key_;
  TokenBucket lines_;
  TokenBucket bytes_;
  Seat home_{*this};
  std::unique_ptr<SeveralRooms> several_;  // in more than one room, or in another than `home_`'s
};

template <class Visit>
void Participant::for_each_seat(Visit visit) {
  if (several_ == nullptr) {
    if (home_.is_in_room()) visit(home_);
    return;
  }
  const std::vector<Seat*> seats = several_->order();  // the visit may leave
  for (Seat* seat : seats) {
    if (seat->is_in_room()) visit(*seat);
  }
}

}  // namespace grotto
