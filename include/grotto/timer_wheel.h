// TimerWheel: many deadlines, few of which come due. One per worker; a libuv timer per connection
// would cost more memory than the peer (152 bytes against 32 here).
//
// The idea: 6 levels of 64 slots over milliseconds of the worker's own clock. Arming and cancelling
// are O(1) and never allocate: a Timer is an intrusive list entry that lives inside what it guards.
// The wheel knows no clock and no loop: its owner calls advance(). Time here is *served* time:
// after a stop of the process the owner calls shift(), and every deadline moves by the gap at once,
// because now() lags behind the monotonic clock by the sum of all gaps. Threads: owned by one; not
// synchronised.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace grotto {

class TimerWheel;

/// A link of a list of timers: a timer, or the list itself.
class TimerLink {
 protected:
  TimerLink() = default;
  ~TimerLink() = default;
  friend class Timer;
  friend class TimerWheel;
  TimerLink* next_ = nullptr;  // null: not in a list
  TimerLink* previous_ = nullptr;
};

/// One deadline. Derive from it or hold a TimerOf. Cancels itself when destroyed.
class Timer : private TimerLink {
 public:
  Timer() = default;
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;
  [[nodiscard]] bool is_armed() const noexcept { return next_ != nullptr; }
  /// When it is due, in milliseconds of its wheel; meaningless while not armed.
  [[nodiscard]] std::uint64_t due_ms() const noexcept { return due_ms_; }
  /// Removes it from its wheel, if it is in one.
  void cancel() noexcept;

 protected:
  virtual ~Timer() { cancel(); }

 private:
  friend class TimerWheel;
  /// Called once per arming, no earlier than due_ms(). It may arm or cancel any timer, destroy
  /// itself, and anything else.
  virtual void on_timer() = 0;

  std::uint64_t due_ms_ = 0;
};

/// A timer that calls a member function of its owner: `TimerOf<Room, &Room::tell_joins>
/// timer_{*this};`
template <class Owner, void (Owner::*method)()>
class TimerOf final : public Timer {
 public:
  explicit TimerOf(Owner& owner) noexcept : owner_(owner) {}
  ~TimerOf() override = default;

 private:
  void on_timer() override { (owner_.*method)(); }
  Owner& owner_;
};

class TimerWheel {
 public:
  /// `now_ms`: the reading of the owner's monotonic clock, in milliseconds, from which the wheel
  /// starts.
  explicit TimerWheel(std::uint64_t now_ms) noexcept;
  TimerWheel(const TimerWheel&) = delete;
  TimerWheel& operator=(const TimerWheel&) = delete;
  /// Every timer that is still armed is cancelled.
  ~TimerWheel();

  /// Served time in milliseconds: the monotonic clock at the last advance() less all gaps. Never
  /// goes back.
  [[nodiscard]] std::uint64_t now_ms() const noexcept { return now_ms_; }

  /// (Re)arms `timer` to fire at now + delay. A delay of 0 fires at the next advance(). Delays
  /// beyond 2 years are cut.
  void arm(Timer& timer, std::uint64_t delay_ms) noexcept;

  /// Moves served time to `clock_ms` less all gaps and fires what is due, earliest first (same
  /// millisecond: in order of arming). A timer armed by a callback for a time already reached fires
  /// at the next advance(). If a callback throws, so does advance(); what is left of the due ones
  /// fires first at the next.
  void advance(std::uint64_t clock_ms);

  /// The process stood still for `gap_ms`: every deadline moves by that much. Call it before
  /// advance().
  void shift(std::uint64_t gap_ms) noexcept { shifted_ms_ += gap_ms; }

  /// How long until advance() has something to do, in milliseconds from `clock_ms`; `kNever` if
  /// nothing is armed. May be early (a far timer moves to a finer level first), never late.
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};
  [[nodiscard]] std::uint64_t next_due_in(std::uint64_t clock_ms) const noexcept;

  /// How many are armed. It counts them: for tests and diagnosis.
  [[nodiscard]] std::size_t armed() const noexcept;

 private:
  friend class Timer;
  static constexpr unsigned kLevelBits = 6;
  static constexpr unsigned kSlots = 1U << kLevelBits;
  static constexpr unsigned kLevels = 6;

  /// A circular list; empty if it links to itself.
  struct List : TimerLink {
    List() noexcept { next_ = previous_ = this; }
    ~List() = default;
    [[nodiscard]] bool is_empty() const noexcept { return next_ == this; }
    void push_back(Timer& timer) noexcept;
    [[nodiscard]] Timer& front() noexcept { return static_cast<Timer&>(*next_); }
    [[nodiscard]] std::size_t size() const noexcept;
    /// Takes over all of `other`, which is empty afterwards. REQUIRES: is_empty().
    void take(List& other) noexcept;
  };
  struct Place {
    unsigned level = kLevels;  // kLevels: nothing is armed
    unsigned slot = 0;
    std::uint64_t at_ms = 0;
  };

  void insert(Timer& timer) noexcept;
  [[nodiscard]] Place next_place() const noexcept;
  void fire_due();
  void fire_until_target();

  std::uint64_t now_ms_;
  std::uint64_t target_ms_ = 0;  // while advancing: up to when
  std::uint64_t shifted_ms_ = 0;
  bool is_advancing_ = false;
  List soon_;                                      // due, at the next advance()
  List due_;                                       // while advancing: being fired
  std::array<std::uint64_t, kLevels> occupied_{};  // a bit per slot that may hold timers
  std::array<std::array<List, kSlots>, kLevels> slots_{};
};

}  // namespace grotto
