#include "answers/queued_keeper.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

#include "base/log.h"

namespace grotto {

namespace {

using Clock = std::chrono::steady_clock;

/// Who waits for the thread's end waits so much longer than the thread tries.
constexpr std::chrono::milliseconds kGrace{200};

bool is_without_answer(const AnswerRecord& record) noexcept {
  switch (record.event) {
    case AnswerEvent::start:
    case AnswerEvent::answer: return false;
    case AnswerEvent::unfinished:
    case AnswerEvent::resumed:
    case AnswerEvent::end: return true;
  }
  return false;
}

}  // namespace

class QueuedKeeper::Queue {
 public:
  Queue(std::unique_ptr<AnswerSink> sink, const Options& options)
      : options_(options), sink_(std::move(sink)) {}

  [[nodiscard]] AnswerSink& sink() noexcept { return *sink_; }
  void add(AnswerGroup& one);
  [[nodiscard]] std::string fault() const;
  /// The thread.
  void run() noexcept;
  /// True: the thread ends by itself. False: it is left to itself.
  [[nodiscard]] bool end();

 private:
  using Lock = std::unique_lock<std::mutex>;
  [[nodiscard]] bool drop_beyond_bound(std::vector<AnswerRecord>& records) noexcept;
  void take_group() noexcept;
  [[nodiscard]] bool write_group(Lock& lock);
  [[nodiscard]] std::string try_to_write() noexcept;
  void tell(const std::string& before) noexcept;
  void call_back() noexcept;
  void give_up() noexcept;

  const Options options_;
  const std::unique_ptr<AnswerSink> sink_;  // the thread's, after load()

  std::mutex calling_;  // held while somebody is called back; taken before mutex_

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable wake_;
  std::condition_variable over_;
  AnswerGroup waiting_;
  AnswerGroup group_;        // of these, being written; the thread reads it without the lock
  std::size_t records_ = 0;  // in both
  std::uint64_t dropped_ = 0;
  std::uint64_t told_dropped_ = 0;
  std::string fault_;
  std::optional<Clock::time_point> writes_since_;
  bool is_ending_ = false;
  bool is_over_ = false;
  Clock::time_point deadline_;
};

// ---- What others call --------------------------------------------------------------------------

QueuedKeeper::QueuedKeeper(std::unique_ptr<AnswerSink> sink, const Options& options)
    : queue_(std::make_shared<Queue>(std::move(sink), options)),
      thread_([queue = queue_] { queue->run(); }) {}

QueuedKeeper::~QueuedKeeper() {
  if (queue_->end()) {
    thread_.join();
  } else {
    thread_.detach();
  }
}

void QueuedKeeper::load(const std::function<void(AnswerRecord&& record)>& take) {
  queue_->sink().load(take);
}

void QueuedKeeper::keep(std::vector<AnswerRecord> records, OnKept on_kept) {
  AnswerGroup one;
  one.push_back({std::move(records), std::move(on_kept)});
  queue_->add(one);
}

std::string QueuedKeeper::fault() const {
  return queue_->fault();
}

void QueuedKeeper::Queue::add(AnswerGroup& one) {
  const std::scoped_lock lock(mutex_);
  std::vector<AnswerRecord>& records = one.front().records;
  if (drop_beyond_bound(records) && waiting_.size() >= options_.queued_records_max) return;
  records_ += records.size();
  waiting_.splice(waiting_.end(), one);
  wake_.notify_one();
}

/// Q4. True: nothing is left of them.
bool QueuedKeeper::Queue::drop_beyond_bound(std::vector<AnswerRecord>& records) noexcept {
  if (records.empty() || records_ + records.size() <= options_.queued_records_max) return false;
  dropped_ += std::erase_if(records, is_without_answer);
  return records.empty();
}

std::string QueuedKeeper::Queue::fault() const {
  const std::scoped_lock lock(mutex_);
  const bool hangs =
      writes_since_ && Clock::now() - *writes_since_ >= std::chrono::milliseconds(options_.hang_ms);
  return fault_.empty() && hangs ? "the disk does not answer" : fault_;
}

bool QueuedKeeper::Queue::end() {
  {
    Lock lock(mutex_);
    is_ending_ = true;
    deadline_ = Clock::now() + std::chrono::milliseconds(options_.end_ms);
    wake_.notify_one();
    if (over_.wait_until(lock, deadline_ + kGrace, [this] { return is_over_; })) return true;
  }
  const std::scoped_lock calling(calling_);
  const std::scoped_lock lock(mutex_);
  give_up();
  return is_over_;
}

// ---- The thread --------------------------------------------------------------------------------

void QueuedKeeper::Queue::run() noexcept {
  Lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return is_ending_ || !waiting_.empty(); });
    if (waiting_.empty()) break;
    take_group();
    if (!write_group(lock)) {
      give_up();
      break;
    }
    lock.unlock();
    call_back();
    lock.lock();
  }
  is_over_ = true;
  over_.notify_all();
}

