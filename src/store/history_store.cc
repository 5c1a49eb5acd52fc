#include "store/history_store.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/log.h"
#include "base/time_text.h"

namespace grotto {

namespace {

constexpr std::size_t kCommitBytesMax = 1024 * 1024;  // a group; /sync waits for one or two
constexpr std::size_t kTrimLines = 20'000;            // at a time: reads wait for it
constexpr std::int64_t kTrimMs = 10'000;
// Lines wait for more, unless somebody waits for them or they are a whole group.
constexpr auto kGatherTime = std::chrono::milliseconds(200);

}  // namespace

HistoryStore::HistoryStore(const Options& options, FileLock lock)
    : options_(options), lock_(std::move(lock)), records_(options.record_queue_bytes_max) {}

HistoryStore::~HistoryStore() {
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock(mutex_);
    is_ending_ = true;
    wake_.notify_one();
    const auto patience = std::chrono::milliseconds(options_.end_patience_ms);
    for (std::uint64_t seen = rounds_;
         !ended_.wait_for(lock, patience, [this] { return has_ended_; }); seen = rounds_) {
      if (rounds_ != seen) continue;  // slow, but it goes on
      if (options_.when_stuck) options_.when_stuck(appended_ - settled_);
      break;
    }
  }
  thread_.join();
}

void HistoryStore::start() {
  thread_ = std::thread([this] { run(); });
}

// ---- What others ask ---------------------------------------------------------------------------

HistoryStore::Piece HistoryStore::Piece::split(std::size_t bytes_max) {
  const std::size_t each = bytes() / std::max<std::size_t>(lines(), 1) + 1;
  Piece front = *this;
  front.end = std::min(end, first + bytes_max / each + 1);
  first = front.end;
  return front;
}

void HistoryStore::lose(RoomNumber room, std::uint64_t lines) noexcept {
  if (lines == 0) return;
  dropped_ += lines;
  settled_ += lines;
  try {
    lost_[room] += lines;
  } catch (const std::bad_alloc&) {
    return;  // counted for all rooms together
  }
}

void HistoryStore::append(RoomNumber room, LineNumber first, LineNumber end,
                          const Snapshot& log) noexcept {
  const std::scoped_lock lock(mutex_);
  appended_ += end - first;
  try {
    Piece* const last = queue_.empty() ? nullptr : &queue_.back();
    if (last != nullptr && last->room == room && last->end == first && log.first() <= last->first) {
      Snapshot both = log.since(last->first);
      queue_bytes_ -= last->bytes();
      last->end = end;
      last->log = std::move(both);
    } else {
      queue_.push_back({room, first, end, log.since(first)});
    }
    queue_bytes_ += queue_.back().bytes();
  } catch (...) {  // no memory
    lose(room, end - first);
  }
  drop_beyond_bound();
  if (waits_ == Waits::for_anything ||
      (waits_ == Waits::for_more_lines && queue_bytes_ >= kCommitBytesMax)) {
    wake_.notify_one();
  }
}

void HistoryStore::drop_beyond_bound() noexcept {
  while (queue_bytes_ > options_.queue_bytes_max) {
    Piece& oldest = queue_.front();
    queue_bytes_ -= oldest.bytes();
    const Piece gone = oldest.split(options_.queue_bytes_max / 8);
    lose(gone.room, gone.lines());
    if (oldest.lines() == 0) {
      queue_.pop_front();
    } else {
      queue_bytes_ += oldest.bytes();
    }
  }
}

void HistoryStore::read(const Question& question, std::function<void(Page page)> done) {
  const std::scoped_lock lock(mutex_);
  asked_.push_back({question, std::move(done)});
  wake();
}

void HistoryStore::when_kept(RoomNumber room, std::function<void(const Kept& kept)> done) {
  const std::scoped_lock lock(mutex_);
  kept_tasks_.push_back({room, appended_, std::move(done)});
  wake();
}

std::uint64_t HistoryStore::dropped_lines() const {
  const std::scoped_lock lock(mutex_);
  return dropped_;
}

HistoryStore::Waiting HistoryStore::waiting() const {
  const std::scoped_lock lock(mutex_);
  return {appended_ - settled_, queue_bytes_, records_.size(), dropped_};
}

// ---- The thread --------------------------------------------------------------------------------

