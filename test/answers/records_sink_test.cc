#include "answers/records_sink.h"

#include <atomic>
#include <map>
#include <mutex>

#include "answers/answer_json.h"
#include "answers/open_answers.h"
#include "answers/queued_keeper.h"
#include "kept_answers.h"

namespace grotto {

using testing::answer;
using testing::AnswerRecords;
using testing::answers;
using testing::Chance;
using testing::keep;
using testing::kNoon;
using testing::load;
using testing::wait_until;

namespace {

/// A store whose disk does as the test says; answers on a thread of its own.
class MemoryRecords final : public Records {
 public:
  std::vector<Record> load(std::string_view kind) override {
    const std::scoped_lock lock(mutex_);
    CHECK(kind == "answer");
    std::vector<Record> out;
    for (const auto& [key, value] : kept_) out.push_back({key, value});
    return out;
  }
  void put(std::string_view kind, std::string_view key, std::string_view value) override {
    const std::scoped_lock lock(mutex_);
    CHECK(kind == "answer");
    if (throws_in_ > 0 && --throws_in_ == 0) throw std::bad_alloc();
    waiting_[std::string(key)] = value;
  }
  void remove(std::string_view /*kind*/, std::string_view /*key*/) override {}
  void when_recorded(std::function<void(const std::string& fault)> done) override {
    std::string fault;
    {
      const std::scoped_lock lock(mutex_);
      ++asked_;
      if (is_silent_) {
        unanswered_.push_back(std::move(done));
        return;
      }
      fault = fault_;
      if (fault.empty()) kept_.merge(waiting_);
      if (fault.empty()) waiting_.clear();
    }
    std::thread([done = std::move(done), fault] { done(fault); }).join();
  }

  void set_fault(const std::string& fault) {
    const std::scoped_lock lock(mutex_);
    fault_ = fault;
  }
  void set_silent(bool is_silent) {
    std::vector<std::function<void(const std::string&)>> late;
    const std::scoped_lock lock(mutex_);
    is_silent_ = is_silent;
    if (!is_silent) late.swap(unanswered_);
    for (const auto& done : late) done("too late");
  }
  void throw_at_put(int number) {
    const std::scoped_lock lock(mutex_);
    throws_in_ = number;
  }
  void add(const std::string& key, const std::string& value) { kept_[key] = value; }
  [[nodiscard]] std::map<std::string, std::string> kept() {
    const std::scoped_lock lock(mutex_);
    return kept_;
  }
  [[nodiscard]] int asked() {
    const std::scoped_lock lock(mutex_);
    return asked_;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> kept_;
  std::map<std::string, std::string> waiting_;
  std::string fault_;
  bool is_silent_ = false;
  int throws_in_ = 0;
  int asked_ = 0;
  std::vector<std::function<void(const std::string&)>> unanswered_;
};

std::unique_ptr<AnswerKeeper> quick_keeper(const std::shared_ptr<Records>& records) {
  return std::make_unique<QueuedKeeper>(std::make_unique<RecordsSink>(records, 20),
                                        QueuedKeeper::Options{.retry_ms = 1});
}

}  // namespace

TEST_CASE("RecordsSink: what was kept is there in the next life, in order, though clocks go back") {
  MESSAGE("seed " << test::seed());
  Chance chance(test::seed());
  const auto records = std::make_shared<MemoryRecords>();
  AnswerRecords all;
  for (int life = 0; life < 10; ++life) {
    const auto keeper = keep_answers_in(records);
    REQUIRE(load(*keeper) == all);
    REQUIRE(load(*keeper).empty());  // once
    for (std::uint64_t calls = chance.below(30); calls > 0; --calls) {
      AnswerRecords some = chance.records(chance.below(4));
      all.insert(all.end(), some.begin(), some.end());
      keeper->keep(std::move(some), nullptr);
    }
  }
  CHECK(load(*keep_answers_in(records)) == all);
}

TEST_CASE("RecordsSink: a record is the JSON line, under its time and a number") {
  const auto records = std::make_shared<MemoryRecords>();
  keep(*keep_answers_in(records),
       {answer("a", 0, "q", true, kNoon), answer("a", 1, "r", 2.0, kNoon),
        answer("a", 2, "s", 3.0, kNoon - 5), answer("a", 3, "t", 4.0, -1),
        answer("a", 4, "u", 5.0, kNoon + 1)});
  std::vector<std::string> keys;
  for (const auto& [key, value] : records->kept()) {
    keys.push_back(key);
    CHECK(answer_from_json(value).has_value());
  }
  CHECK(keys == std::vector<std::string>{"001796040000123-0000000000", "001796040000123-0000000001",
                                         "001796040000123-0000000002", "001796040000123-0000000003",
                                         "001796040000124-0000000000"});
}

TEST_CASE("RecordsSink: broken records and keys of others are passed over") {
  const auto records = std::make_shared<MemoryRecords>();
  for (const std::string key :
       {"", "zzz", "999999999999999-999999999x", "99999999999999x-9999999999"}) {
    records->add(key, "{}");
  }
  records->add("999999999999999+9999999999", "null");
  {
    const auto keeper = keep_answers_in(records);
    CHECK(load(*keeper).empty());
    keep(*keeper, {answer("a", 0, "q", true, kNoon)});
  }
  CHECK(records->kept().contains("001796040000123-0000000000"));
}

TEST_CASE("RecordsSink: a fault of the store is told until it is gone, and nothing is kept twice") {
  const auto records = std::make_shared<MemoryRecords>();
  records->set_fault("No space left on device");
  const auto keeper = quick_keeper(records);
  std::atomic<int> told = 0;
  for (std::uint64_t i = 0; i < 50; ++i) keeper->keep(answers("a", i, 2), [&] { ++told; });
  wait_until([&] { return keeper->fault() == "No space left on device" && records->asked() > 3; });
  CHECK(told == 0);
  records->throw_at_put(2);
  wait_until([&] { return keeper->fault() == "out of memory"; });
  records->set_fault("");
  wait_until([&] { return told == 50; });
  CHECK(keeper->fault().empty());
  CHECK(records->kept().size() == 100);
}

TEST_CASE("RecordsSink: a store that does not answer is a fault, and its late answer none") {
  const auto records = std::make_shared<MemoryRecords>();
  records->set_silent(true);
  const auto keeper = quick_keeper(records);
  std::atomic<int> told = 0;
  keeper->keep(answers("a", 0, 1), [&] { ++told; });
  wait_until([&] { return keeper->fault() == "the store does not answer"; });
  records->set_silent(false);
  wait_until([&] { return told == 1; });
  CHECK(records->kept().size() == 1);
}

}  // namespace grotto
