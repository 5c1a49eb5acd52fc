#include "grotto/timer_wheel.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "support/seed.h"

using grotto::Timer;
using grotto::TimerWheel;

namespace {

constexpr std::uint64_t kStart = 1'000'003;  // not the start of any slot
constexpr std::uint64_t kDay = 24ULL * 60 * 60 * 1000;

/// A timer that does as it is told.
class Alarm final : public Timer {
 public:
  explicit Alarm(std::function<void()> act = {}) : act_(std::move(act)) {}
  int rings = 0;

 private:
  void on_timer() override {
    ++rings;
    if (act_) act_();
  }
  std::function<void()> act_;
};

}  // namespace

TEST_CASE("TimerWheel: a timer fires at its millisecond, not before, and once") {
  for (const std::uint64_t delay : std::initializer_list<std::uint64_t>{
           1, 2, 63, 64, 65, 4'095, 4'096, 4'097, 262'144, 16'777'216, kDay, 100 * kDay}) {
    CAPTURE(delay);
    TimerWheel wheel(kStart);
    Alarm alarm;
    wheel.arm(alarm, delay);
    CHECK(alarm.due_ms() == kStart + delay);
    wheel.advance(kStart + delay - 1);
    CHECK(alarm.rings == 0);
    CHECK(alarm.is_armed());
    wheel.advance(kStart + delay);
    CHECK(alarm.rings == 1);
    CHECK_FALSE(alarm.is_armed());
    wheel.advance(kStart + 2 * delay);
    CHECK(alarm.rings == 1);
  }
}