/// Somebody waits for an answer, or a record for the disk.
void HistoryStore::wake() noexcept {
  if (waits_ != Waits::not_now) wake_.notify_one();
}

bool HistoryStore::is_asked() const noexcept {
  return is_ending_ || shall_stand_aside_ || !asked_.empty() || !kept_tasks_.empty() ||
         records_.has_tasks() || (fault_.empty() && records_.has_changes());
}

bool HistoryStore::has_work() const noexcept {
  return is_asked() || (fault_.empty() && (!queue_.empty() || numbers_.has_changes()));
}

void HistoryStore::run() {
  write_until_ended();
  const std::scoped_lock lock(mutex_);
  has_ended_ = true;
  ended_.notify_one();
}

void HistoryStore::write_until_ended() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (is_ending_) {  // nobody is there any more to be answered
      asked_.clear();
      kept_tasks_.clear();
      records_.forget_tasks();
    }
    serve_round(lock);
    if (shall_stand_aside_ && !has_rest() && fault_.empty()) {
      stand_aside(lock);
      if (shall_stand_aside_) return;  // for good
    }
    if (is_ending_ && (!has_rest() || !fault_.empty())) break;
    if (!has_work() || !fault_.empty()) wait(lock);
  }
  std::uint64_t lost = 0;
  for (const Piece& piece : queue_) lost += piece.lines();
  if (lost > 0) log::error("history lost its last lines", {{"lines", lost}, {"fault", fault_}});
  if (records_.has_changes()) {
    log::error("the last changes to records are lost",
               {{"changes", records_.size()}, {"fault", fault_}});
  }
}

bool HistoryStore::has_rest() const noexcept {
  return !queue_.empty() || records_.has_changes() || numbers_.has_changes();
}

void HistoryStore::stand_aside(std::unique_lock<std::mutex>& lock) {
  database_.reset();
  is_aside_ = true;
  ended_.notify_one();
  wake_.wait(lock, [this] { return !shall_stand_aside_ || is_ending_; });
  is_aside_ = false;  // the file is opened anew in the next round
}

bool HistoryStore::stand_aside(std::uint64_t patience_ms) {
  std::unique_lock lock(mutex_);
  shall_stand_aside_ = true;
  wake_.notify_one();
  const auto patience = std::chrono::milliseconds(patience_ms);
  if (ended_.wait_for(lock, patience, [this] { return is_aside_; })) return true;
  shall_stand_aside_ = false;
  return false;
}

void HistoryStore::go_on() {
  const std::scoped_lock lock(mutex_);
  shall_stand_aside_ = false;
  wake_.notify_one();
}

/// For work, or until it is time to look what is old or whether the disk works again.
void HistoryStore::wait(std::unique_lock<std::mutex>& lock) {
  const auto pause = std::chrono::milliseconds(fault_.empty() ? kTrimMs : options_.retry_ms);
  waits_ = Waits::for_anything;
  wake_.wait_for(lock, pause, [this] { return has_work(); });
  waits_ = Waits::for_more_lines;
  wake_.wait_for(lock, kGatherTime,
                 [this] { return is_asked() || queue_bytes_ >= kCommitBytesMax; });
  waits_ = Waits::not_now;
}

void HistoryStore::serve_round(std::unique_lock<std::mutex>& lock) {
  Group group = take_group();
  std::vector<Asked> asked = std::exchange(asked_, {});
  lock.unlock();

  try {
    if (database_ == nullptr || !fault_.empty()) reopen_after_fault();
    if (!group.is_empty()) write(group);
    settle(group, true);
    trim();
    if (!fault_.empty()) log::info("history is kept again", {{"file", options_.path}});
    fault_.clear();
    counters_.is_off.set(0);
  } catch (const std::exception& fault) {
    fail(fault);
    settle(group, false);
  }
  answer(asked);
  answer_kept();
  answer_recorded();
  tell_dropped();
  tell_refused();
  lock.lock();
  ++rounds_;
}

HistoryStore::Group HistoryStore::take_group() {
  Group group;
  for (std::size_t left = kCommitBytesMax; !queue_.empty() && left > 0;) {
    Piece& oldest = queue_.front();
    queue_bytes_ -= oldest.bytes();
    group.lines.push_back(oldest.split(left));
    left -= std::min(left, group.lines.back().bytes());
    if (oldest.lines() == 0) {
      queue_.pop_front();
    } else {
      queue_bytes_ += oldest.bytes();
    }
  }
  group.records = records_.take();
  group.rooms = numbers_.take();
  return group;
}