void QueuedKeeper::Queue::take_group() noexcept {
  std::size_t records = 0;
  auto end = waiting_.begin();
  do {
    records += end->records.size();
    ++end;
  } while (end != waiting_.end() && records + end->records.size() <= options_.group_records_max);
  group_.splice(group_.end(), waiting_, waiting_.begin(), end);
}

/// False: it was the end, and the sink did not take it.
bool QueuedKeeper::Queue::write_group(Lock& lock) {
  while (true) {
    writes_since_ = Clock::now();
    lock.unlock();
    std::string fault = try_to_write();
    lock.lock();
    writes_since_.reset();
    const std::string before = std::exchange(fault_, std::move(fault));
    tell(before);
    if (fault_.empty()) {
      for (const AnswerBatch& batch : group_) records_ -= std::min(records_, batch.records.size());
      return true;
    }
    const bool was_ending = is_ending_;
    if (was_ending && Clock::now() >= deadline_) return false;
    Clock::time_point next = Clock::now() + std::chrono::milliseconds(options_.retry_ms);
    if (was_ending) next = std::min(next, deadline_);
    wake_.wait_until(lock, next, [this, was_ending] { return is_ending_ && !was_ending; });
  }
}

std::string QueuedKeeper::Queue::try_to_write() noexcept {
  try {
    return sink_->write(group_);
  } catch (const std::bad_alloc&) {
    return "out of memory";
  }
}

void QueuedKeeper::Queue::tell(const std::string& before) noexcept {
  if (before.empty() && !fault_.empty()) {
    log::error("answers cannot be kept now, they wait",
               {{"file", sink_->name()}, {"fault", fault_}});
  } else if (!before.empty() && fault_.empty()) {
    log::info("answers are kept again", {{"file", sink_->name()}});
  }
  if (dropped_ == told_dropped_) return;
  log::error("records without answers are dropped, too many wait",
             {{"file", sink_->name()}, {"records", dropped_ - told_dropped_}});
  told_dropped_ = dropped_;
}

/// Q2.
void QueuedKeeper::Queue::call_back() noexcept {
  const std::scoped_lock calling(calling_);
  for (const AnswerBatch& batch : group_) {
    try {
      if (batch.on_kept) batch.on_kept();
    } catch (const std::bad_alloc&) {
      continue;  // it is kept all the same
    }
  }
  group_.clear();
}

/// Under the lock, if not all is written. Whoever waits is never called, and goes now: what he
/// belongs to may be gone soon.
void QueuedKeeper::Queue::give_up() noexcept {
  if (records_ > 0) {
    log::error("the last answers are lost",
               {{"file", sink_->name()}, {"records", records_}, {"fault", fault_}});
  }
  records_ = 0;
  // The records of the group may be being written, even when nobody waits for that any more.
  for (AnswerBatch& batch : group_) batch.on_kept = nullptr;
  waiting_.clear();
}

}  // namespace grotto
