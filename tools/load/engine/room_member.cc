#include "load/engine/room_member.h"

#include <fmt/format.h>

#include <algorithm>

#include "load/engine/crew.h"
#include "load/engine/window.h"

namespace grotto::load {

RoomMember::RoomMember(Crew& crew, std::uint32_t index, RoomRole role) : Member(crew, index) {
  talk().is_reader = role.reads;
  if (role.sends) sender_.emplace(crew.desk(), talk(), index);
  if (role.reads) reader_.emplace(*crew.plan().dialect, index, crew.plan().tag, role.sends);
}

void RoomMember::on_in() {
  if (sender_) connection()->follow(&*sender_);
  if (!reader_) return;
  crew().plan().ledger.readers.fetch_add(1);
  crew().choose_leader();
}

void RoomMember::begin_measuring() {
  received_ = corrupted_ = skipped_ = 0;
  seen_at_ns_ = crew().measuring().start_ns;
}

/// Who reads what this one says.
std::uint64_t RoomMember::readers_of_own() const noexcept {
  const std::uint64_t readers = crew().plan().ledger.readers.load();
  const bool is_one = reader_ && !was_closed() && !crew().plan().dialect->hears_itself();
  return readers - (is_one && readers > 0 ? 1 : 0);
}

void RoomMember::refresh_window() {
  if (!sender_ || !is_open() || !crew().is_sending() || crew().plan().options.is_open_loop())
    return;
  Ledger& ledger = crew().plan().ledger;
  const std::uint64_t end = sender_->timetable().first + crew().quota_of(index());
  const std::uint64_t readers = readers_of_own();
  // Once more after the wish is known, so that what was settled in between is not missed.
  for (int look = 0; look < 2; ++look) {
    const std::uint64_t done = readers == 0 ? sender_->next() : ledger.settled(index()) / readers;
    open_window(*sender_, crew().plan().options, done, end);
    if (look > 0 || readers == 0) break;
    const std::uint64_t burst = crew().plan().options.burst;
    const std::uint64_t first = sender_->timetable().first;
    const std::uint64_t bursts_done = (std::max(done, first) - first) / burst;
    ledger.set_wake_at(index(), (first + (bursts_done + 1) * burst) * readers);
  }
  if (sender_->has_more()) flush_soon();
}

void RoomMember::write_off_if_stuck() {
  if (!sender_ || crew().plan().options.is_open_loop()) return;
  Ledger& ledger = crew().plan().ledger;
  const std::uint64_t settled = ledger.settled(index());
  if (settled != seen_settled_ || is_settled()) {
    seen_settled_ = settled;
    seen_at_ns_ = crew().now_ns();
  } else if (crew().now_ns() - seen_at_ns_ >= crew().plan().options.timeout_ns) {
    ledger.write_off(index(), readers_of_own());
    seen_at_ns_ = crew().now_ns();
    refresh_window();
  }
}

bool RoomMember::is_settled() const {
  if (!sender_) return true;
  const Ledger& ledger = crew().plan().ledger;
  return ledger.settled(index()) >= ledger.sent(index()) * readers_of_own();
}

std::uint64_t RoomMember::room_line() const noexcept {
  return reader_ && is_open() && !reader_->is_lapped() ? reader_->line() : RoomLog::kNone;
}

bool RoomMember::leave_room_line(std::uint64_t line) {
  if (!reader_ || room_line() >= line) return false;
  reader_->leave_log_behind(crew().room());
  return true;
}

void RoomMember::on_bytes(std::string_view bytes) {
  crew().tally().bytes_received += bytes.size();
  if (reader_) {
    const bool was_holding = reader_->is_holding();
    reader_->read(crew().room(), talk(), bytes, *this);
    if (!reader_->is_holding()) return;
    if (!was_holding) held_since_ns_ = crew().now_ns();
    crew().on_holding();
    return;
  }
  std::string answer;  // a sender that is no reader: what the server says to it counts for nothing
  const Dialect& dialect = *crew().plan().dialect;
  while (!bytes.empty()) {
    const Frame frame = dialect.next(talk(), bytes, answer);
    if (frame.kind == Frame::Kind::incomplete) break;
    if (frame.kind == Frame::Kind::ended) take_end(frame);
    if (frame.kind == Frame::Kind::refused) on_fault(Fault::corrupted, index(), 0, frame.text);
    bytes.remove_prefix(frame.size);
  }
  if (!answer.empty()) say(answer);
}

void RoomMember::read_on() {
  if (!reader_) return;
  if (reader_->is_holding()) crew().set_now(held_since_ns_);  // it came then
  reader_->read(crew().room(), talk(), {}, *this);
}

void RoomMember::on_lines(const RoomLog::Entry& entry, std::uint64_t count) {
  received_ += count;
  crew().tally().received += count;
  crew().record(entry.intended_ns, entry.sent_ns, count);
  settle(entry.sender, count);
}

void RoomMember::on_passed_over(std::uint32_t sender, std::uint64_t count) {
  crew().tally().lost += count;
  settle(sender, count);
}

void RoomMember::on_late(std::uint32_t sender) {
  Tally& tally = crew().tally();
  if (tally.lost > 0) --tally.lost;
  Ledger& ledger = crew().plan().ledger;
  if (sender >= ledger.senders()) return;
  if (sender < settled_.size()) --settled_[sender];
  ledger.take_back(sender, 1);
}

void RoomMember::on_fault(Fault fault, std::uint32_t sender, std::uint64_t sequence,
                          std::string_view text) {
  Tally& tally = crew().tally();
  switch (fault) {
    case Fault::lost: return;
    case Fault::duplicated:
      ++tally.duplicated;
      return add_fault(fmt::format("line {} of sender {} came twice", sequence, sender));
    case Fault::reordered:
      ++tally.reordered;
      return add_fault(
          fmt::format("line {} of sender {} came after a later one", sequence, sender));
    case Fault::corrupted:
      ++tally.corrupted;
      ++corrupted_;
      if (tally.lost > 0) --tally.lost;
      return add_fault("not what was sent", text);
    case Fault::foreign: ++tally.foreign; return add_fault("a line of another run or room", text);
  }
}

void RoomMember::on_skipped(std::uint64_t lines) {
  skipped_ += lines;
  crew().tally().skipped += lines;
}

void RoomMember::on_left_out(std::uint32_t sender, std::uint64_t count) {
  settle(sender, count);
}

void RoomMember::settle(std::uint32_t sender, std::uint64_t count) {
  const std::uint32_t senders = crew().plan().ledger.senders();
  if (sender >= senders) return;
  if (settled_.empty()) settled_.resize(std::min(senders, kSendersCountedMax));
  if (sender < settled_.size()) settled_[sender] += count;
  crew().settle(sender, count);
}

void RoomMember::on_probe() {
  if (!std::exchange(is_probed_, true)) crew().on_probed();
}

std::uint64_t RoomMember::expected_until_now() const noexcept {
  std::uint64_t expected = crew().plan().ledger.sent_in_measuring();
  if (sender_ && !crew().plan().dialect->hears_itself())
    expected -= sender_->next() - sender_->timetable().first;
  return expected;
}

void RoomMember::on_lost() {
  if (sender_) sender_->allow(sender_->next());
  if (!reader_) return;
  expected_when_lost_ = expected_until_now();
  Ledger& ledger = crew().plan().ledger;
  for (std::uint32_t sender = 0; sender < settled_.size(); ++sender)
    ledger.take_back(sender, settled_[sender]);
  crew().choose_leader();
  crew().on_reader_lost();
}

void RoomMember::count_missing(Tally& tally) {
  if (!reader_) return;
  const std::uint64_t expected = was_closed() ? expected_when_lost_ : expected_until_now();
  tally.expected += expected;
  const std::uint64_t accounted = received_ + corrupted_ + skipped_;
  if (expected <= accounted) return;
  std::uint64_t missing = expected - accounted;
  if (was_closed()) {
    tally.lost += missing;
    return;
  }
  const Ledger& ledger = crew().plan().ledger;
  const RoomLog& log = crew().room();
  const bool excludes_own = sender_ && !crew().plan().dialect->hears_itself();
  // Nothing came after these: lines that nobody of this thread has got, and those of the log that
  // others have.
  std::uint64_t tail = 0;
  const auto unanswered = [&](std::uint32_t sender, std::uint64_t sequence) {
    if (tail == missing) return;
    ++tail;
    crew().record_unanswered(crew().due_ns(sender, sequence));
  };
  for (std::uint32_t sender = 0; sender < ledger.senders() && tail < missing; ++sender) {
    if (excludes_own && sender == index()) continue;
    const std::uint64_t from = std::max(log.next_of(sender), ledger.sent_before(sender));
    for (std::uint64_t each = from; each < ledger.sent(sender) && tail < missing; ++each)
      unanswered(sender, each);
  }
  for (std::uint64_t line = std::max(reader_->line(), log.first());
       line < log.end() && tail < missing; ++line) {
    const RoomLog::Entry& entry = log.at(line);
    if (!excludes_own || entry.sender != index()) unanswered(entry.sender, entry.sequence);
  }
  tally.timed_out += tail;
  if (tail > 0)
    add_fault(fmt::format("{} line{} did not come within the timeout", tail, tail == 1 ? "" : "s"));
  std::uint64_t lost = missing - tail;
  tally.lost += lost;
  if (lost > 0) {
    const auto& owed = reader_->owed();
    add_fault(owed.empty()
                  ? fmt::format("{} line{} lost", lost, lost == 1 ? "" : "s")
                  : fmt::format("{} line{} lost, the first is line {} of sender {}", lost,
                                lost == 1 ? "" : "s", owed.front().sequence, owed.front().sender));
    for (const RoomReader::Owed& each : owed) {
      if (lost-- == 0) break;
      crew().record_unanswered(each.intended_ns);
    }
  }
}

}  // namespace grotto::load
