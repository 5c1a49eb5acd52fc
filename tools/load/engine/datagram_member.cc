#include "load/engine/datagram_member.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "base/escape.h"
#include "load/check/payload.h"
#include "load/check/room_reader.h"
#include "load/engine/crew.h"
#include "net/worker.h"

namespace grotto::load {

DatagramMember::DatagramMember(Crew& crew, std::uint32_t index)
    : EchoMember(crew, index), socket_(crew.worker(), *this) {}

void DatagramMember::connect() {
  const LoadOptions& options = crew().plan().options;
  begun_ns_ = Worker::now_ns();
  step_ = Step::asking;
  const Endpoint* const source =
      options.sources.empty() ? nullptr : &options.sources[index() % options.sources.size()];
  if (const int error = socket_.open(options.endpoint, source); error != 0)
    return on_unreachable(error);
  question_.assign(kPayloadBytesMin, ' ');
  write_payload({.tag = crew().plan().tag, .sender = RoomReader::kProbe, .sequence = index()},
                question_.data(), kPayloadBytesMin);
  question_ += crew().plan().dialect->tail();
  ask();
}

/// Asks whether anybody answers, again and again until the timeout.
void DatagramMember::ask() {
  const LoadOptions& options = crew().plan().options;
  const std::uint64_t waited_ns = Worker::now_ns() - begun_ns_;
  if (waited_ns >= options.timeout_ns) {
    return fail(1, fmt::format("the server at {} does not answer: no datagram came back within the "
                               "timeout",
                               options.target));
  }
  static_cast<void>(socket_.send(question_));  // what becomes of it shows
  const std::uint64_t left_ms = (options.timeout_ns - waited_ns) / 1'000'000 + 1;
  crew().worker().wheel().arm(ask_timer_, std::min(kAskAgainMs, left_ms));
}

void DatagramMember::on_answer(std::string_view bytes) {
  if (bytes == question_) {
    ask_timer_.cancel();
    step_ = Step::in;
    return crew().on_member_ready(*this, Worker::now_ns() - begun_ns_);
  }
  const Line line = first_line(bytes);
  Payload ignored;
  if (read_payload(line.size > 0 ? line.text : bytes, ignored) != PayloadState::alien) return;
  constexpr std::size_t kQuoteBytesMax = 120;
  fail(64, fmt::format("the server does not echo datagrams: it answered \"{}\"",
                       escaped(bytes.substr(0, kQuoteBytesMax))));
}

void DatagramMember::flush_soon() {
  while (is_open() && sender()->has_more()) {
    Slice line{};
    sender()->gather({&line, 1}, 1);  // one line, however long
    if (socket_.send({line.data, line.size}) == DatagramSocket::Sent::not_now)
      return crew().worker().wheel().arm(send_timer_, kSendAgainMs);
    static_cast<void>(sender()->advance(line.size));
  }
}

void DatagramMember::on_datagram(std::string_view bytes) {
  if (step_ == Step::asking) return on_answer(bytes);
  if (bytes == question_) return;  // asked more than once, or answered so
  crew().take_time();
  crew().tally().bytes_received += bytes.size();
  const Line line = first_line(bytes);
  if (line.size == bytes.size() && line.size > 0) {
    take(line.text, {});
  } else {
    take_corrupted(bytes);
  }
  refresh_window();
}

void DatagramMember::on_unreachable(int error) {
  if (step_ == Step::asking) {
    return fail(1, fmt::format("cannot send datagrams to {}: {}", crew().plan().options.target,
                               std::strerror(error)));
  }
  socket_.close();
  send_timer_.cancel();
  step_ = Step::lost;
  on_lost();
  crew().on_member_lost(*this, to_string(CloseReason::peer_vanished));
}

void DatagramMember::leave() {
  ask_timer_.cancel();
  send_timer_.cancel();
  socket_.close();
  if (step_ != Step::lost) step_ = Step::over;
}

void DatagramMember::fail(int exit_status, std::string sentence) {
  leave();
  crew().on_member_failed(*this, exit_status, std::move(sentence));
}

}  // namespace grotto::load
