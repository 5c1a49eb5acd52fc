#include "load/engine/echo_member.h"

#include <fmt/format.h>

#include <algorithm>

#include "load/check/payload.h"
#include "load/check/room_reader.h"
#include "load/engine/crew.h"
#include "load/engine/window.h"

namespace grotto::load {

EchoMember::EchoMember(Crew& crew, std::uint32_t index)
    : Member(crew, index), sender_(crew.desk(), talk(), index) {}

void EchoMember::begin_measuring() {
  received_ = corrupted_ = 0;
  seen_at_ns_ = crew().measuring().start_ns;
}

void EchoMember::refresh_window() {
  if (!is_open() || !crew().is_sending() || crew().plan().options.is_open_loop()) return;
  const std::uint64_t end = sender_.timetable().first + crew().quota_of(index());
  open_window(sender_, crew().plan().options, std::max(check_.next(), written_off_), end);
  if (sender_.has_more()) flush_soon();
}

void EchoMember::write_off_if_stuck() {
  if (!is_open() || check_.next() != seen_next_ ||
      sender_.next() == std::max(check_.next(), written_off_)) {
    seen_next_ = check_.next();
    seen_at_ns_ = crew().now_ns();
  } else if (crew().now_ns() - seen_at_ns_ >= crew().plan().options.timeout_ns) {
    written_off_ = sender_.next();
    seen_at_ns_ = crew().now_ns();
    refresh_window();
  }
}

bool EchoMember::is_settled() const {
  return !is_open() || sender_.next() <= check_.next();
}

void EchoMember::on_bytes(std::string_view bytes) {
  crew().tally().bytes_received += bytes.size();
  std::string joined;
  if (!rest_.empty()) {
    joined.swap(rest_);
    joined.append(bytes);
    bytes = joined;
  }
  const Dialect& dialect = *crew().plan().dialect;
  std::string answer;
  while (!bytes.empty()) {
    if (is_in_endless_line_) {
      const Line line = first_line(bytes);
      is_in_endless_line_ = line.size == 0;
      bytes.remove_prefix(line.size == 0 ? bytes.size() : line.size);
      continue;
    }
    const Frame frame = dialect.next(talk(), bytes, answer);
    if (frame.kind == Frame::Kind::incomplete) {
      if (bytes.size() < RoomReader::kFrameBytesMax) {
        rest_.assign(bytes);
        break;
      }
      take_corrupted(bytes, "a line without an end");
      is_in_endless_line_ = true;
      continue;
    }
    if (frame.kind == Frame::Kind::ended) take_end(frame);
    if (frame.kind == Frame::Kind::payload || frame.kind == Frame::Kind::alien ||
        frame.kind == Frame::Kind::refused) {
      take(frame.text, frame.lead);
    }
    bytes.remove_prefix(frame.size);
  }
  if (!answer.empty()) say(answer);
  refresh_window();
}

void EchoMember::take(std::string_view text, std::string_view lead) {
  Tally& tally = crew().tally();
  Payload payload;
  const PayloadState state = read_payload(text, payload);
  if (state != PayloadState::whole || !crew().plan().dialect->is_lead_of(lead, payload.sender)) {
    if (state == PayloadState::alien && tally.received == 0) crew().on_no_echo(text);
    return take_corrupted(text);
  }
  if (payload.tag != crew().plan().tag || payload.sender != index()) {
    ++tally.foreign;
    return add_fault(payload.tag != crew().plan().tag
                         ? std::string("a line of another run or room")
                         : fmt::format("a line of connection {}", payload.sender),
                     text);
  }
  const std::uint64_t next = check_.next();
  switch (check_.take(payload.sequence)) {
    case StreamCheck::Outcome::in_order: break;
    case StreamCheck::Outcome::after_gap: {
      const std::uint64_t gap = payload.sequence - next;
      tally.lost += gap;
      if (corrupted_ == 0) {
        add_fault(gap == 1 ? fmt::format("line {} lost", next)
                           : fmt::format("lines {} to {} lost", next, payload.sequence - 1));
      }
      break;
    }
    case StreamCheck::Outcome::reordered:
      ++tally.reordered;
      if (tally.lost > 0) --tally.lost;
      add_fault(fmt::format("line {} came after line {}", payload.sequence, next - 1));
      break;
    case StreamCheck::Outcome::duplicated:
      ++tally.duplicated;
      return add_fault(fmt::format("line {} came twice", payload.sequence));
  }
  ++received_;
  ++tally.received;
  crew().record(payload.intended_ns, payload.sent_ns, 1);
}

void EchoMember::take_corrupted(std::string_view bytes, std::string_view what) {
  ++crew().tally().corrupted;
  ++corrupted_;
  add_fault(what, bytes);
}

void EchoMember::on_lost() {
  sender_.allow(sender_.next());
}

void EchoMember::count_missing(Tally& tally) {
  const std::uint64_t sent = sender_.next() - sender_.timetable().first;
  tally.expected += sent;
  std::uint64_t missing = sent - std::min(sent, received_ + corrupted_);
  if (missing == 0) return;
  const std::uint64_t tail =
      std::min(missing, sender_.next() - std::min(sender_.next(), check_.next()));
  if (was_closed()) {
    tally.lost += missing;
  } else {
    tally.timed_out += tail;
    tally.lost += missing - tail;
    if (tail > 0)
      add_fault(
          fmt::format("{} line{} not answered within the timeout", tail, tail == 1 ? "" : "s"));
  }
  // What was not answered is at least as late as now.
  const bool is_open_loop = crew().plan().options.is_open_loop();
  const auto unanswered = [&](std::uint64_t sequence) {
    const std::uint64_t due =
        is_open_loop ? sender_.timetable().due_ns(sequence) : sender_.last_sent_ns();
    crew().record_unanswered(due);
    --missing;
  };
  for (std::uint64_t sequence = check_.next(); sequence < sender_.next() && missing > 0; ++sequence)
    unanswered(sequence);
  for (const std::uint64_t sequence : check_.missing_lines()) {
    if (missing > 0 && sequence >= sender_.timetable().first) unanswered(sequence);
  }
}

}  // namespace grotto::load
