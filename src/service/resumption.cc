#include "service/resumption.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "room/form_log.h"
#include "service/chat_service.h"
#include "service/discipline.h"
#include "service/login.h"
#include "service/refusal.h"
#include "service/room_commands.h"
#include "service/trail.h"

namespace grotto {

namespace {

/// Where a reader stood before the last `bytes` of what he was sent of a room.
LineNumber rewind(Room& room, const Seat& seat, bool gets_own_lines, LineFilter* filter,
                  std::size_t bytes) {
  const Snapshot log = room.transcript().snapshot();
  const Holes holes{.author = seat.author(),
                    .own = !gets_own_lines,
                    .not_said = false,
                    .filter = filter,
                    .room = &room};
  const LineRenderer render(seat.form(), room.name());
  std::string text;
  LineNumber line = std::min(seat.next_line(), log.head());
  while (bytes > 0 && line > log.first()) {
    --line;
    if (holes.is_hole(log, line)) continue;
    std::size_t size = log.line(line).size();
    if (!seat.form().is_plain()) {
      text.clear();
      render(line, log.entry(line), log.line(line), text);
      size = text.size();
    }
    bytes -= std::min(bytes, size);
  }
  return line;
}

bool is_deliberate(CloseReason reason) noexcept {
  switch (reason) {
    case CloseReason::quit:
    case CloseReason::replaced:
    case CloseReason::kicked:
    case CloseReason::banned:
    case CloseReason::refused:
    case CloseReason::server_stopping:
    case CloseReason::server_upgraded: return true;
    default: return false;
  }
}

}  // namespace

// ---- Going -------------------------------------------------------------------------------------

std::string Resumption::give_token(Participant& who, std::string token) {
  if (who.token().empty()) {
    who.set_token(chat_.shared().absences.come(chat_, who, std::move(token)));
  }
  return std::string(who.token());
}

void Resumption::forget(Participant& who) noexcept {
  if (who.token().empty()) return;
  chat_.shared().absences.leave(who.token());
  who.set_token({});
}

bool Resumption::part(Participant& who) {
  if (who.token().empty() || !who.is_in()) return false;
  auto parted = std::make_unique<Parted>();
  auto absence = std::make_shared<Absence>();
  absence->token = who.token();
  absence->keeper = this;
  absence->name = {std::string(who.name()), who.key()};
  absence->look = who.look();
  absence->gets_own_lines = who.gets_own_lines();
  who.for_each_seat([&](Seat& seat) {
    Room& room = seat.room()->room();
    Absence::InRoom in;
    in.name = {room.name(), room.key()};
    in.held = chat_.lobby().use_room(in.name, {});
    in.room = in.held;
    in.held->await();
    in.author = seat.author();
    in.is_operator = room.is_operator(seat);
    absence->rooms.push_back(std::move(in));
    parted->seats.push_back(&seat);
  });
  parted->absence = std::move(absence);
  for (Seat* const seat : parted->seats) seat->room()->leave(*seat);
  chat_.lobby().hold_name(who.key());
  chat_.shared().absences.hold(who.token(), who.key());
  who.set_parted(std::move(parted));
  return true;
}

/// All that will be sent has been: what of it did not arrive?
void Resumption::settle(Participant& who) {
  const std::unique_ptr<Parted> parted = who.take_parted();
  const std::shared_ptr<Absence>& absence = parted->absence;
  const std::size_t undelivered = who.session().undelivered_bytes();
  for (std::size_t i = 0; i < parted->seats.size(); ++i) {
    Absence::InRoom& in = absence->rooms[i];
    in.next = rewind(*in.held, *parted->seats[i], absence->gets_own_lines, who.filter(),
                     who.trail()->of_seat(*parted->seats[i], undelivered));
  }
  who.give_up_belongings(absence->account, absence->personal);
  who.set_token({});
  const std::uint64_t grace_ms = chat_.limits().resume_grace_ms;
  graces_.push_back({absence->token, chat_.wheel().now_ms() + grace_ms});
  if (!timer_.is_armed()) chat_.wheel().arm(timer_, grace_ms);
  chat_.shared().absences.put(absence);
}

bool Resumption::go(Participant& who, CloseReason reason) {
  if (who.token().empty()) return false;
  if (is_deliberate(reason) && who.is_in()) {
    forget(who);
    return false;
  }
  if (!part(who) && !who.has_parted()) return false;
  settle(who);
  if (is_deliberate(reason) && !graces_.empty()) {  // he said so after his input had ended
    const std::string token = graces_.back().token;
    graces_.pop_back();
    if (const auto absence = chat_.shared().absences.take(token)) tell_left(*absence);
  }
  return true;
}

// A peer may acknowledge what it has got as late as that (RFC 1122, 4.2.3.2: 0.5 s at most; systems
// take 40 to 200 ms). Until then it cannot be told from what was lost.

void Resumption::replace(std::string_view token, std::function<void()> done) {
  replacing_.push_back({std::string(token), chat_.wheel().now_ms(), std::move(done)});
  replace_quiet();
}

void Resumption::replace_quiet() {
  const std::uint64_t now = chat_.wheel().now_ms();
  std::vector<Replacing> ready;
  std::erase_if(replacing_, [&](Replacing& each) {
    Participant* const who = present(each.token);
    const bool is_over = who == nullptr || who->session().undelivered_bytes() == 0 ||
                         now - each.since_ms >= kAcknowledgeMs;
    if (is_over) ready.push_back(std::move(each));
    return is_over;
  });
  if (!replacing_.empty()) chat_.wheel().arm(replace_timer_, kAcknowledgePollMs);
  for (const Replacing& each : ready) {
    if (Participant* const who = present(each.token)) replace(*who);
    each.done();
  }
}

/// Who has that token, if he is on this worker.
Participant* Resumption::present(std::string_view token) const {
  const auto found = chat_.shared().absences.find(token);
  return found && found->service == &chat_ ? found->who : nullptr;
}

void Resumption::replace(Participant& who) {
  if (!part(who) && !who.has_parted()) return;
  who.follow(nullptr);
  const bool is_lost = who.session().undelivered_bytes() > 0;
  settle(who);
  // What comes again must not arrive after all.
  if (is_lost) return who.session().abort(CloseReason::replaced);
  who.finish(CloseReason::replaced, "You came back by another connection. Goodbye! [replaced]");
}

void Resumption::end_absence(std::string_view token) {
  // Who has still to read what was said before his input ended has waited long enough.
  if (Participant* const who = present(token); who != nullptr && who->has_parted()) replace(*who);
  const std::shared_ptr<Absence> absence = chat_.shared().absences.take(token, this);
  if (absence != nullptr && absence->is_held) tell_left(*absence);
}

// ---- The grace ---------------------------------------------------------------------------------

void Resumption::end_graces() {
  const std::uint64_t now = chat_.wheel().now_ms();
  while (!graces_.empty() && graces_.front().ends_ms <= now) {
    const std::string token = std::move(graces_.front().token);
    graces_.pop_front();
    // Who is back, or away once more, is not held any more, or by a later grace.
    const bool is_later = std::any_of(graces_.begin(), graces_.end(),
                                      [&](const Grace& each) { return each.token == token; });
    std::shared_ptr<Absence> absence =
        is_later ? nullptr : chat_.shared().absences.take(token, this);
    if (absence == nullptr) continue;
    if (absence->is_held) tell_left(*absence);
    chat_.shared().absences.put(std::move(absence));
  }
  if (!graces_.empty()) chat_.wheel().arm(timer_, graces_.front().ends_ms - now);
}

std::uint64_t Resumption::grace_left_ms(std::string_view token) const noexcept {
  const std::uint64_t now = chat_.wheel().now_ms();
  std::uint64_t left = 0;
  for (const Grace& each : graces_) {
    if (each.token == token) left = std::max(left, each.ends_ms - std::min(each.ends_ms, now));
  }
  return left;
}

void Resumption::take_over_grace(const std::string& token, std::uint64_t left_ms) {
  const std::uint64_t ends_ms = chat_.wheel().now_ms() + left_ms;
  const auto later =
      std::upper_bound(graces_.begin(), graces_.end(), ends_ms,
                       [](std::uint64_t ends, const Grace& each) { return ends < each.ends_ms; });
  graces_.insert(later, {token, ends_ms});
  chat_.wheel().arm(timer_, graces_.front().ends_ms - chat_.wheel().now_ms());
}

void Resumption::tell_left(Absence& absence) {
  absence.is_held = false;
  for (Absence::InRoom& in : absence.rooms) {
    in.held->await_no_more();
    if (LocalRoom* const local = chat_.rooms().open(in.name)) {
      chat_.tell_left(*local, absence.name.text, " has left the chat.");
    }
    let_go(in);
  }
  chat_.lobby().release_name(absence.name.key);
}

void Resumption::let_go(Absence::InRoom& in) {
  chat_.lobby().give_back(*in.held);
  in.held.reset();
}

// ---- Coming back -------------------------------------------------------------------------------

void Resumption::come_back(Participant& who, std::string_view token, const Positions& positions) {
  Absences& absences = chat_.shared().absences;
  const std::shared_ptr<Absence> absence = absences.take(token);
  if (absence != nullptr) {
    const bool is_new = !absence->is_held;
    if (turn_away(chat_, who, absence->name, is_new) ||
        (absence->account != nullptr && turn_away(chat_, who, *absence->account, is_new))) {
      return absences.put(absence);
    }
    const bool has_name = absence->is_held ? chat_.lobby().claim_held_name(absence->name.key, who)
                                           : chat_.lobby().claim_name(absence->name.key, who);
    if (has_name) return return_to(who, *absence, positions);
    refuse(who, "name-taken", fmt::format("The name {} is taken by now.", absence->name.text));
    absences.put(absence);
    return ask_name_again(who);
  }
  const auto present = absences.find(token);
  if (!present) {
    refuse(who, "no-such-token", "Nobody can come back by that token.");
    return ask_name_again(who);
  }
  // His connection seems to be alive: its worker ends it.
  const Inquiries::Reply reply = chat_.inquiries().begin(who);
  present->service->worker().post(
      [service = present->service, token = std::string(token), positions, reply] {
        service->resumption().replace(token, [token, positions, reply] {
          reply([token, positions](Participant& guest) {
            if (guest.session().is_ending()) return;
            ChatService& chat = guest.chat();
            if (!chat.shared().absences.find(token)) {
              return chat.resumption().come_back(guest, token, positions);
            }
            refuse(guest, "no-such-token", "That did not work, try it again.");
            ask_name_again(guest);
          });
        });
      });
}

void Resumption::return_to(Participant& who, Absence& absence, const Positions& positions) {
  who.stop_expecting();
  who.set_name(absence.name.text, absence.name.key);
  who.take_belongings(absence.account, absence.personal);
  who.tell(fmt::format("Welcome back {}!", who.name()));
  std::string lost;
  for (Absence::InRoom& in : absence.rooms) {
    const auto given = std::find_if(positions.begin(), positions.end(),
                                    [&](const auto& each) { return each.first == in.name.text; });
    const LineNumber line = given == positions.end() ? in.next : given->second + 1;
    if (return_to_room(who, absence, in, line)) continue;
    lost += lost.empty() ? "" : ", ";
    lost += in.name.text;
  }
  if (!lost.empty()) who.tell(fmt::format("You are not in {} any more.", lost));
  if (!who.is_in()) {
    chat_.enter(who);
  } else {
    who.set_look(absence.look);
    who.set_gets_own_lines(absence.gets_own_lines);
    who.use_personal();
    who.note_entered();
    tell_focus(who);
  }
  static_cast<void>(give_token(who, absence.token));
}

bool Resumption::return_to_room(Participant& who, const Absence& absence, Absence::InRoom& in,
                                LineNumber line) {
  const bool is_held = absence.is_held;
  const std::shared_ptr<Room> room = in.room.lock();
  // Another one may have been founded under that name.
  const bool is_there = room != nullptr && chat_.lobby().find_room(in.name.key) == room;
  const bool may_return = is_there && may_enter(chat_, who, *room, !is_held);
  LocalRoom* const local = may_return ? chat_.rooms().open(in.name) : nullptr;
  if (local != nullptr) {
    Seat& seat = who.free_seat();
    const bool is_first = !who.is_in();
    // Before it is known from where it reads on: else own lines there were passed over as holes.
    seat.set_gets_own_lines(absence.gets_own_lines);
    local->join_again(seat, who.name(), in.author, line);
    if (is_first) {
      who.follow(&seat);
    } else {
      who.focus_on(seat);
    }
    if (in.is_operator) room->set_operator(seat, true);
    if (!is_held) chat_.tell_came_back(who, *local, seat);
  }
  if (in.held != nullptr) {
    in.held->await_no_more();
    let_go(in);
  }
  return local != nullptr;
}

}  // namespace grotto
