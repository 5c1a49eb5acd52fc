#include "answers/queued_keeper.h"

#include <atomic>
#include <condition_variable>
#include <mutex>

#include "kept_answers.h"

namespace grotto {

using testing::answer;
using testing::AnswerRecords;
using testing::answers;
using testing::end;
using testing::keep;
using testing::plain;
using testing::start;
using testing::wait_until;

namespace {

/// A sink that fails, or hangs, as the test wants it to; outlives its keeper.
struct Drain {
  std::mutex mutex;
  std::condition_variable changed;
  AnswerRecords kept;
  std::string fault;
  bool hangs = false;
  bool throws = false;
  std::size_t tries = 0;
  std::vector<std::size_t> groups;  // records in each that was kept
  std::size_t in_write = 0;

  void set(const std::function<void()>& change) {
    const std::scoped_lock lock(mutex);
    change();
    changed.notify_all();
  }
  void wait_for(const std::function<bool()>& is_so) {
    std::unique_lock lock(mutex);
    REQUIRE(changed.wait_for(lock, std::chrono::seconds(30), is_so));
  }
};

class DrainSink final : public AnswerSink {
 public:
  explicit DrainSink(std::shared_ptr<Drain> drain) : drain_(std::move(drain)) {}

  void load(const std::function<void(AnswerRecord&& record)>& take) override {
    for (AnswerRecord record : drain_->kept) take(std::move(record));
  }
  [[nodiscard]] std::string write(const AnswerGroup& group) override {
    std::unique_lock lock(drain_->mutex);
    ++drain_->tries;
    ++drain_->in_write;
    drain_->changed.notify_all();
    drain_->changed.wait(lock, [this] { return !drain_->hangs; });
    --drain_->in_write;
    drain_->changed.notify_all();
    if (drain_->throws) throw std::bad_alloc();
    if (!drain_->fault.empty()) return drain_->fault;
    const std::size_t before = drain_->kept.size();
    for (const AnswerBatch& batch : group) {
      drain_->kept.insert(drain_->kept.end(), batch.records.begin(), batch.records.end());
    }
    drain_->groups.push_back(drain_->kept.size() - before);
    return {};
  }
  [[nodiscard]] const std::string& name() const noexcept override { return name_; }

