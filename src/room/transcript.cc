#include "room/transcript.h"

#include <algorithm>

#include "base/check.h"
#include "room/archive.h"

namespace grotto {

// ---- Snapshot ----------------------------------------------------------------------------------

const Segment& Snapshot::segment_of(LineNumber line) const noexcept {
  const SegmentList& list = *segments_;
  if (list.back()->start().line <= line) return *list.back();  // nearly everybody reads the newest
  const auto after = std::upper_bound(
      list.begin(), list.end(), line,
      [](LineNumber wanted, const auto& segment) { return wanted < segment->start().line; });
  return **std::prev(after);
}

Snapshot Snapshot::since(LineNumber line) const {
  const auto after = std::upper_bound(
      segments_->begin(), segments_->end(), line,
      [](LineNumber wanted, const auto& segment) { return wanted < segment->start().line; });
  const auto from = std::prev(after);
  return {std::make_shared<const SegmentList>(from, segments_->end()), (*from)->start(), head_};
}

std::uint64_t Snapshot::byte_position(LineNumber line) const noexcept {
  if (line >= head_.line) return head_.byte;
  const Segment& segment = segment_of(line);
  return segment.start().byte + segment.entry(line).offset;
}

Snapshot::Said Snapshot::last_said(std::size_t count) const noexcept {
  const std::uint64_t kept = head_.said - first_.said;
  const std::uint64_t wanted = std::min<std::uint64_t>(count, kept);
  if (wanted == 0 || is_released()) return {head_.line, 0};
  const std::uint64_t before = head_.said - wanted;  // said lines ahead of the first wanted one
  LineNumber low = first_.line;  // the last line with at most `before` said ahead of it
  LineNumber high = head_.line;
  while (high - low > 1) {
    const LineNumber middle = low + (high - low) / 2;
    const Segment& segment = segment_of(middle);
    if (segment.start().said + segment.entry(middle).said <= before) {
      low = middle;
    } else {
      high = middle;
    }
  }
  return {low, static_cast<std::size_t>(wanted)};
}

LineRun Snapshot::run(LineNumber from, LineNumber to, std::size_t bytes_max) const noexcept {
  const Segment& segment = segment_of(from);
  const SegmentList& list = *segments_;
  LineNumber end = to;
  if (&segment != list.back().get()) {
    // The next segment begins where this one ends (T1); it is the first that starts after `from`.
    const auto next = std::upper_bound(
        list.begin(), list.end(), from,
        [](LineNumber wanted, const auto& other) { return wanted < other->start().line; });
    end = std::min(end, (*next)->start().line);
  }
  const Entry& first = segment.entry(from);
  const auto bytes_until = [&](LineNumber line) {
    const Entry& last = segment.entry(line - 1);
    return static_cast<std::size_t>(last.offset) + last.bytes - first.offset;
  };
  if (bytes_until(end) > bytes_max) {
    LineNumber low = from + 1;  // one line in any case
    LineNumber high = end;      // too many
    while (high - low > 1) {
      const LineNumber middle = low + (high - low) / 2;
      (bytes_until(middle) <= bytes_max ? low : high) = middle;
    }
    end = low;
  }
  return {{segment.data(first), bytes_until(end)}, end};
}

std::string_view Snapshot::line(LineNumber line) const noexcept {
  const Segment& segment = segment_of(line);
  const Entry& entry = segment.entry(line);
  return {segment.data(entry), entry.bytes};
}

const Entry& Snapshot::entry(LineNumber line) const noexcept {
  return segment_of(line).entry(line);
}

// ---- Transcript --------------------------------------------------------------------------------

Transcript::~Transcript() {
  memory_total_.fetch_sub(memory_bytes_, std::memory_order_relaxed);
}

namespace {

std::size_t next_capacity(const Segment* previous, std::size_t line_bytes) noexcept {
  std::size_t capacity = Segment::kBytesMin;
  if (previous != nullptr) {
    capacity = std::clamp(previous->bytes_capacity() * 2, Segment::kBytesMin, Segment::kBytesMax);
  }
  return std::max(capacity, line_bytes);
}

/// The new segments that the lines need beside the open one.
std::vector<std::shared_ptr<Segment>> reserve(std::span<const Transcript::Line> lines,
                                              const Segment* open, LogPosition head) {
  std::vector<std::shared_ptr<Segment>> made;
  // Lines are laid out here exactly as append() will do it, on copies of the counters.
  Segment::Left left;
  const Segment* last = open;
  if (open != nullptr) left = open->left();
  for (const Transcript::Line& line : lines) {
    if (line.bytes.size() > left.bytes || left.lines == 0) {
      made.push_back(std::make_shared<Segment>(head, next_capacity(last, line.bytes.size())));
      last = made.back().get();
      left = last->left();
    }
    left.bytes -= line.bytes.size();
    --left.lines;
    head.line += 1;
    head.byte += line.bytes.size();
    head.said += is_said(line.kind) ? 1U : 0U;
  }
  return made;
}

}  // namespace

void Transcript::begin_at(LineNumber line) {
  const std::scoped_lock lock(mutex_);
  GROTTO_CHECK(segments_ == nullptr);
  head_.line = line;
  head_line_.store(line, std::memory_order_release);
}

void Transcript::begin_anew(LineNumber line) noexcept {
  const std::scoped_lock lock(mutex_);
  memory_total_.fetch_sub(memory_bytes_, std::memory_order_relaxed);
  memory_bytes_ = 0;
  segments_.reset();
  head_ = {.line = line};
  head_line_.store(line, std::memory_order_release);
}

void Transcript::keep_in(Archive& archive, std::uint32_t number, LineNumber from) {
  const std::scoped_lock lock(mutex_);
  archive_ = &archive;
  archive_number_ = number;
  if (segments_ == nullptr) return;
  const LogPosition& first = segments_->front()->start();
  from = std::max(from, first.line);
  if (from < head_.line) archive.append(number, from, head_.line, {segments_, first, head_});
}

void Transcript::stop_keeping() noexcept {
  const std::scoped_lock lock(mutex_);
  archive_ = nullptr;
}

LineNumber Transcript::append(std::span<const Line> lines, const KeepRule& keep) {
  const std::scoped_lock lock(mutex_);
  const LineNumber first_appended = head_.line;
  if (lines.empty()) return first_appended;

  Segment* open = segments_ == nullptr || segments_->empty() ? nullptr : segments_->back().get();
  std::vector<std::shared_ptr<Segment>> made = reserve(lines, open, head_);
  LogPosition head = head_;
  for (const Line& line : lines) {
    head.line += 1;
    head.byte += line.bytes.size();
    head.said += is_said(line.kind) ? 1U : 0U;
  }
  const std::size_t drop = removable(keep, head);
  std::shared_ptr<const SegmentList> list = segments_;
  if (!made.empty() || drop > 0) {
    auto changed = std::make_shared<SegmentList>();
    if (segments_ != nullptr) {
      changed->reserve(segments_->size() - drop + made.size());
      changed->assign(segments_->begin() + static_cast<std::ptrdiff_t>(drop), segments_->end());
    }
    changed->insert(changed->end(), made.begin(), made.end());
    list = std::move(changed);
  }
  // T3: from here on nothing can fail.
  auto next = made.begin();
  for (const Line& line : lines) {
    if (open == nullptr || !open->fits(line.bytes.size())) open = (next++)->get();
    open->append(line.bytes, line.kind, line.author, line.at_ms);
  }
  publish(std::move(list), head);
  if (archive_ != nullptr) {
    archive_->append(archive_number_, first_appended, head_.line,
                     Snapshot(segments_, segments_->front()->start(), head_));
  }
  return first_appended;
}

std::size_t Transcript::removable(const KeepRule& keep, LogPosition head) const noexcept {
  if (segments_ == nullptr) return 0;
  std::size_t drop = 0;
  while (drop + 1 < segments_->size()) {
    const LogPosition& rest = (*segments_)[drop + 1]->start();  // where the log would begin
    const bool is_enough =
        head.byte - rest.byte >= keep.bytes_min && head.line - rest.line >= keep.lines_min;
    if (!is_enough || rest.line > keep.patient_line) break;
    ++drop;
  }
  return drop;
}

std::size_t Transcript::trim(std::size_t bytes_max, LineNumber patient_line) {
  const std::scoped_lock lock(mutex_);
  if (segments_ == nullptr || memory_bytes_ <= bytes_max) return 0;
  std::size_t drop = 0;
  std::size_t held = memory_bytes_;
  while (drop + 1 < segments_->size() && held > bytes_max &&
         (*segments_)[drop + 1]->start().line <= patient_line) {
    held -= (*segments_)[drop]->memory_bytes();
    ++drop;
  }
  if (drop == 0) return 0;
  const std::size_t before = memory_bytes_;
  publish(std::make_shared<SegmentList>(segments_->begin() + static_cast<std::ptrdiff_t>(drop),
                                        segments_->end()),
          head_);
  return before - memory_bytes_;
}

void Transcript::publish(std::shared_ptr<const SegmentList> segments, LogPosition head) noexcept {
  if (segments != segments_) {
    std::size_t bytes = 0;
    for (const auto& segment : *segments) bytes += segment->memory_bytes();
    memory_total_.fetch_add(bytes - memory_bytes_, std::memory_order_relaxed);  // wraps as it must
    memory_bytes_ = bytes;
    segments_ = std::move(segments);
  }
  head_ = head;
  head_line_.store(head.line, std::memory_order_release);  // T2
}

Snapshot Transcript::snapshot() const {
  const std::scoped_lock lock(mutex_);
  const LogPosition first =
      segments_ == nullptr || segments_->empty() ? head_ : segments_->front()->start();
  return {segments_, first, head_};
}

std::size_t Transcript::memory_bytes() const {
  const std::scoped_lock lock(mutex_);
  return memory_bytes_;
}

}  // namespace grotto
