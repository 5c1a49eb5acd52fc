#include "load/engine/quiet_members.h"

#include <algorithm>
#include <utility>

#include "load/check/payload.h"
#include "load/engine/crew.h"

namespace grotto::load {

namespace {

constexpr std::size_t kRestBytesMax = 64 * 1024;

}  // namespace

void IdleMember::on_bytes(std::string_view bytes) {
  crew().tally().bytes_received += bytes.size();
  rest_.append(bytes);
  std::string answer;
  std::size_t used = 0;
  for (;;) {
    const Frame frame =
        crew().plan().dialect->next(talk(), std::string_view(rest_).substr(used), answer);
    if (frame.kind == Frame::Kind::incomplete) break;
    if (frame.kind == Frame::Kind::ended) take_end(frame);
    used += frame.size;
  }
  rest_.erase(0, used);
  if (rest_.empty() || rest_.size() > kRestBytesMax) std::string().swap(rest_);
  if (!answer.empty()) say(answer);
}

// ---- Churn -------------------------------------------------------------------------------------

bool ChurnMember::is_settled() const {
  return !is_living_;
}

bool ChurnMember::has_sent_all() {
  return !is_living_ && taken_ >= crew().quota_of(index());
}

void ChurnMember::refresh_window() {
  if (!crew().plan().options.is_open_loop()) live_on();
}

void ChurnMember::allow_more(std::uint64_t lives) {
  due_ += lives;
  live_on();
}

/// Begins a life if there is none and one is due.
void ChurnMember::live_on() {
  const bool is_open_loop = crew().plan().options.is_open_loop();
  if (is_living_ || !crew().is_sending() || crew().is_leaving() || (is_open_loop && due_ == 0))
    return;
  if (connection() != nullptr && !is_open()) return;  // the last one is going; then on_over()
  if (taken_ >= crew().quota_of(index())) return;
  ++taken_;
  if (is_open_loop) --due_;
  is_living_ = true;
  begun_ns_ = Worker::now_ns() - crew().plan().epoch_ns;
  // The connection of the beginning, by which it was seen that the server is there, is the first
  // life.
  if (is_open()) return talk_now();
  connect();
}

void ChurnMember::on_in() {
  if (is_living_) talk_now();
}

void ChurnMember::talk_now() {
  rest_.clear();
  const Dialect& dialect = *crew().plan().dialect;
  if (!dialect.farewell().empty()) return leave();
  const std::size_t size = crew().plan().options.sizes.of_line(index(), line_) - 1;
  std::string line(2 * Dialect::kHeadBytesMax + size, ' ');
  line.resize(put_line(dialect, talk(),
                       {.tag = crew().plan().tag,
                        .sender = index(),
                        .sequence = line_,
                        .intended_ns = begun_ns_,
                        .sent_ns = begun_ns_},
                       size, line.data()));
  Tally& tally = crew().tally();
  ++tally.sent;
  tally.bytes_sent += line.size();
  say(line);
}

void ChurnMember::on_bytes(std::string_view bytes) {
  crew().tally().bytes_received += bytes.size();
  rest_.append(bytes);
  std::string answer;
  const Frame frame = crew().plan().dialect->next(talk(), rest_, answer);
  if (!answer.empty()) say(answer);
  if (frame.kind == Frame::Kind::incomplete) return;
  Tally& tally = crew().tally();
  Payload payload;
  if (frame.kind == Frame::Kind::payload) {
    if (read_payload(frame.text, payload) != PayloadState::whole) {
      ++tally.corrupted;
      add_fault("not what was sent", frame.text);
    } else if (payload.tag != crew().plan().tag || payload.sender != index() ||
               payload.sequence != line_) {
      ++tally.foreign;
      add_fault("a line of another life or connection", frame.text);
    } else {
      ++tally.received;
    }
    leave();
    return;
  }
  if (frame.kind == Frame::Kind::ended) take_end(frame);
  rest_.erase(0, frame.size);
}

void ChurnMember::on_over() {
  ++line_;
  if (is_living_ && !was_closed()) {
    crew().add_lives(1);
    crew().record_life(begun_ns_);
  }
  is_living_ = false;
  live_on();
}

/// A life that could not begin is over. The next one tries again, once the connection is gone
/// (on_over()).
void ChurnMember::on_failed() {
  if (!std::exchange(is_living_, false) || connection() != nullptr) return;
  crew().worker().defer([this] { live_on(); });
}

// ---- Slow --------------------------------------------------------------------------------------

void SlowMember::on_in() {
  if (crew().plan().options.slow_kind != SlowKind::stall) {
    connection()->set_read_limit(crew().plan().options.slow_kind == SlowKind::byte ? 1
                                                                                   : kDripBytes);
    crew().worker().wheel().arm(timer_, kPauseMs);
  }
  connection()->pause_reading();
}

void SlowMember::on_bytes(std::string_view bytes) {
  IdleMember::on_bytes(bytes);
  if (connection() != nullptr) connection()->pause_reading();
}

void SlowMember::read_a_little() {
  if (connection() == nullptr) return;
  connection()->resume_reading();
  crew().worker().wheel().arm(timer_, kPauseMs);
}

}  // namespace grotto::load