 private:
  const std::shared_ptr<Drain> drain_;
  const std::string name_ = "drain";
};

struct Keeping {
  explicit Keeping(QueuedKeeper::Options options = {.retry_ms = 2, .end_ms = 5'000})
      : keeper(std::make_unique<QueuedKeeper>(std::make_unique<DrainSink>(drain), options)) {}

  std::shared_ptr<Drain> drain = std::make_shared<Drain>();
  std::unique_ptr<QueuedKeeper> keeper;
};

}  // namespace

TEST_CASE("QueuedKeeper: calls of several threads are kept each in its order, each told once") {
  constexpr std::uint64_t kThreads = 4;
  constexpr std::uint64_t kCalls = 2'000;
  Keeping keeping;
  std::mutex mutex;
  std::vector<std::vector<std::uint64_t>> told(kThreads);
  std::vector<std::thread> threads;
  for (std::uint64_t number = 0; number < kThreads; ++number) {
    threads.emplace_back([&, number] {
      for (std::uint64_t i = 0; i < kCalls; ++i) {
        keeping.keeper->keep(answers(std::to_string(number), i * 2, 2), [&, number, i] {
          const std::scoped_lock lock(mutex);
          told[number].push_back(i);
        });
      }
    });
  }
  for (int i = 0; i < 20; ++i) {  // the disk fails now and then
    keeping.drain->set([&] { keeping.drain->fault = i % 2 == 0 ? "no" : ""; });
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  keeping.drain->set([&] { keeping.drain->fault.clear(); });
  for (std::thread& thread : threads) thread.join();
  keep(*keeping.keeper, {});
  keeping.keeper.reset();
  std::vector<std::uint64_t> next(kThreads);
  for (const AnswerRecord& record : keeping.drain->kept) {
    REQUIRE(record.place == next[std::stoul(record.session)]++);
  }
  for (std::uint64_t number = 0; number < kThreads; ++number) {
    CHECK(next[number] == kCalls * 2);
    CHECK(told[number].size() == kCalls);
    CHECK(std::is_sorted(told[number].begin(), told[number].end()));
  }
}

TEST_CASE("QueuedKeeper: who is told hears it after all before it, and may keep more at once") {
  Keeping keeping;
  std::promise<void> all;
  std::vector<int> told;
  const auto tell = [&](int number) {
    told.push_back(number);
    if (told.size() == 3) all.set_value();
  };
  keeping.keeper->keep(answers("a", 0, 3), [&] {
    tell(1);
    keeping.keeper->keep(answers("a", 3, 1), [&] { tell(3); });
    throw std::bad_alloc();  // costs nobody else a word
  });
  keeping.keeper->keep({}, [&] { tell(2); });
  all.get_future().wait();
  CHECK(told.size() == 3);
  CHECK(told.front() == 1);
  CHECK(keeping.drain->kept == answers("a", 0, 4));
}

TEST_CASE("QueuedKeeper: while the sink fails it is tried again, and says why") {
  Keeping keeping;
  keeping.drain->set([&] { keeping.drain->fault = "No space left on device"; });
  std::promise<void> kept;
  auto is_kept = kept.get_future();
  keeping.keeper->keep(answers("a", 0, 2), [&] { kept.set_value(); });
  wait_until([&] { return keeping.keeper->fault() == "No space left on device"; });
  keeping.drain->wait_for([&] { return keeping.drain->tries > 5; });
  keeping.drain->set([&] { keeping.drain->throws = true; });
  wait_until([&] { return keeping.keeper->fault() == "out of memory"; });
  CHECK(is_kept.wait_for(std::chrono::seconds(0)) == std::future_status::timeout);
  keeping.drain->set([&] {
    keeping.drain->throws = false;
    keeping.drain->fault.clear();
  });
  is_kept.wait();
  CHECK(keeping.keeper->fault().empty());
  CHECK(keeping.drain->kept == answers("a", 0, 2));
}

TEST_CASE("QueuedKeeper: a write that does not come back is told, and is no fault once it does") {
  Keeping keeping({.retry_ms = 2, .hang_ms = 20});
  keeping.drain->set([&] { keeping.drain->hangs = true; });
  std::promise<void> kept;
  keeping.keeper->keep(answers("a", 0, 1), [&] { kept.set_value(); });
  keeping.drain->wait_for([&] { return keeping.drain->in_write == 1; });
  wait_until([&] { return keeping.keeper->fault() == "the disk does not answer"; });
  keeping.drain->set([&] { keeping.drain->hangs = false; });
  kept.get_future().wait();
  CHECK(keeping.keeper->fault().empty());
  CHECK(keeping.drain->tries == 1);
}

TEST_CASE("QueuedKeeper: beyond its bound it takes answers, and nothing without one") {
  Keeping keeping({.retry_ms = 2, .queued_records_max = 10});
  keeping.drain->set([&] { keeping.drain->hangs = true; });
  std::vector<std::string> told;
  const auto keep_as = [&](const std::string& name, const AnswerRecords& records) {
    keeping.keeper->keep(records, [&told, name] { told.push_back(name); });
  };
  keep_as("first", answers("a", 0, 9));
  keeping.drain->wait_for([&] { return keeping.drain->in_write == 1; });
  keep_as("tenth", {plain(AnswerEvent::resumed, "b")});
  keep_as("dropped", {plain(AnswerEvent::resumed, "b")});
  keep_as("half", {answer("b", 0, "q", true), end("b", 1)});
  keep_as("whole", {start("c"), answer("c", 0, "q", true)});
  keep_as("empty", {});
  for (int i = 0; i < 20; ++i) keep_as("many", {plain(AnswerEvent::unfinished, "b")});
  keep_as("last", answers("a", 9, 1));
  keeping.drain->set([&] { keeping.drain->hangs = false; });
  keep(*keeping.keeper, {});
  keep(*keeping.keeper, {end("c", 2)});  // there is room again
  AnswerRecords expected = answers("a", 0, 9);
  expected.push_back(plain(AnswerEvent::resumed, "b"));
  expected.push_back(answer("b", 0, "q", true));
  expected.push_back(start("c"));
  expected.push_back(answer("c", 0, "q", true));
  expected.push_back(answers("a", 9, 1).front());
  expected.push_back(end("c", 2));
  CHECK(keeping.drain->kept == expected);
  CHECK(told == std::vector<std::string>{"first", "tenth", "dropped", "half", "whole", "empty",
                                         "many", "many", "many", "many", "many", "last"});
}

TEST_CASE("QueuedKeeper: one write takes a bounded group, or one call") {
  Keeping keeping({.retry_ms = 2, .end_ms = 5'000, .group_records_max = 4});
  keeping.drain->set([&] { keeping.drain->hangs = true; });
  keeping.keeper->keep(answers("a", 0, 1), nullptr);
  keeping.drain->wait_for([&] { return keeping.drain->in_write == 1; });
  keeping.keeper->keep(answers("a", 1, 10), nullptr);
  for (std::uint64_t i = 11; i < 20; ++i) keeping.keeper->keep(answers("a", i, 1), nullptr);
  keeping.drain->set([&] { keeping.drain->hangs = false; });
  keep(*keeping.keeper, {});
  CHECK(keeping.drain->kept == answers("a", 0, 20));
  std::vector<std::size_t> groups = keeping.drain->groups;
  std::erase(groups, 0);  // the empty call
  CHECK(groups == std::vector<std::size_t>{1, 10, 4, 4, 1});
}

// ---- The end

TEST_CASE("QueuedKeeper: the end writes what is queued, though the disk fails at first") {
  Keeping keeping({.retry_ms = 10, .end_ms = 20'000});
  keeping.drain->set([&] { keeping.drain->fault = "no"; });
  std::atomic<int> told = 0;
  for (std::uint64_t i = 0; i < 50; ++i) keeping.keeper->keep(answers("a", i, 1), [&] { ++told; });
  std::thread helper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    keeping.drain->set([&] { keeping.drain->fault.clear(); });
  });
  keeping.keeper.reset();
  helper.join();
  CHECK(keeping.drain->kept == answers("a", 0, 50));
  CHECK(told == 50);
}

TEST_CASE("QueuedKeeper: the end gives up on a disk that goes on failing, and tells nobody") {
  Keeping keeping({.retry_ms = 5, .end_ms = 50});
  keeping.drain->set([&] { keeping.drain->fault = "no"; });
  std::atomic<int> told = 0;
  keeping.keeper->keep(answers("a", 0, 1), [&] { ++told; });
  keeping.keeper->keep(answers("a", 1, 1), [&] { ++told; });
  const auto begun = std::chrono::steady_clock::now();
  keeping.keeper.reset();
  CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(50));
  CHECK(keeping.drain->kept.empty());
  CHECK(told == 0);
}

TEST_CASE("QueuedKeeper: the end leaves a disk that hangs, and calls nobody from then on") {
  Keeping keeping({.retry_ms = 5, .end_ms = 20});
  keeping.drain->set([&] { keeping.drain->hangs = true; });
  std::atomic<int> told = 0;
  const auto owned = std::make_shared<int>(5);
  keeping.keeper->keep(answers("a", 0, 1), [&told, owned] { ++told; });
  keeping.drain->wait_for([&] { return keeping.drain->in_write == 1; });
  keeping.keeper->keep(answers("a", 1, 1), [&told, owned] { ++told; });
  keeping.keeper.reset();
  CHECK(owned.use_count() == 1);
  keeping.drain->set([&] { keeping.drain->hangs = false; });
  keeping.drain->wait_for([&] { return keeping.drain->kept.size() == 1; });
  wait_until([&] { return keeping.drain.use_count() == 1; });  // the thread has ended
  CHECK(told == 0);
}

}  // namespace grotto
