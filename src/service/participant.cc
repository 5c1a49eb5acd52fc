#include "service/participant.h"

#include <algorithm>
#include <new>

#include "base/check.h"
#include "base/time_text.h"
#include "base/worker_counters.h"
#include "line/text.h"
#include "room/form_log.h"
#include "room/line_parts.h"
#include "service/chat_service.h"
#include "service/person_lines.h"

namespace grotto {

Participant::Participant(ChatService& chat, Session& session) : chat_(chat), session_(session) {}

Participant::~Participant() = default;

WorkerContext& Participant::worker() noexcept {
  return chat_.worker();
}

void Participant::set_name(std::string_view name, const NameKey& key) {
  GROTTO_CHECK(name.size() <= kNameBytesMax);
  auto text = std::make_unique_for_overwrite<char[]>(  // NOLINT(modernize-avoid-c-arrays)
      name.size() + 1);
  text[0] = static_cast<char>(name.size());
  std::copy(name.begin(), name.end(), text.get() + 1);
  // The old text goes when no room shows it any more.
  for_each_seat([&](Seat& seat) {
    seat.room()->room().rename(seat, std::string_view(text.get() + 1, name.size()));
  });
  name_.swap(text);
  key_ = key;
}

// ---- Rooms -------------------------------------------------------------------------------------

Participant::Extra& Participant::extra() {
  if (extra_ == nullptr) extra_ = std::make_unique<Extra>();
  return *extra_;
}

Seat& Participant::focus() noexcept {
  return several() == nullptr ? home_ : *several()->order().back();
}

const Seat& Participant::focus() const noexcept {
  return several() == nullptr ? home_ : *several()->order().back();
}

Seat* Participant::seat_in(const Room& room) noexcept {
  Seat* found = nullptr;
  for_each_seat([&](Seat& seat) {
    if (&seat.room()->room() == &room) found = &seat;
  });
  return found;
}

std::size_t Participant::rooms() const noexcept {
  if (several() != nullptr) return several()->order().size();
  return home_.is_in_room() ? 1 : 0;
}

Seat& Participant::free_seat() {
  if (home_.room() == nullptr) return home_;
  if (several() == nullptr) {
    extra().several = std::make_unique<SeveralRooms>(home_);
    follow(several());
  }
  return several()->add(*this);
}

void Participant::focus_on(Seat& seat) {
  const Look look = this->look();
  const bool gets_own = gets_own_lines();
  if (several() != nullptr) several()->focus_on(seat);
  seat.set_gets_own_lines(gets_own);
  set_look(look);
  use_personal();
}

void Participant::give_up(Seat& seat) {
  const Look look = this->look();
  if (seat.room() != nullptr) {
    if (personal() != nullptr) extra_->personal->forget(seat.room()->room());
    seat.room()->forget(seat);
  }
  if (trail() != nullptr) trail()->forget(seat);
  several()->remove(seat);
  set_look(look);
  if (several()->order().size() > 1 || several()->order().front() != &home_) return;
  follow(&home_);
  extra_->several.reset();
}

// ---- What is read, and how ---------------------------------------------------------------------

void Participant::set_look(Look look) {
  // The door decides on the framing, and elsewhere than in plain lines there are objects only.
  if (look.framing != session_.framing()) {
    look.framing = session_.framing();
    look.is_json = look.framing != Framing::lines || reads_json();
  }
  const Seat* const focused = &focus();
  if (!is_in()) home_.set_form(LineForm(look, false));  // for what is told before he has a name
  for_each_seat([&](Seat& seat) { seat.set_form(LineForm(look, &seat != focused)); });
}

void Participant::set_gets_own_lines(bool gets_own_lines) {
  for_each_seat([&](Seat& seat) { seat.set_gets_own_lines(gets_own_lines); });
}

Personal& Participant::own_personal() {
  std::unique_ptr<Personal>& personal = extra().personal;
  if (personal == nullptr) personal = std::make_unique<Personal>(chat_.names());
  return *personal;
}

void Participant::use_personal() noexcept {
  if (personal() == nullptr) return;
  for_each_seat([&](Seat& seat) {
    seat.set_filtered(personal()->is_filter());
    seat.set_listening(personal()->bell != Bell::off);
  });
}

void Participant::render(const ArchivedLine& line, std::string_view room, std::string& out) {
  std::string scratch;
  const std::string text = std::string(clean_text(line.text, scratch)) + "\r\n";
  Personal* const personal = extra_ == nullptr ? nullptr : extra_->personal.get();
  if (personal != nullptr && personal->hides(nullptr, kServer, line.kind, text)) return;
  Entry entry;
  entry.at_ms = line.at_ms;
  entry.kind_bits = static_cast<std::uint32_t>(line.kind) & 7U;
  LineRenderer(LineForm(look(), false), room)(line.number, entry, text, out);
}

void Participant::tell(std::string_view sentence) {
  if (!reads_json()) return write_line(sentence);
  write_line(phrase(*this, sentence));
}

void Participant::finish(CloseReason reason, std::string_view sentence) {
  session_.finish(reason, sentence.empty() ? std::string() : phrase(*this, sentence));
}

void Participant::hear(const Room& room, LineNumber number, LineKind kind,
                       std::string_view line) noexcept {
  try {
    if (personal()->bell == Bell::mention) {
      if (!chat_.mentions().has(room, number, parts_of(kind, line).text, key_)) return;
    }
    ring();
  } catch (...) {
    return;  // no memory: no bell
  }
}

void Participant::ring_for_mention() noexcept {
  if (personal() != nullptr && personal()->bell != Bell::off) ring();
}

void Participant::ring() noexcept {
  constexpr std::string_view kBell = "\a";
  if (reads_json() || personal()->rang_in_tick == chat_.tick()) return;
  if (session_.outbox_bytes() > chat_.limits().outbox_bytes_busy) return;
  extra_->personal->rang_in_tick = chat_.tick();
  try {
    write(kBell);
  } catch (...) {
    return;  // no memory: no bell
  }
}

void Participant::note_entered() noexcept {
  constexpr std::uint64_t kMask = (std::uint64_t{1} << 34U) - 1;
  since_s_ = static_cast<std::uint64_t>(wall_clock_ms() / 1000) & kMask;
  constexpr std::uint32_t kNumberMask = (1U << Lobby::kPersonBits) - 1;
  number_ = chat_.lobby().number_person() & kNumberMask;
}

// ---- Who he has shown to be, and what he is asked ---------------------------------------------

void Participant::set_account(std::unique_ptr<const Name> account) {
  if (account != nullptr || extra_ != nullptr) extra().account = std::move(account);
}

void Participant::set_question(std::unique_ptr<Question> question) {
  extra().question = std::move(question);
}

std::unique_ptr<Question> Participant::take_question() noexcept {
  return std::move(extra_->question);
}

// ---- Coming back, and what is sent -------------------------------------------------------------

void Participant::set_token(std::string token) {
  Extra& more = extra();
  const bool has_trail = !token.empty();
  more.token = std::move(token);
  if (!has_trail || more.trail != nullptr) return;  // a trail stays: the session may follow it
  more.trail = std::make_unique<Trail>(*this);
  more.trail->set_inner(several() == nullptr ? static_cast<Feed*>(&home_) : several());
  session_.follow(more.trail.get());
}

void Participant::give_up_belongings(std::unique_ptr<const Name>& account,
                                     std::unique_ptr<Personal>& personal) noexcept {
  for_each_seat([](Seat& seat) { seat.set_filtered(false); });
  account = std::move(extra_->account);
  personal = std::move(extra_->personal);
}

void Participant::take_belongings(std::unique_ptr<const Name>& account,
                                  std::unique_ptr<Personal>& personal) {
  extra().account = std::move(account);
  extra().personal = std::move(personal);
}

void Participant::follow(Feed* feed) {
  trail() == nullptr ? session_.follow(feed) : trail()->set_inner(feed);
}

void Participant::write(std::string_view bytes) {
  const std::size_t before = trail() == nullptr ? 0 : session_.outbox_bytes();
  session_.write(bytes);
  if (trail() != nullptr) trail()->note_private(session_.outbox_bytes() - before);
}

void Participant::write_line(std::string_view line) {
  const std::size_t before = trail() == nullptr ? 0 : session_.outbox_bytes();
  session_.write_line(line);
  if (trail() != nullptr) trail()->note_private(session_.outbox_bytes() - before);
}

// ---- Flood control -----------------------------------------------------------------------------

std::size_t Participant::readers() noexcept {
  LocalRoom* const room = focus().room();
  return room == nullptr ? 0 : room->room().members();
}

bool Participant::may_pass(std::size_t bytes) {
  const std::uint64_t now = chat_.wheel().now_ms();
  const std::uint64_t wait_ms = flood_.wait_ms(chat_.limits(), bytes, readers(), now);
  if (wait_ms == 0) return true;
  chat_.worker().counters().flood_delays.add();
  chat_.worker().counters().flood_delay_ms.add(wait_ms);
  chat_.wheel().arm(*this, wait_ms);
  return false;
}

void Participant::count_line(std::size_t bytes) {
  const std::uint64_t now = chat_.wheel().now_ms();
  flood_.take(chat_.limits(), bytes, readers(), now);
}

void Participant::expect_name_within(std::uint64_t delay_ms) {
  chat_.wheel().arm(*this, delay_ms);
}

void Participant::on_timer() {
  if (is_in()) return session_.resume();
  try {
    finish(CloseReason::hello_timeout, "You gave no name in time. Come back any time!");
  } catch (const std::bad_alloc&) {
    session_.abort(CloseReason::out_of_memory);  // it would stay, without a limit
  }
}

void Participant::on_too_slow() {
  follow(nullptr);
  finish(CloseReason::slow_reader, "You were disconnected: your connection was too slow.");
}

// ---- Seat --------------------------------------------------------------------------------------

void Seat::on_lines() {
  person_.session().touch();
}
void Seat::on_may_say() {
  person_.session().resume();
}
void Seat::on_too_slow() {
  person_.on_too_slow();
}
LineFilter* Seat::filter() noexcept {
  return person_.extra_ == nullptr ? nullptr : person_.extra_->personal.get();
}
void Seat::on_said(LineNumber number, LineKind kind, std::string_view line) noexcept {
  person_.hear(room()->room(), number, kind, line);
}

}  // namespace grotto
