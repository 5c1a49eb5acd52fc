#include "store/history_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "base/log.h"
#include "base/time_text.h"

namespace grotto {

namespace {

constexpr std::size_t kCommitBytesMax = 1024 * 1024;  // a group; /sync waits for one or two
constexpr std::size_t kTrimLines = 20'000;            // at a time: reads wait for it
constexpr std::int64_t kTrimMs = 10'000;
constexpr auto kGatherTime =
    std::chrono::milliseconds(50);  // lines wait for more, unless asked for
constexpr int kCannotCreate = 73;   // EX_CANTCREAT (sysexits.h)
constexpr int kConfiguration = 78;

}  // namespace

// ---- Opening -----------------------------------------------------------------------------------

Result<std::unique_ptr<HistoryStore>> HistoryStore::open(const Options& options) {
  const std::filesystem::path folder = std::filesystem::path(options.path).parent_path();
  std::error_code fault;
  if (!folder.empty()) {
    std::filesystem::create_directories(folder, fault);
    if (fault) {
      return Error{fmt::format("cannot make the folder {}: {}.", folder.string(), fault.message()),
                   kCannotCreate};
    }
  }
  if (std::filesystem::is_directory(options.path, fault)) {
    return Error{fmt::format("the store {} is a folder.", options.path), kCannotCreate};
  }
  // One file, one lock, by whatever name it is given.
  Options real = options;
  real.path = std::filesystem::weakly_canonical(options.path, fault).string();
  if (fault) real.path = options.path;
  auto lock = StoreLock::take(real.path);
  if (!lock) return lock.error();
  std::unique_ptr<HistoryStore> store(new HistoryStore(real, std::move(*lock)));
  try {
    store->open_database();
  } catch (const Database::TooNew& newer) {
    return Error{fmt::format("cannot use the store {}: {}.", options.path, newer.what()),
                 kConfiguration};
  } catch (const std::exception& other) {
    return Error{fmt::format("cannot open the store {}: {}.", options.path, other.what()),
                 kCannotCreate};
  }
  try {
    store->prepare_database();
  } catch (const std::exception& other) {  // it can still be read from
    store->tell_off(other);
  }
  return store;
}

HistoryStore::HistoryStore(const Options& options, StoreLock lock)
    : options_(options), lock_(std::move(lock)) {}

HistoryStore::~HistoryStore() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    is_ending_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void HistoryStore::start() {
  thread_ = std::thread([this] { run(); });
}

void HistoryStore::open_database() {
  is_named_ = false;
  database_.reset();
  try {
    database_ = std::make_unique<Database>(options_.path);
  } catch (const SQLite::Exception& fault) {
    if (!Database::looks_broken(fault)) throw;
    set_aside_if_broken();
    database_ = std::make_unique<Database>(options_.path);
  }
}

void HistoryStore::prepare_database() {
  try {
    database_->prepare_to_write();
  } catch (const SQLite::Exception& fault) {
    if (!Database::looks_broken(fault)) throw;
    set_aside_if_broken();
    database_ = std::make_unique<Database>(options_.path);
    database_->prepare_to_write();
  }
}

void HistoryStore::reopen_after_fault() {
  open_database();
  prepare_database();
  database_->checkpoint();
}

/// Moves the broken file and what belongs to it out of the way. One that a disk cannot read is not
/// broken.
void HistoryStore::set_aside_if_broken() {
  database_.reset();
  if (!Database::is_broken(options_.path)) return;
  std::error_code fault;
  std::string aside;
  for (std::uint64_t number = 1;; ++number) {
    aside = fmt::format("{}.broken-{}", options_.path, number);
    if (!std::filesystem::exists(aside, fault)) break;
  }
  std::filesystem::rename(options_.path, aside);
  for (const char* const end : {"-wal", "-shm"}) {
    std::filesystem::rename(options_.path + end, aside + end, fault);
  }
  log::error("history was broken and is set aside", {{"file", aside}});
}

HistoryStore::Restored HistoryStore::open_room(std::string_view name, std::size_t lines_max,
                                               std::size_t bytes_max) {
  Restored restored;
  RoomNumber last = 0;
  for (const RoomNumber each : room_numbers_) last = std::max(last, each);
  try {
    if (database_ != nullptr && database_->can_read()) {
      last = std::max(last, database_->last_room());
      const auto found = database_->find_room(name);
      if (found) restored = database_->restore(*found, lines_max, bytes_max);
    }
  } catch (const std::exception& fault) {
    // Its numbers are not known: to begin at 0 would give some of them twice.
    log::error("history of a room cannot be read, it is not kept in this run",
               {{"room", name}, {"fault", fault.what()}});
    return {};
  }
  if (restored.room == 0) restored.room = last + 1;
  room_names_.emplace_back(name);
  room_numbers_.push_back(restored.room);
  return restored;
}

/// Within a transaction.
void HistoryStore::name_rooms() {
  for (std::size_t i = 0; i < room_names_.size(); ++i) {
    database_->name_room(room_numbers_[i], room_names_[i]);
  }
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
  if (is_idle_) wake_.notify_one();
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
  if (is_idle_) wake_.notify_one();
}

void HistoryStore::when_kept(RoomNumber room, std::function<void(const Kept& kept)> done) {
  const std::scoped_lock lock(mutex_);
  kept_tasks_.push_back({room, appended_, std::move(done)});
  if (is_idle_) wake_.notify_one();
}

std::uint64_t HistoryStore::dropped_lines() const {
  const std::scoped_lock lock(mutex_);
  return dropped_;
}

// ---- The thread --------------------------------------------------------------------------------

void HistoryStore::run() {
  std::unique_lock lock(mutex_);
  while (true) {
    if (is_ending_) {  // nobody is there any more to be answered
      asked_.clear();
      kept_tasks_.clear();
    }
    serve_round(lock);
    if (is_ending_ && (queue_.empty() || !fault_.empty())) break;
    const bool has_work = !asked_.empty() || !kept_tasks_.empty() || !queue_.empty();
    if (has_work && fault_.empty()) continue;
    is_idle_ = true;
    const auto is_asked = [this] { return is_ending_ || !asked_.empty() || !kept_tasks_.empty(); };
    const auto pause = std::chrono::milliseconds(fault_.empty() ? kTrimMs : options_.retry_ms);
    wake_.wait_for(lock, pause, [&] { return is_asked() || (fault_.empty() && !queue_.empty()); });
    is_idle_ = false;
    if (!is_asked()) wake_.wait_for(lock, kGatherTime, is_asked);
  }
  std::uint64_t lost = 0;
  for (const Piece& piece : queue_) lost += piece.lines();
  if (lost > 0) log::error("history lost its last lines", {{"lines", lost}, {"fault", fault_}});
}

void HistoryStore::serve_round(std::unique_lock<std::mutex>& lock) {
  std::deque<Piece> group = take_group();
  std::vector<Asked> asked = std::exchange(asked_, {});
  lock.unlock();

  std::uint64_t written = 0;
  for (const Piece& piece : group) written += piece.lines();
  try {
    if (database_ == nullptr || !fault_.empty()) reopen_after_fault();
    if (!group.empty()) write(group);
    trim();
    if (!fault_.empty()) log::info("history is kept again", {{"file", options_.path}});
    fault_.clear();
  } catch (const std::exception& fault) {
    fail(fault);
    if (!group.empty()) written = 0;
    put_back(group);
  }
  answer(asked);
  std::vector<KeptTask> due;
  std::vector<std::uint64_t> lost;
  {
    const std::scoped_lock again(mutex_);
    settled_ += written;
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
  tell_dropped();
  lock.lock();
}

std::deque<HistoryStore::Piece> HistoryStore::take_group() {
  std::deque<Piece> group;
  for (std::size_t left = kCommitBytesMax; !queue_.empty() && left > 0;) {
    Piece& oldest = queue_.front();
    queue_bytes_ -= oldest.bytes();
    group.push_back(oldest.split(left));
    left -= std::min(left, group.back().bytes());
    if (oldest.lines() == 0) {
      queue_.pop_front();
    } else {
      queue_bytes_ += oldest.bytes();
    }
  }
  return group;
}

void HistoryStore::write(std::deque<Piece>& group) {
  std::size_t written = 0;
  database_->begin();
  try {
    if (!is_named_) name_rooms();
    for (const Piece& piece : group) {
      for (LineNumber line = piece.first; line < piece.end; ++line) {
        const Entry& entry = piece.log.entry(line);
        std::string_view text = piece.log.line(line);
        if (text.ends_with("\r\n")) text.remove_suffix(2);
        scratch_ = text;
        database_->add(piece.room, line, entry.at_ms, entry.kind(), scratch_);
      }
      written += piece.lines();
    }
    database_->commit();
  } catch (...) {
    database_->roll_back();
    throw;
  }
  is_named_ = true;
  written_since_trim_ += written;
  group.clear();
}

void HistoryStore::put_back(std::deque<Piece>& group) {
  const std::scoped_lock lock(mutex_);
  while (!group.empty()) {
    queue_bytes_ += group.back().bytes();
    queue_.push_front(std::move(group.back()));
    group.pop_back();
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
}

void HistoryStore::tell_dropped() {
  const std::uint64_t dropped = dropped_lines();
  if (dropped == told_dropped_) return;
  log::warning("history lost lines, the disk is too slow", {{"lines", dropped - told_dropped_}});
  told_dropped_ = dropped;
}

}  // namespace grotto
