// Ledger: how many deliveries of each sender's lines are settled, counted by all threads together.
// It is what closed loops wait for, and what tells that everything has come.
//
// A delivery is settled when a reader has got the line, or something that came after it.
// Threads: any; each number is an atomic of its own, and none of them orders other memory.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <memory>

namespace grotto::load {

class Ledger {
 public:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  explicit Ledger(std::uint32_t senders)
      : senders_(senders),
        accounts_(std::make_unique<Account[]>(senders)) {}  // NOLINT(modernize-avoid-c-arrays)

  [[nodiscard]] std::uint32_t senders() const noexcept { return senders_; }

  void add_sent(std::uint32_t sender, std::uint64_t lines) noexcept {
    accounts_[sender].sent.fetch_add(lines, std::memory_order_relaxed);
  }
  /// A measuring begins: what each has sent until now is none of it. While nobody sends.
  void begin_measuring() noexcept {
    for (std::uint32_t i = 0; i < senders_; ++i) accounts_[i].sent_before = sent(i);
  }
  [[nodiscard]] std::uint64_t sent_before(std::uint32_t sender) const noexcept {
    return accounts_[sender].sent_before;
  }
  /// Lines of all senders in this measuring.
  [[nodiscard]] std::uint64_t sent_in_measuring() const noexcept {
    std::uint64_t sum = 0;
    for (std::uint32_t i = 0; i < senders_; ++i) sum += sent(i) - accounts_[i].sent_before;
    return sum;
  }
  [[nodiscard]] std::uint64_t sent(std::uint32_t sender) const noexcept {
    return accounts_[sender].sent.load(std::memory_order_relaxed);
  }
  /// True if what the sender waits for (wake_at()) has just been reached.
  bool settle(std::uint32_t sender, std::uint64_t deliveries) noexcept {
    Account& account = accounts_[sender];
    const std::uint64_t before = account.settled.fetch_add(deliveries);
    const std::uint64_t wanted = account.wake_at.load();
    return before < wanted && before + deliveries >= wanted;
  }
  /// So many are not settled after all: what others lack must not be taken for settled in their
  /// place. Of a reader whose connection does not stand any more: before `readers` is one less.
  void take_back(std::uint32_t sender, std::uint64_t deliveries) noexcept {
    accounts_[sender].settled.fetch_sub(deliveries);
  }
  [[nodiscard]] std::uint64_t settled(std::uint32_t sender) const noexcept {
    return accounts_[sender].settled.load();
  }
  /// settle() shall tell when so many are. Look at settled() again afterwards.
  void set_wake_at(std::uint32_t sender, std::uint64_t deliveries) noexcept {
    accounts_[sender].wake_at.store(deliveries);
  }
  /// All of its lines count as settled with so many readers each.
  void write_off(std::uint32_t sender, std::uint64_t readers_of_it) noexcept {
    accounts_[sender].settled.store(sent(sender) * readers_of_it);
  }

  /// Who reads what senders say, for as long as their connections stand.
  std::atomic<std::uint32_t> readers{0};

 private:
  struct alignas(64) Account {
    std::atomic<std::uint64_t> sent{0};
    std::atomic<std::uint64_t> settled{0};
    std::atomic<std::uint64_t> wake_at{kNever};
    std::uint64_t sent_before = 0;
  };
  const std::uint32_t senders_;
  std::unique_ptr<Account[]> accounts_;  // NOLINT(modernize-avoid-c-arrays): atomics do not move
};

}  // namespace grotto::load
