// Crew: the members of one thread, with the worker that runs them, their share of the schedule and
// what they counted.
//
// The conductor (run.h) talks to it by ask(); everything else runs on the crew's thread.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "load/check/room_log.h"
#include "load/engine/member.h"
#include "load/engine/plan.h"
#include "load/engine/schedule.h"
#include "load/engine/sender.h"
#include "load/result/histogram.h"
#include "load/result/report.h"
#include "net/worker.h"

namespace grotto::load {

/// What a measuring is to be.
struct Measuring {
  std::uint64_t start_ns = 0;  // of the run's clock
  std::uint64_t count = 0;     // lines of all senders together; 0: no bound
};

class Crew final : private TickHook {
 public:
  /// Errors: as Worker::create().
  static Result<std::unique_ptr<Crew>> create(unsigned index, Plan& plan, Watch& watch);
  /// All crews of the run, this one too, before anything else is asked of it.
  void meet(const std::vector<std::unique_ptr<Crew>>& crews) { crews_ = &crews; }
  ~Crew();

  /// Runs `task` on the crew's thread and waits for its result.
  template <class Task>
  auto ask(Task task) -> decltype(task(std::declval<Crew&>())) {
    std::packaged_task<decltype(task(*this))()> packaged([&] { return task(*this); });
    auto result = packaged.get_future();
    worker_->post([&packaged] { packaged(); });
    return result.get();
  }

  // ---- For the conductor, by ask() ----

  void begin_connecting(double connections_per_s);
  void prepare_measuring(const Measuring& measuring);
  void begin_sending();
  /// Nothing more is sent.
  void stop_sending();
  /// Everything that was to be sent was.
  [[nodiscard]] bool has_sent_all() const;
  /// Everything that was sent has come, or something after it.
  [[nodiscard]] bool is_settled() const;
  /// Adds what is missing to the counts.
  void count_missing();
  /// Lets no more lives begin, and ends all connections politely.
  void leave();
  /// One line that only asks who hears it.
  void send_probe();

  struct Counts {
    Tally tally;  // since begin_measuring()
    std::uint64_t lives = 0;
    std::uint64_t unsent = 0;  // lines that were due and could not leave
    std::uint64_t last_came_ns = 0;
    double cpu_s = 0;  // of this thread, since it began; not what it spent looking in vain
    std::vector<std::string> faults;
    Histogram response;  // since the last take_counts()
    Histogram service;
    Histogram lag;
    Histogram connect;
    std::vector<std::uint64_t> order_marks;  // of the room, if this thread's log has all lines
    std::uint64_t lapped = 0;                // readers whose order is not checked any more
  };
  /// The histograms are given away.
  Counts take_counts();

  // ---- For its members ----

  [[nodiscard]] Worker& worker() noexcept { return *worker_; }
  [[nodiscard]] Plan& plan() noexcept { return plan_; }
  [[nodiscard]] SendDesk& desk() noexcept { return desk_; }
  [[nodiscard]] RoomLog& room() noexcept { return room_; }
  [[nodiscard]] Tally& tally() noexcept { return counts_.tally; }
  void set_now(std::uint64_t now_ns) noexcept { now_ns_ = now_ns; }
  void take_time() noexcept { now_ns_ = Worker::now_ns() - plan_.epoch_ns; }
  /// The run's clock when what is being read came.
  [[nodiscard]] std::uint64_t now_ns() const noexcept { return now_ns_; }
  [[nodiscard]] const Measuring& measuring() const noexcept { return measuring_; }
  [[nodiscard]] bool is_sending() const noexcept { return is_sending_; }
  /// Lines that `sender` may send in this measuring.
  [[nodiscard]] std::uint64_t quota_of(std::uint32_t sender) const noexcept;

