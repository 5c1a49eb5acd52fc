#include "store/record_queue.h"

#include <doctest/doctest.h>

#include <map>
#include <random>

#include "../support/seed.h"

namespace grotto {

namespace {

using Texts = std::vector<std::string>;

Texts shown(const RecordChanges& changes) {
  Texts out;
  for (const auto& [name, value] : changes) {
    out.push_back(name.first + "/" + name.second + "=" + value.value_or("(removed)"));
  }
  return out;
}

/// Who waits for a queue, by name, and what they were told.
class Waiting {
 public:
  explicit Waiting(RecordQueue& queue) : queue_(queue) {}
  void waits(const std::string& name) {
    queue_.when_recorded([this, name](const std::string& fault) {
      told_.push_back(name + (fault.empty() ? "" : ": " + fault));
    });
  }
  Texts told(const std::string& fault = {}) {
    told_.clear();
    for (const auto& each : queue_.take_answers(fault)) each.done(each.fault);
    return told_;
  }

 private:
  RecordQueue& queue_;
  Texts told_;
};

}  // namespace

TEST_CASE("RecordQueue: the last change of each key counts") {
  RecordQueue queue(10'000);
  queue.change("ban", "b", "1");
  queue.change("ban", "a", "1");
  queue.change("ban", "b", "2");
  queue.change("mute", "b", "3");
  queue.change("ban", "a", std::nullopt);
  CHECK(shown(queue.take()) == Texts{"ban/a=(removed)", "ban/b=2", "mute/b=3"});
  CHECK_FALSE(queue.has_changes());
}

TEST_CASE("RecordQueue: who waits is told when all before is written, and not sooner") {
  RecordQueue queue(10'000);
  Waiting waiting(queue);
  waiting.waits("nothing before");
  CHECK(waiting.told() == Texts{"nothing before"});
  queue.change("ban", "a", "1");
  waiting.waits("a");
  RecordChanges taken = queue.take();
  queue.change("ban", "b", "1");
  waiting.waits("b");
  CHECK(waiting.told().empty());
  queue.written();
  CHECK(waiting.told() == Texts{"a"});
  taken = queue.take();
  queue.put_back(taken);
  CHECK(waiting.told().empty());
  CHECK(waiting.told("disk full") == Texts{"b: disk full"});
  waiting.waits("b again");
  CHECK(shown(queue.take()) == Texts{"ban/b=1"});
  queue.written();
  CHECK(waiting.told() == Texts{"b again"});
}

TEST_CASE("RecordQueue: what comes back from a failed commit does not replace what is newer") {
  RecordQueue queue(10'000);
  queue.change("ban", "a", "1");
  queue.change("ban", "b", "1");
  RecordChanges taken = queue.take();
  queue.change("ban", "b", std::nullopt);
  queue.put_back(taken);
  CHECK(shown(queue.take()) == Texts{"ban/a=1", "ban/b=(removed)"});
  queue.written();
  queue.change("ban", "a", "2");
  queue.restore("ban", "a", "old");
  queue.restore("ban", "c", "old");
  CHECK(shown(queue.take()) == Texts{"ban/a=2", "ban/c=old"});
}

TEST_CASE(
    "RecordQueue: beyond the bound changes are refused, and nobody is told that all is well") {
  RecordQueue queue(3 * (RecordQueue::kChangeBytes + 10));
  Waiting waiting(queue);
  queue.change("ban", "a", "123456");  // 10 bytes
  queue.change("ban", "b", "123456");
  RecordChanges taken = queue.take();
  queue.change("ban", "c", "123456");  // what is being written counts
  CHECK(queue.refused() == 0);
  SUBCASE("one more key") {
    queue.change("ban", "d", "");
  }
  SUBCASE("a longer value") {
    queue.change("ban", "c", "1234567");
  }
  CHECK(queue.refused() == 1);
  queue.change("ban", "c", "654321");
  CHECK(queue.refused() == 1);
  queue.put_back(taken);
  queue.change("ban", "d", "");
  CHECK(queue.refused() == 2);
  CHECK(shown(queue.take()) == Texts{"ban/a=123456", "ban/b=123456", "ban/c=654321"});
  queue.written();
  waiting.waits("all");
  CHECK(waiting.told() == Texts{"all: changes of before are not kept in this run"});
  queue.change("ban", "d", "");
  CHECK(queue.has_changes());
}

TEST_CASE("RecordQueue: changes to a refused kind are not taken in, those to others are") {
  RecordQueue queue(10'000);
  queue.refuse("ban");
  queue.change("ban", "a", "1");
  queue.change("mute", "a", "1");
  queue.restore("ban", "b", "of the file");
  CHECK(queue.refused() == 1);
  CHECK(shown(queue.take()) == Texts{"ban/b=of the file", "mute/a=1"});
}

TEST_CASE("RecordQueue: a file fed from it through failures is what a plain map would be") {
  const std::uint64_t seed = test::seed();
  CAPTURE(seed);
  std::mt19937_64 random(seed);
  RecordQueue queue(1'000'000);
  std::map<std::string, std::string> truth;
  std::map<std::string, std::string> file;
  for (int round = 0; round < 2'000; ++round) {
    const auto change = [&] {
      const std::string key = std::to_string(random() % 20);
      if (random() % 3 == 0) {
        queue.change("k", key, std::nullopt);
        truth.erase(key);
      } else {
        const std::string value = std::to_string(random());
        queue.change("k", key, value);
        truth[key] = value;
      }
    };
    for (auto changes = random() % 4; changes > 0; --changes) change();
    std::map<std::string, std::string> seen = file;
    queue.apply_to("k", seen);
    REQUIRE(seen == truth);
    RecordChanges taken = queue.take();
    const auto before = truth;
    for (auto changes = random() % 4; changes > 0; --changes) change();
    if (random() % 2 == 0) {
      queue.put_back(taken);
      continue;
    }
    for (const auto& [name, value] : taken) {
      if (value) {
        file[name.second] = *value;
      } else {
        file.erase(name.second);
      }
    }
    REQUIRE(file == before);  // as it was at one moment
    queue.written();
  }
}

}  // namespace grotto
