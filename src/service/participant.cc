#include "service/participant.h"

#include <algorithm>

#include "base/check.h"
#include "service/chat_service.h"

namespace grotto {

namespace {

// 32 code points (names.h), or an address.
constexpr std::size_t kNameBytesMax = 255;

TokenBucket::Rate line_rate(const Limits& limits) {
  return {limits.rate_lines_per_second, limits.rate_burst_lines};
}

/// A burst of whole lines, each as long as a line may be, passes; with no limit of lines there is
/// none of bytes.
TokenBucket::Rate byte_rate(const Limits& limits) {
  if (limits.rate_lines_per_second <= 0) return {};
  return {limits.rate_bytes_per_second,
          limits.rate_burst_lines * static_cast<double>(limits.line_bytes_max)};
}

}  // namespace

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

Seat& Participant::focus() noexcept {
  return several_ == nullptr ? home_ : *several_->order().back();
}

const Seat& Participant::focus() const noexcept {
  return several_ == nullptr ? home_ : *several_->order().back();
}

Seat* Participant::seat_in(const Room& room) noexcept {
  Seat* found = nullptr;
  for_each_seat([&](Seat& seat) {
    if (&seat.room()->room() == &room) found = &seat;
  });
  return found;
}

std::size_t Participant::rooms() const noexcept {
  if (several_ != nullptr) return several_->order().size();
  return home_.is_in_room() ? 1 : 0;
}

Seat& Participant::free_seat() {
  if (home_.room() == nullptr) return home_;
  if (several_ == nullptr) {
    several_ = std::make_unique<SeveralRooms>(home_);
    session_.follow(several_.get());
  }
  return several_->add(*this);
}

void Participant::focus_on(Seat& seat) {
  const Look look = this->look();
  const bool gets_own = gets_own_lines();
  if (several_ != nullptr) several_->focus_on(seat);
  seat.set_gets_own_lines(gets_own);
  set_look(look);
}

void Participant::give_up(Seat& seat) {
  const Look look = this->look();
  if (seat.room() != nullptr) seat.room()->forget(seat);
  several_->remove(seat);
  set_look(look);
  if (several_->order().size() > 1 || several_->order().front() != &home_) return;
  session_.follow(&home_);
  several_.reset();
}

// ---- What is read, and how ---------------------------------------------------------------------

void Participant::set_look(Look look) noexcept {
  const Seat* const focused = &focus();
  for_each_seat([&](Seat& seat) { seat.set_form(LineForm(look, &seat != focused)); });
}

void Participant::set_gets_own_lines(bool gets_own_lines) {
  for_each_seat([&](Seat& seat) { seat.set_gets_own_lines(gets_own_lines); });
}

// ---- Flood control -----------------------------------------------------------------------------

bool Participant::may_pass(std::size_t bytes) {
  const std::uint64_t now = chat_.wheel().now_ms();
  const std::uint64_t wait_ms =
      std::max(lines_.wait_ms(1, line_rate(chat_.limits()), now),
               bytes_.wait_ms(static_cast<double>(bytes), byte_rate(chat_.limits()), now));
  if (wait_ms == 0) return true;
  chat_.wheel().arm(*this, wait_ms);
  return false;
}

void Participant::count_line(std::size_t bytes) {
  const std::uint64_t now = chat_.wheel().now_ms();
  lines_.take(1, line_rate(chat_.limits()), now);
  bytes_.take(static_cast<double>(bytes), byte_rate(chat_.limits()), now);
}

void Participant::expect_name_within(std::uint64_t delay_ms) {
  chat_.wheel().arm(*this, delay_ms);
}

void Participant::on_timer() {
  if (is_in()) {
    session_.resume();
  } else {
    session_.finish(CloseReason::hello_timeout, "You gave no name in time. Come back any time!");
  }
}

void Participant::on_too_slow() {
  session_.follow(nullptr);
  session_.finish(CloseReason::slow_reader, "You were disconnected: your connection was too slow.");
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

}  // namespace grotto
