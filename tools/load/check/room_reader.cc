#include "load/check/room_reader.h"

#include <algorithm>
#include <cstring>

namespace grotto::load {

void RoomReader::read(RoomLog& log, Talk& talk, std::string_view bytes, ReaderSink& sink) {
  std::string joined;
  if (!rest_.empty()) {
    joined.swap(rest_);
    joined.append(bytes);
    bytes = joined;
  }
  while (!bytes.empty()) {
    bytes.remove_prefix(follow(log, bytes, sink));
    if (bytes.empty()) break;
    if (matched_ > 0) {
      // The line began as the log's and goes on differently: read it from its beginning.
      std::string whole(log.bytes_from(log.at(line_).at).substr(0, matched_));
      matched_ = 0;
      whole.append(bytes);
      joined = std::move(whole);
      bytes = joined;
    }
    const std::size_t used = read_frames(log, talk, bytes, sink);
    bytes.remove_prefix(used);
    if (used == 0) {
      rest_.assign(bytes);
      break;
    }
  }
  end_run(sink);
}

/// Reads on as long as the bytes are the log's; returns how many were.
std::size_t RoomReader::follow(const RoomLog& log, std::string_view bytes, ReaderSink& sink) {
  if (is_lapped_ || is_in_endless_line_) return 0;
  std::size_t used = 0;
  // Who sends nothing gets all lines: one comparison for as many as there are.
  if (!sends_ && line_ < log.end()) {
    const std::string_view wanted = log.bytes_from(log.at(line_).at + matched_);
    const std::size_t size = std::min(wanted.size(), bytes.size());
    if (std::memcmp(wanted.data(), bytes.data(), size) == 0) {
      std::size_t left = size;
      const std::uint64_t end = log.end();
      while (line_ < end) {
        const RoomLog::Entry& entry = log.at(line_);
        if (left < entry.size - matched_) break;
        left -= entry.size - matched_;
        matched_ = 0;
        count(entry, sink);
        ++line_;
      }
      matched_ += left;
      return size;
    }
  }
  for (; line_ < log.end(); ++line_) {
    const RoomLog::Entry& entry = log.at(line_);
    if (is_own(entry)) continue;
    const std::size_t size = std::min<std::size_t>(entry.size - matched_, bytes.size() - used);
    if (size == 0 ||
        std::memcmp(log.bytes_from(entry.at + matched_).data(), bytes.data() + used, size) != 0)
      break;
    used += size;
    matched_ += size;
    if (matched_ < entry.size) break;
    matched_ = 0;
    count(entry, sink);
  }
  return used;
}

/// Reads one frame, or none if it has not ended; returns its bytes.
std::size_t RoomReader::read_frames(RoomLog& log, Talk& talk, std::string_view bytes,
                                    ReaderSink& sink) {
  if (is_in_endless_line_) {
    const Line line = first_line(bytes);
    is_in_endless_line_ = line.size == 0;
    return line.size == 0 ? bytes.size() : line.size;
  }
  std::string answer;
  const Frame frame = dialect_.next(talk, bytes, answer);
  if (!answer.empty()) sink.on_answer(answer);
  switch (frame.kind) {
    case Frame::Kind::incomplete:
      if (bytes.size() < kFrameBytesMax) return 0;
      sink.on_fault(Fault::corrupted, self_, 0, bytes);
      is_in_endless_line_ = true;
      return bytes.size();
    case Frame::Kind::payload: take_payload(log, frame, bytes.substr(0, frame.size), sink); break;
    case Frame::Kind::skipped: sink.on_skipped(frame.number); break;
    case Frame::Kind::refused:
    case Frame::Kind::alien: sink.on_fault(Fault::corrupted, self_, 0, frame.text); break;
    case Frame::Kind::notice:
    case Frame::Kind::ready: break;
  }
  return frame.size;
}

void RoomReader::take_payload(RoomLog& log, const Frame& frame, std::string_view whole,
                              ReaderSink& sink) {
  Payload payload;
  if (read_payload(frame.text, payload) != PayloadState::whole) {
    return sink.on_fault(Fault::corrupted, self_, 0, whole);
  }
  if (payload.sender == kProbe && payload.tag == tag_) return sink.on_probe();
  const auto fault = [&](Fault kind) {
    sink.on_fault(kind, payload.sender, payload.sequence, whole);
  };
  if (payload.tag != tag_) return fault(Fault::foreign);
  if (!dialect_.is_lead_of(frame.lead, payload.sender)) return fault(Fault::corrupted);
  if (sends_ && payload.sender == self_ && !dialect_.hears_itself()) return fault(Fault::foreign);
  if (is_lapped_) {
    const RoomLog::Entry entry{.sender = payload.sender,
                               .outcome = StreamCheck::Outcome::in_order,
                               .size = 0,
                               .at = 0,
                               .sequence = payload.sequence,
                               .intended_ns = payload.intended_ns,
                               .sent_ns = payload.sent_ns};
    return count(entry, sink);
  }
  if (const std::uint64_t found = log.find(payload.sender, payload.sequence, line_);
      found != RoomLog::kNone) {
    pass_over(log, found, sink);
    count(log.at(found), sink);
    line_ = found + 1;
    return;
  }
  if (payload.sequence < log.next_of(payload.sender)) {
    const auto late = std::find_if(owed_.begin(), owed_.end(), [&](const Owed& each) {
      return each.sender == payload.sender && each.sequence == payload.sequence;
    });
    RoomLog::Entry entry{.sender = payload.sender,
                         .outcome = StreamCheck::Outcome::in_order,
                         .size = 0,
                         .at = 0,
                         .sequence = payload.sequence,
                         .intended_ns = payload.intended_ns,
                         .sent_ns = payload.sent_ns};
    if (late != owed_.end()) {
      owed_.erase(late);
      entry.outcome = StreamCheck::Outcome::reordered;
      return count(entry, sink);
    }
    if (log.has_had(payload.sender, payload.sequence)) return fault(Fault::duplicated);
    if (line_ < log.end()) return count(entry, sink);  // the first reader missed it
  }
  pass_over(log, log.end(), sink);
  log.append(payload, whole);
  count(log.at(log.end() - 1), sink);
  line_ = log.end();
}

/// Lines up to `until` did not come.
void RoomReader::pass_over(const RoomLog& log, std::uint64_t until, ReaderSink& sink) {
  for (; line_ < until; ++line_) {
    const RoomLog::Entry& entry = log.at(line_);
    if (is_own(entry) || entry.outcome == StreamCheck::Outcome::duplicated) continue;
    sink.on_passed_over(entry.sender, 1);
    if (owed_.size() < kOwedMax)
      owed_.push_back({entry.sender, entry.sequence, entry.intended_ns, entry.sent_ns});
  }
}

void RoomReader::count(const RoomLog::Entry& entry, ReaderSink& sink) {
  using Outcome = StreamCheck::Outcome;
  if (entry.outcome == Outcome::duplicated) {
    return sink.on_fault(Fault::duplicated, entry.sender, entry.sequence, {});
  }
  if (entry.outcome == Outcome::reordered)
    sink.on_fault(Fault::reordered, entry.sender, entry.sequence, {});
  if (run_lines_ > 0 && (entry.sender != run_.sender || entry.sent_ns != run_.sent_ns ||
                         entry.intended_ns != run_.intended_ns)) {
    end_run(sink);
  }
  if (run_lines_++ == 0) run_ = entry;
}

void RoomReader::end_run(ReaderSink& sink) {
  if (run_lines_ == 0) return;
  sink.on_lines(run_, run_lines_);
  run_lines_ = 0;
}

}  // namespace grotto::load
