// Participant: one person in the chat: asked for a name, then in one room or several.
// Threads: its worker's only. Owned by its session.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "base/flood_control.h"
#include "grotto/session.h"
#include "grotto/timer_wheel.h"
#include "room/lobby.h"
#include "room/names.h"
#include "service/absences.h"
#include "service/personal.h"
#include "service/questions.h"
#include "service/seat.h"
#include "service/several_rooms.h"
#include "service/trail.h"

namespace grotto {

class ChatService;
class StateReader;
class StateWriter;

/// Who is in no room any more and may come back: where he was.
struct Parted {
  std::shared_ptr<Absence> absence;
  std::vector<Seat*> seats;  // of absence->rooms
};

class Participant final : public SessionState, public Person, private Timer {
 public:
  Participant(ChatService& chat, Session& session);
  ~Participant() override;

  [[nodiscard]] Session& session() noexcept { return session_; }
  [[nodiscard]] ChatService& chat() noexcept { return chat_; }
  [[nodiscard]] std::string_view name() const noexcept override {
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

  /// One sentence of the server's own for him alone; person_lines.h has what is more than that.
  void tell(std::string_view sentence);
  /// Ends the session with a sentence, or with none if it is empty.
  void finish(CloseReason reason, std::string_view sentence);
  [[nodiscard]] bool reads_json() const noexcept { return focus().form().is_json(); }

  [[nodiscard]] Look look() const noexcept { return focus().form().look(); }
  void set_look(Look look);
  /// nullptr: nothing of it is set.
  [[nodiscard]] const Personal* personal() const noexcept {
    return extra_ == nullptr ? nullptr : extra_->personal.get();
  }
  /// To change it; made if need be. use_personal() comes next.
  [[nodiscard]] Personal& own_personal();
  /// Makes all seats filter and listen as it says.
  void use_personal() noexcept;
  /// Whether it wants to read nothing of who has that name.
  [[nodiscard]] bool ignores(const NameKey& key) const noexcept {
    return personal() != nullptr && personal()->ignores(key);
  }
  [[nodiscard]] bool gets_own_lines() const noexcept { return focus().gets_own_lines(); }
  void set_gets_own_lines(bool gets_own_lines);

  /// Appends a line of the past as lines look to him, or nothing if he does not want to read it.
  void render(const ArchivedLine& line, std::string_view room, std::string& out);
  /// Rings the bell if he has asked for one for such lines: who wrote to him, or mentioned him.
  void ring_for_mention() noexcept;

  /// When he entered, in milliseconds since 1970, whole seconds.
  [[nodiscard]] std::int64_t since_ms() const noexcept {
    return static_cast<std::int64_t>(since_s_) * 1000;
  }
  /// Tells apart who have one name after the other; never 0 once he has entered.
  [[nodiscard]] std::uint32_t number() const noexcept { return number_; }
  void note_entered() noexcept;

  // ---- Who he has shown to be ----

  /// The account that he is logged in to; nullptr: none.
  [[nodiscard]] const Name* account() const noexcept {
    return extra_ == nullptr ? nullptr : extra_->account.get();
  }
  /// nullptr: logs him out.
  void set_account(std::unique_ptr<const Name> account);

  // ---- Coming back (resumption.h) ----

  /// Empty: he has asked for none.
  [[nodiscard]] std::string_view token() const noexcept {
    return extra_ == nullptr ? std::string_view() : std::string_view(extra_->token);
  }
  /// What is sent is told from then on to his trail; empty: he has none any more.
  void set_token(std::string token);
  [[nodiscard]] Trail* trail() noexcept {
    return extra_ == nullptr ? nullptr : extra_->trail.get();
  }
  [[nodiscard]] bool has_parted() const noexcept {
    return extra_ != nullptr && extra_->parted != nullptr;
  }
  void set_parted(std::unique_ptr<Parted> parted) { extra().parted = std::move(parted); }
  [[nodiscard]] std::unique_ptr<Parted> take_parted() noexcept { return std::move(extra_->parted); }
  /// What he does not want to read; nullptr: nothing.
  [[nodiscard]] LineFilter* filter() noexcept {
    return personal() == nullptr || !personal()->is_filter() ? nullptr : extra_->personal.get();
  }
  void give_up_belongings(std::unique_ptr<const Name>& account,
                          std::unique_ptr<Personal>& personal) noexcept;
  void take_belongings(std::unique_ptr<const Name>& account, std::unique_ptr<Personal>& personal);

  // ---- What is sent to him ----

  /// Bytes and lines for him alone.
  void write(std::string_view bytes);
  void write_line(std::string_view line);
  /// The lines of his rooms; nullptr: none any more.
  void follow(Feed* feed);
  /// Of the last gather() of his rooms, which were `bytes` long: how much is whose, in order.
  template <class Visit>
  void for_each_planned(std::size_t bytes, Visit visit) const;

  // ---- What he is asked (questions.h) ----

  [[nodiscard]] bool is_asked() const noexcept {
    return extra_ != nullptr && extra_->question != nullptr;
  }
  void set_question(std::unique_ptr<Question> question);
  [[nodiscard]] std::unique_ptr<Question> take_question() noexcept;

  // ---- Asking others (inquiries.h) ----

  /// He has asked and takes no line until the answer is there.
  [[nodiscard]] bool is_waiting() const noexcept { return is_waiting_; }
  void set_waiting(bool is_waiting) noexcept { is_waiting_ = is_waiting; }
  /// His input has ended meanwhile.
  [[nodiscard]] bool has_ended() const noexcept { return has_ended_; }
  void set_ended() noexcept { has_ended_ = true; }

  // ---- Flood control ----

  /// Whether it lets a line of `bytes` pass now; if not, the held line is offered again in time.
  [[nodiscard]] bool may_pass(std::size_t bytes);
  /// The line has been used up.
  void count_line(std::size_t bytes);
  /// Who gets what he says now.
  [[nodiscard]] std::size_t readers() noexcept;

  // ---- Upgrades (participant_state.cc) ----

  void save(StateWriter& state);
  /// In a new participant; `state` is not good if he cannot be taken over.
  void restore(StateReader& state);

  /// Ends the session if no name is given in time.
  void expect_name_within(std::uint64_t delay_ms);
  void stop_expecting() { cancel(); }

 private:
  friend class Seat;
  // What few have.
  struct Extra {
    std::unique_ptr<SeveralRooms> several;  // in more than one room, or in another than `home_`'s
    std::unique_ptr<Personal> personal;
    std::unique_ptr<const Name> account;
    std::unique_ptr<Question> question;
    std::string token;
    std::unique_ptr<Trail> trail;
    std::unique_ptr<Parted> parted;
  };
  [[nodiscard]] SeveralRooms* several() const noexcept {
    return extra_ == nullptr ? nullptr : extra_->several.get();
  }
  [[nodiscard]] Extra& extra();
  [[nodiscard]] bool take_name_back(std::string_view text);
  Seat* take_seat_back(StateReader& state);
  void on_too_slow();
  void on_timer() override;
  void hear(const Room& room, LineNumber number, LineKind kind, std::string_view line) noexcept;
  void ring() noexcept;

  ChatService& chat_;
  Session& session_;
  // Its length in a byte, then its text; at an address of its own, as rooms show it to other
  // threads.
  std::unique_ptr<char[]> name_;  // NOLINT(modernize-avoid-c-arrays)
  NameKey key_;
  FloodControl flood_;
  Seat home_{*this};
  std::uint64_t since_s_ : 34 = 0;  // these share eight bytes
  std::uint32_t number_ : Lobby::kPersonBits = 0;
  bool is_waiting_ : 1 = false;
  bool has_ended_ : 1 = false;
  std::unique_ptr<Extra> extra_;
};

template <class Visit>
void Participant::for_each_planned(std::size_t bytes, Visit visit) const {
  if (several() == nullptr) return visit(home_, bytes);
  for (const SeveralRooms::Planned& planned : several()->planned()) {
    visit(*planned.seat, planned.bytes);
  }
}

template <class Visit>
void Participant::for_each_seat(Visit visit) {
  if (several() == nullptr) {
    if (home_.is_in_room()) visit(home_);
    return;
  }
  const std::vector<Seat*> seats = several()->order();  // the visit may leave
  for (Seat* seat : seats) {
    if (seat->is_in_room()) visit(*seat);
  }
}

}  // namespace grotto