TEST_CASE("TimerWheel: it counts what is armed, near, far and due") {
  TimerWheel wheel(kStart);
  std::vector<std::unique_ptr<Alarm>> alarms;
  for (const std::uint64_t delay : std::initializer_list<std::uint64_t>{0, 1, 1, 5'000, kDay}) {
    wheel.arm(*alarms.emplace_back(std::make_unique<Alarm>()), delay);
  }
  CHECK(wheel.armed() == 5);
  wheel.advance(kStart + 1);
  CHECK(wheel.armed() == 2);
  wheel.arm(*alarms[4], 10);  // armed anew, it is one still
  alarms[3]->cancel();
  CHECK(wheel.armed() == 1);
  alarms.clear();
  CHECK(wheel.armed() == 0);
}

TEST_CASE("TimerWheel: a delay of 0 fires at the next advance, also within one millisecond") {
  TimerWheel wheel(kStart);
  Alarm alarm;
  wheel.arm(alarm, 0);
  CHECK(wheel.next_due_in(kStart) == 0);
  wheel.advance(kStart);
  CHECK(alarm.rings == 1);
}

TEST_CASE("TimerWheel: a timer that a callback arms for now fires at the next advance") {
  TimerWheel wheel(kStart);
  Alarm second;
  Alarm first([&] { wheel.arm(second, 0); });
  wheel.arm(first, 5);
  wheel.advance(kStart + 10);
  CHECK(first.rings == 1);
  CHECK(second.rings == 0);
  CHECK(wheel.next_due_in(kStart + 10) == 0);
  wheel.advance(kStart + 10);
  CHECK(second.rings == 1);
}

TEST_CASE("TimerWheel: a periodic timer that re-arms itself does not keep advance() busy") {
  TimerWheel wheel(kStart);
  std::optional<Alarm> alarm;
  alarm.emplace([&] { wheel.arm(*alarm, 1); });
  wheel.arm(*alarm, 1);
  wheel.advance(kStart + 1'000);
  CHECK(alarm->rings == 1);
  wheel.advance(kStart + 1'001);
  CHECK(alarm->rings == 2);
}

TEST_CASE("TimerWheel: timers of one millisecond fire in order of arming, whatever their levels") {
  TimerWheel wheel(kStart);
  std::vector<int> order;
  Alarm third([&] { order.push_back(3); });
  Alarm second([&] { order.push_back(2); });
  Alarm first([&] { order.push_back(1); });
  constexpr std::uint64_t kDue = 300'000;
  wheel.arm(first, kDue);
  wheel.advance(kStart + kDue - 1'000);
  wheel.arm(second, 1'000);
  wheel.advance(kStart + kDue - 3);
  wheel.arm(third, 3);
  wheel.advance(kStart + kDue + 77);
  CHECK(order == std::vector{1, 2, 3});
}

TEST_CASE("TimerWheel: a callback may cancel, destroy and re-arm timers that are due with it") {
  TimerWheel wheel(kStart);
  Alarm cancelled;
  auto destroyed = std::make_unique<Alarm>();
  Alarm moved;
  Alarm last;
  Alarm first([&] {
    cancelled.cancel();
    destroyed.reset();
    wheel.arm(moved, 50);
  });
  wheel.arm(first, 10);
  wheel.arm(cancelled, 10);
  wheel.arm(*destroyed, 10);
  wheel.arm(moved, 10);
  wheel.arm(last, 10);
  wheel.advance(kStart + 10);
  CHECK(cancelled.rings == 0);
  CHECK(moved.rings == 0);
  CHECK(last.rings == 1);
  wheel.advance(kStart + 60);
  CHECK(moved.rings == 1);
}

TEST_CASE("TimerWheel: a timer may destroy itself in its callback") {
  TimerWheel wheel(kStart);
  int rings = 0;
  std::unique_ptr<Alarm> alarm;
  alarm = std::make_unique<Alarm>([&] {
    ++rings;
    alarm.reset();
  });
  wheel.arm(*alarm, 7);
  wheel.advance(kStart + 7);
  CHECK(rings == 1);
  CHECK(alarm == nullptr);
}

TEST_CASE("TimerWheel: a callback that throws costs no other timer its turn") {
  TimerWheel wheel(kStart);
  Alarm before;
  Alarm bad([] { throw std::runtime_error("bad"); });
  Alarm after;
  Alarm later;
  wheel.arm(before, 5);
  wheel.arm(bad, 5);
  wheel.arm(after, 5);
  wheel.arm(later, 6);
  CHECK_THROWS_AS(wheel.advance(kStart + 10), std::runtime_error);
  CHECK(before.rings == 1);
  CHECK(after.rings == 0);
  CHECK(wheel.next_due_in(kStart + 10) == 0);
  wheel.advance(kStart + 10);
  CHECK(after.rings == 1);
  CHECK(later.rings == 1);
  CHECK(bad.rings == 1);
}

TEST_CASE("TimerWheel: shift() moves every deadline by the gap") {
  TimerWheel wheel(kStart);
  Alarm soon;
  Alarm far;
  wheel.arm(soon, 100);
  wheel.arm(far, 5'000);
  wheel.advance(kStart + 40);
  wheel.shift(60'000);
  wheel.advance(kStart + 60'099);
  CHECK(soon.rings == 0);
  CHECK(wheel.now_ms() == kStart + 99);
  wheel.advance(kStart + 60'100);
  CHECK(soon.rings == 1);
  wheel.advance(kStart + 64'999);
  CHECK(far.rings == 0);
  wheel.advance(kStart + 65'000);
  CHECK(far.rings == 1);
}

TEST_CASE("TimerWheel: served time never goes back") {
  TimerWheel wheel(kStart);
  wheel.advance(kStart + 50);
  wheel.advance(kStart + 20);
  CHECK(wheel.now_ms() == kStart + 50);
  wheel.shift(1'000);
  wheel.advance(kStart + 60);
  CHECK(wheel.now_ms() == kStart + 50);
}

TEST_CASE("TimerWheel: a delay beyond two years is cut, and neither hangs nor fires early") {
  for (const std::uint64_t start : {kStart, (std::uint64_t{1} << 36) - 5, std::uint64_t{1} << 36}) {
    TimerWheel wheel(start);
    Alarm alarm;
    wheel.arm(alarm, TimerWheel::kNever);
    wheel.advance(start + 729 * kDay);
    CHECK(alarm.rings == 0);
    wheel.advance(start + 731 * kDay);
    CHECK(alarm.rings == 1);
  }
}

TEST_CASE("TimerWheel: a wheel that dies disarms its timers") {
  Alarm alarm;
  {
    TimerWheel wheel(kStart);
    wheel.arm(alarm, 1'000);
  }
  CHECK_FALSE(alarm.is_armed());
}

namespace {

/// The naive twin: a list, searched at each advance.
struct TwinEntry {
  std::size_t id;
  std::uint64_t due_ms;
};

std::uint64_t random_delay(std::mt19937_64& random) {
  const unsigned bits = static_cast<unsigned>(random() % 37);
  return random() & ((std::uint64_t{1} << bits) - 1);
}

}  // namespace

TEST_CASE("TimerWheel: agrees with a naive twin under random arming, cancelling and waiting") {
  INFO("seed ", grotto::test::seed());
  std::mt19937_64 random(grotto::test::seed());
  constexpr std::size_t kTimers = 64;
  std::uint64_t clock = random() >> 24;
  std::uint64_t shifted = 0;
  TimerWheel wheel(clock);
  std::vector<std::size_t> fired;
  std::vector<std::unique_ptr<Alarm>> alarms;
  for (std::size_t id = 0; id < kTimers; ++id) {
    alarms.push_back(std::make_unique<Alarm>([&fired, id] { fired.push_back(id); }));
  }
  std::vector<TwinEntry> twin;  // in order of arming
  const auto forget = [&](std::size_t id) {
    std::erase_if(twin, [id](const TwinEntry& entry) { return entry.id == id; });
  };
  for (int step = 0; step < 20'000; ++step) {
    const std::size_t id = random() % kTimers;
    switch (random() % 8) {
      case 0:
        alarms[id]->cancel();
        forget(id);
        break;
      case 1: {
        const std::uint64_t gap = random() % 100'000;
        wheel.shift(gap);
        shifted += gap;
        clock += gap;
        break;
      }
      case 2:
      case 3: {
        const std::uint64_t due_in = wheel.next_due_in(clock);
        std::uint64_t earliest = TimerWheel::kNever;
        for (const TwinEntry& entry : twin) earliest = std::min(earliest, entry.due_ms);
        if (!twin.empty()) {
          const std::uint64_t now = clock - shifted;
          REQUIRE(due_in <= (earliest > now ? earliest - now : 0));  // never late
        }
        // Sometimes exactly to what the wheel asks for.
        clock += random() % 2 == 0 && due_in < kDay * 800 ? due_in : random_delay(random);
        fired.clear();
        wheel.advance(clock);
        std::vector<TwinEntry> due;
        for (const TwinEntry& entry : twin) {
          if (entry.due_ms > clock - shifted) continue;
          due.insert(std::ranges::upper_bound(due, entry.due_ms, {}, &TwinEntry::due_ms), entry);
        }
        std::vector<std::size_t> expected;
        for (const TwinEntry& entry : due) {
          expected.push_back(entry.id);
          forget(entry.id);
        }
        REQUIRE(fired == expected);
        break;
      }
      default: {
        const std::uint64_t delay = std::min(random_delay(random), kDay * 729);
        wheel.arm(*alarms[id], delay);
        forget(id);
        twin.push_back({id, wheel.now_ms() + delay});
        break;
      }
    }
    REQUIRE(alarms[id]->is_armed() ==
            std::any_of(twin.begin(), twin.end(), [id](const TwinEntry& e) { return e.id == id; }));
  }
}

TEST_CASE("TimerWheel: sleeping only as long as next_due_in() says never misses a deadline") {
  TimerWheel wheel(kStart);
  Alarm alarm;
  constexpr std::uint64_t kDelay = 40 * kDay + 12'345;
  wheel.arm(alarm, kDelay);
  std::uint64_t clock = kStart;
  int turns = 0;
  while (alarm.rings == 0) {
    REQUIRE(++turns < 20);  // early wake-ups are one per level
    clock += wheel.next_due_in(clock);
    wheel.advance(clock);
  }
  CHECK(clock == kStart + kDelay);
}
