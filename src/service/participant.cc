#include "service/participant.h"

#include <utility>

#include "service/chat_room.h"

namespace grotto {

namespace {

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

Participant::Participant(ChatRoom& chat, Session& session)
    : Member(chat.local()), chat_(chat), session_(session) {}

Participant::~Participant() = default;

void Participant::set_name(std::string name, const NameKey& key) {
  if (is_in_room()) {
    chat_.room().rename(*this, name);  // before the old text goes
    name_.swap(name);
    chat_.room().rename(*this, name_);
  } else {
    name_ = std::move(name);
    name_.shrink_to_fit();
  }
  key_ = key;
}

bool Participant::may_pass(std::size_t bytes) {
  const std::uint64_t now = chat_.wheel().now_ms();
  const std::uint64_t wait_ms =
      std::max(lines_.wait_ms(1, line_rate(chat_.limits()), now),
               bytes_.wait_ms(static_cast<double>(bytes), byte_rate(chat_.limits()), now));
  if (wait_ms == 0) return true;
  chat_.wheel().arm(timer_, wait_ms);
  return false;
}

void Participant::count_line(std::size_t bytes) {
  const std::uint64_t now = chat_.wheel().now_ms();
  lines_.take(1, line_rate(chat_.limits()), now);
  bytes_.take(static_cast<double>(bytes), byte_rate(chat_.limits()), now);
}

void Participant::expect_name_within(std::uint64_t delay_ms) {
  chat_.wheel().arm(timer_, delay_ms);
}

void Participant::on_due() {
  if (is_in_room()) {
    session_.resume();
  } else {
    session_.finish(CloseReason::hello_timeout, "You gave no name in time. Come back any time!");
  }
}

void Participant::on_too_slow() {
  session_.follow(nullptr);
  session_.finish(CloseReason::slow_reader, "You were disconnected: your connection was too slow.");
}

}  // namespace grotto
