// Participant's chapter on upgrades: what another process needs to go on with him.
//
// What he was just asked cannot be handed over, nor an answer that he waits for: he is told so, and
// what he answers goes nowhere.
#include <fmt/format.h>

#include "grotto/state.h"
#include "service/chat_service.h"
#include "service/participant.h"
#include "service/person_state.h"
#include "service/refusal.h"

namespace grotto {

namespace {

void drop_answer(ChatService& chat, Participant& who, std::string_view /*line*/) {
  refuse(who, "upgraded", "The server was upgraded meanwhile: begin that again.");
  if (!who.is_in()) chat.greet(who);
}

void save_seat(Seat& seat, StateWriter& state) {
  const LocalRoom::Place place = LocalRoom::place_of(seat);
  state.text(seat.room()->room().name());
  state.number(place.author);
  state.number(place.line);
  state.number(place.history_end);
  state.flag(place.is_now_due);
  state.flag(place.gets_own_lines);
  state.flag(seat.room()->room().is_operator(seat));
}

}  // namespace

void Participant::save(StateWriter& state) {
  const std::uint64_t now = chat_.wheel().now_ms();
  state.text(name());
  state.number(since_s_);
  state.number(number_);
  const FloodControl::Full full = flood_.full_in(now);
  state.number(full.lines_ms);
  state.number(full.bytes_ms);
  save_look(look(), state);
  state.flag(is_asked());
  state.flag(is_waiting_);
  state.flag(has_ended_);
  state.text(account() == nullptr ? std::string_view() : std::string_view(account()->text));
  state.text(token());
  state.flag(personal() != nullptr);
  if (personal() != nullptr) personal()->save(state);
  state.number(rooms());
  std::vector<const Seat*> seats;
  for_each_seat([&](Seat& seat) {
    save_seat(seat, state);
    seats.push_back(&seat);
  });
  if (!token().empty()) trail()->save(seats, state);
}

void Participant::restore(StateReader& state) {
  const std::uint64_t now = chat_.wheel().now_ms();
  const std::string_view text = state.text();
  since_s_ = state.number() & ((std::uint64_t{1} << 34U) - 1);
  number_ = static_cast<std::uint32_t>(state.number()) & ((1U << Lobby::kPersonBits) - 1);
  FloodControl::Full full;
  full.lines_ms = state.number();
  full.bytes_ms = state.number();
  flood_.be_full_in(full, now);
  const Look look = read_look(state);
  const bool was_asked = state.flag();
  const bool was_waiting = state.flag();
  has_ended_ = state.flag();
  const std::string_view account = state.text();
  const std::string token(state.text());
  if (state.flag()) own_personal().restore(state);
  if (!text.empty() && !take_name_back(text)) {
    state.fail();
    return;
  }
  if (!account.empty()) set_account(std::make_unique<const Name>(chat_.names().own(account)));
  std::vector<const Seat*> seats;
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    seats.push_back(take_seat_back(state));
  }
  if (!state.is_good()) return;
  set_look(look);
  use_personal();
  if (!token.empty()) {
    set_token(chat_.shared().absences.come(chat_, *this, token));
    trail()->restore(seats, state);
  }
  if (!is_in()) expect_name_within(chat_.limits().hello_timeout_ms);
  if (was_asked) set_question(std::make_unique<Question>(Question{{}, drop_answer}));
  if (was_waiting) refuse(*this, "upgraded", "The server was upgraded meanwhile: ask again.");
}

/// Nobody else can have it: it was his in the other process.
bool Participant::take_name_back(std::string_view text) {
  const Name name = chat_.names().own(text);
  const bool is_asked_for = chat_.options().naming == Naming::ask;
  if (is_asked_for && !chat_.lobby().claim_name(name.key, *this)) return false;
  set_name(name.text, name.key);
  return true;
}

Seat* Participant::take_seat_back(StateReader& state) {
  const std::string_view room_name = state.text();
  LocalRoom::Place place;
  place.author = static_cast<AuthorId>(state.number());
  place.line = state.number();
  place.history_end = state.number();
  place.is_now_due = state.flag();
  place.gets_own_lines = state.flag();
  const bool is_operator = state.flag();
  LocalRoom* const room =
      state.is_good() ? chat_.rooms().open(chat_.names().own(room_name)) : nullptr;
  if (room == nullptr) {
    state.fail();
    return nullptr;
  }
  const bool is_first = !is_in();
  Seat& seat = free_seat();
  room->take_over(seat, name(), place);
  if (is_first) {
    follow(&seat);
  } else {
    focus_on(seat);
  }
  if (is_operator) room->room().set_operator(seat, true);
  return &seat;
}

}  // namespace grotto