void HistoryStore::write(const Group& group) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point begun = Clock::now();
  std::size_t written = 0;
  database_->begin();
  try {
    name_rooms(group.rooms);
    for (const Piece& piece : group.lines) {
      for (LineNumber line = piece.first; line < piece.end; ++line) {
        const Entry& entry = piece.log.entry(line);
        std::string_view text = piece.log.line(line);
        if (text.ends_with("\r\n")) text.remove_suffix(2);
        database_->add(piece.room, line, entry.at_ms, entry.kind(), text);
      }
      written += piece.lines();
    }
    if (!group.records.empty()) database_->records()->write(group.records);
    database_->commit();
  } catch (...) {
    database_->roll_back();
    throw;
  }
  written_since_trim_ += written;
  const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - begun);
  counters_.commits.observe_ns(static_cast<std::uint64_t>(took.count()));
}

/// What was taken is on the disk, or waits again.
void HistoryStore::settle(Group& group, bool is_written) {
  {
    const std::scoped_lock lock(mutex_);
    if (is_written) {
      for (const Piece& piece : group.lines) settled_ += piece.lines();
      records_.written();
    } else {
      put_back(group.lines);
      records_.put_back(group.records);
      numbers_.put_back(group.rooms);
    }
  }
  group = {};
}

void HistoryStore::put_back(std::deque<Piece>& lines) {
  while (!lines.empty()) {
    queue_bytes_ += lines.back().bytes();
    queue_.push_front(std::move(lines.back()));
    lines.pop_back();
  }
  drop_beyond_bound();
}

void HistoryStore::answer(std::vector<Asked>& asked) {
  for (Asked& each : asked) {
    Page page;
    page.has_failed = true;
    try {
      if (database_ != nullptr) page = database_->read(each.question);
    } catch (const std::exception& fault) {
      fail(fault);
    }
    try {
      each.done(std::move(page));
    } catch (const std::bad_alloc&) {
      continue;  // who has asked is told by his own worker
    }
  }
}

void HistoryStore::answer_kept() {
  std::vector<KeptTask> due;
  std::vector<std::uint64_t> lost;
  {
    const std::scoped_lock lock(mutex_);
    while (!kept_tasks_.empty() && (!fault_.empty() || kept_tasks_.front().position <= settled_)) {
      const auto of_room = lost_.find(kept_tasks_.front().room);
      lost.push_back(of_room == lost_.end() ? 0 : of_room->second);
      due.push_back(std::move(kept_tasks_.front()));
      kept_tasks_.pop_front();
    }
  }
  for (std::size_t i = 0; i < due.size(); ++i) {
    try {
      due[i].done({fault_, lost[i]});
    } catch (const std::bad_alloc&) {
      continue;  // as above
    }
  }
}

void HistoryStore::trim() {
  const std::int64_t now = wall_clock_ms();
  if (written_since_trim_ < kTrimLines && now - trimmed_at_ms_ < kTrimMs) return;
  const std::size_t removed = remove_old(*database_, options_.retention, now, 2 * kTrimLines);
  written_since_trim_ = removed >= 2 * kTrimLines ? kTrimLines : 0;  // more next time
  trimmed_at_ms_ = now;
}

/// The file is opened anew before anything is tried again.
void HistoryStore::fail(const std::exception& fault) {
  const auto* const of_file = dynamic_cast<const SQLite::Exception*>(&fault);
  database_.reset();
  counters_.failures.add();
  tell_off(fault);
  if (of_file == nullptr || !Database::looks_broken(*of_file)) return;
  try {
    set_aside_if_broken();
  } catch (const std::exception& other) {
    tell_off(other);
  }
}

void HistoryStore::tell_off(const std::exception& fault) {
  if (fault_.empty()) {
    log::error("history is off, lines wait", {{"file", options_.path}, {"fault", fault.what()}});
  }
  fault_ = fault.what();
  counters_.is_off.set(1);
}

void HistoryStore::tell_dropped() {
  const std::uint64_t dropped = dropped_lines();
  if (dropped == told_dropped_) return;
  log::warning("history lost lines, the disk is too slow", {{"lines", dropped - told_dropped_}});
  told_dropped_ = dropped;
}

}  // namespace grotto