  void record(std::uint64_t intended_ns, std::uint64_t sent_ns, std::uint64_t lines);
  /// A line that was due then could not be sent.
  void record_unsent(std::uint64_t due_ns);
  /// A life that began then has ended well.
  void record_life(std::uint64_t begun_ns);
  /// A line that was due then has not come: it is at least as late as now.
  void record_unanswered(std::uint64_t due_ns);
  /// Deliveries of a sender's lines are settled; who waits for them is told.
  void settle(std::uint32_t sender, std::uint64_t deliveries);
  void add_lives(std::uint64_t lives) noexcept { counts_.lives += lives; }
  /// `text` is made only if it is one of the first.
  template <class Text>
  void add_fault(Text text) {
    if (counts_.faults.size() < Report::kFaultsMax) counts_.faults.push_back(text());
  }
  [[nodiscard]] bool is_leaving() const noexcept { return is_leaving_; }
  /// When line `sequence` of `sender` was due; in a closed loop, not before it was sent.
  [[nodiscard]] std::uint64_t due_ns(std::uint32_t sender, std::uint64_t sequence) const noexcept;
  /// A reader is gone: what senders wait for is another number now.
  void on_reader_lost();
  /// Who puts new lines into the room's log: all that get every line, or if there are none, one.
  void choose_leader(bool again = false);
  /// A reader waits for the leader.
  void on_holding();

  void on_member_ready(Member& member, std::uint64_t took_ns);
  void on_member_failed(Member& member, int exit_status, std::string sentence);
  void on_member_lost(Member& member, std::string_view why);
  void on_probed();
  /// What came first is nothing that an echo of ours could be: the run is over.
  void on_no_echo(std::string_view text);

 private:
  Crew(unsigned index, Plan& plan, Watch& watch, std::unique_ptr<Worker> worker);
  void hire();
  void pump_connecting();
  [[nodiscard]] double gap_between_bursts_ns() const noexcept;
  void check_stuck();
  void trim_room();
  [[nodiscard]] std::uint64_t slowest_line();
  void refresh_windows();
  void let_read_on();
  /// Those who hold nothing.
  enum class Others : std::uint8_t { may_tell_more, had_their_time };
  bool let_least_lapped_go_on(Others others);
  void begin_room_anew(RoomReader& first);
  void replace_stuck_leader();
  void on_tick_end() override;
  void look_again() noexcept;
  [[nodiscard]] std::unique_ptr<Member> make_member(std::uint32_t index);

  const unsigned index_;
  Plan& plan_;
  Watch& watch_;
  std::unique_ptr<Worker> worker_;
  SendDesk desk_;
  RoomLog room_;
  std::vector<std::unique_ptr<Member>> members_;
  std::vector<Member*> actors_;  // of these who send or live anew, by their number
  const std::vector<std::unique_ptr<Crew>>* crews_ = nullptr;
  Schedule schedule_;
  Measuring measuring_;
  Counts counts_;
  std::uint64_t now_ns_ = 0;

  // Busy polling: rounds that brought nothing are told by the clock that nobody took.
  std::uint64_t round_end_ns_ = 0;
  std::uint64_t time_seen_ns_ = 0;
  std::uint64_t vain_ns_ = 0;  // spent on them

  std::uint64_t trim_at_bytes_ = kTrimBytesMin;
  bool is_sending_ = false;
  bool is_leaving_ = false;

  // Connecting.
  std::size_t next_to_connect_ = 0;
  std::uint32_t connecting_ = 0;
  double connect_rate_ = 0;
  std::uint64_t connect_begun_ns_ = 0;

  static constexpr std::size_t kTrimBytesMin = std::size_t{1} << 20U;
  TimerOf<Crew, &Crew::pump_connecting> connect_timer_{*this};
  TimerOf<Crew, &Crew::check_stuck> stuck_timer_{*this};

  // Who leads the readers of the room, where nobody gets all lines.
  Member* leader_ = nullptr;
  std::uint64_t leader_end_ = 0;   // of the log, at the last look
  bool is_holding_ = false;        // some reader waits for it
  std::uint64_t extras_seen_ = 0;  // of the room, at the last look
  static constexpr std::uint64_t kLeaderPatienceMs = 100;
  TimerOf<Crew, &Crew::replace_stuck_leader> leader_timer_{*this};
  std::thread thread_;
};

}  // namespace grotto::load
