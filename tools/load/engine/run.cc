#include "load/engine/run.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <ctime>
#include <random>

#include "load/engine/crew.h"
#include "load/engine/plan.h"
#include "load/engine/server_probe.h"
#include "load/result/environment.h"
#include "load/result/units.h"
#include "net/signal_watcher.h"

namespace grotto::load {

namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr auto kLook = milliseconds(2);  // how often it is looked whether all has come
constexpr auto kLookAtAll = milliseconds(50);
constexpr auto kLeaving = std::chrono::seconds(2);

std::string time_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

double process_cpu_us() noexcept {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto us = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_usec);
  };
  return us(usage.ru_utime) + us(usage.ru_stime);
}

/// As far as both go. Each mark is of all lines before it.
bool have_same_order(const std::vector<std::uint64_t>& one,
                     const std::vector<std::uint64_t>& other) noexcept {
  const std::size_t common = std::min(one.size(), other.size());
  return common == 0 || one[common - 1] == other[common - 1];
}

class Run {
 public:
  Run(const LoadOptions& options, RunObserver& observer)
      : options_(options),
        observer_(observer),
        probe_(options.pid),
        plan_{.options = options,
              .dialect = nullptr,
              .tag = static_cast<std::uint32_t>(std::random_device{}()) & kTagMask,
              .epoch_ns = Worker::now_ns(),
              .ledger = Ledger(options.is_room() ? options.actors() : 0)} {
    const bool is_room =
        options.is_room() ||
        ((options.workload == Workload::idle || options.workload == Workload::churn) &&
         (options.dialect == "grotto" || options.dialect == "ws"));
    plan_.dialect = make_dialect(options.dialect, is_room ? Purpose::room : Purpose::echo,
                                 std::random_device{}());
    if (!options.room.empty()) plan_.dialect->choose_room(options.room);
  }

  Result<Report> operator()() {
    describe();
    if (const auto made = make_crews(); !made) return made.error();
    if (!connect()) return leave_with_failure();
    if (options_.is_room() && plan_.dialect->needs_probe() && !probe_readers())
      return leave_with_failure();
    report_.server_bytes_after = probe_.resident_bytes();
    if (options_.warmup_ns > 0 && options_.actors() > 0 && !is_over()) warm_up();
    measure();
    leave();
    return std::move(report_);
  }

 private:
  void describe() {
    report_.workload = to_string(options_.workload);
    report_.dialect = options_.dialect;
    report_.target = options_.target;
    report_.is_open_loop = options_.is_open_loop();
    report_.started_at = time_now();
    report_.environment = read_environment();
    report_.server_bytes_before = probe_.resident_bytes();
    auto& list = report_.options;
    list.emplace_back("connections", std::to_string(options_.connections));
    list.emplace_back("threads", std::to_string(options_.threads));
    if (options_.is_udp) list.emplace_back("transport", "udp");
    if (options_.is_busy_polling) list.emplace_back("waiting", "busy-poll");
    if (options_.tls != nullptr) list.emplace_back("transport", "tls");
    if (options_.workload == Workload::fanout || options_.workload == Workload::slow) {
      list.emplace_back("publishers", std::to_string(options_.publishers));
    }
    if (!options_.room.empty()) list.emplace_back("room", options_.room);
    if (options_.workload == Workload::slow)
      list.emplace_back("slow-readers", std::to_string(options_.slow_readers));
    if (options_.is_open_loop()) {
      list.emplace_back("rate", fmt::format("{:g}", options_.rate));
    } else {
      list.emplace_back("depth", std::to_string(options_.depth));
    }
    if (options_.burst > 1) list.emplace_back("burst", std::to_string(options_.burst));
    list.emplace_back("size", options_.sizes_text);
    if (options_.count > 0) {
      list.emplace_back("count", std::to_string(options_.count));
    } else {
      list.emplace_back("duration", duration_text(static_cast<double>(options_.duration_ns)));
    }
    list.emplace_back("warmup", duration_text(static_cast<double>(options_.warmup_ns)));
    list.emplace_back("timeout", duration_text(static_cast<double>(options_.timeout_ns)));
  }

  Result<Done> make_crews() {
    std::signal(SIGPIPE, SIG_IGN);
    for (unsigned index = 0; index < options_.threads; ++index) {
      auto crew = Crew::create(index, plan_, watch_);
      if (!crew) return crew.error();
      crews_.push_back(std::move(*crew));
    }
    for (const auto& crew : crews_) crew->meet(crews_);
    crews_.front()->ask([this](Crew& crew) {
      for (const int number : {SIGINT, SIGTERM}) {
        signals_.push_back(SignalWatcher::watch(crew.worker(), number, [this] {
          watch_.change([](Watch::State& state) {
            if (++state.interrupts > 1) ::_exit(130);
          });
        }));
      }
    });
    return Done{};
  }

  template <class Task>
  void ask_all(Task task) {
    for (const auto& crew : crews_) crew->ask(task);
  }
  template <class Task>
  bool all_say(Task task) {
    return std::all_of(crews_.begin(), crews_.end(),
                       [&](const auto& crew) { return crew->ask(task); });
  }

  /// The server has ended every connection.
  [[nodiscard]] bool is_deserted(const Watch::State& state) const noexcept {
    return state.ready > 0 && state.lost >= state.ready && options_.workload != Workload::churn;
  }
  [[nodiscard]] bool is_over() {
    const Watch::State state = watch_.state();
    return state.interrupts > 0 || is_deserted(state) || state.exit_status == 64;
  }

  // ---- Phases
  // ------------------------------------------------------------------------------------

  bool connect() {
    ask_all([this](Crew& crew) { crew.begin_connecting(options_.connect_rate); });
    const std::uint32_t members = options_.members();
    const auto is_done = [&](const Watch::State& state) {
      return state.ready + state.failed >= members || state.interrupts > 0;
    };
    while (!watch_.wait_until(Clock::now() + milliseconds(100), is_done)) {
      const Watch::State state = watch_.state();
      observer_.on_phase(fmt::format("connecting {} of {}", state.ready, members));
      if (state.exit_status == 64) break;
    }
    const Watch::State state = watch_.state();
    report_.connections = state.ready;
    report_.connect_failures = state.failed;
    if (state.interrupts > 0) return note_interrupt(), false;
    if (state.failed == 0) return true;
    failure_status_ = state.exit_status;
    report_.failure = state.failed == 1 && members == 1 ? state.failure
                      : state.ready == 0                ? state.failure
                                         : fmt::format("{} of {} connections could not be made: {}",
                                                       state.failed, members, state.failure);
    return state.ready > 0 && state.exit_status != 64;
  }

  /// Lines are said until every reader has heard one: nothing else tells that a relay has taken
  /// them all in.
  bool probe_readers() {
    const std::uint32_t readers = plan_.ledger.readers.load();
    const std::uint32_t silent = plan_.dialect->sender_is_reader() && readers > 0 ? 1 : 0;
    const auto end = Clock::now() + nanoseconds(options_.timeout_ns);
    const auto is_done = [&](const Watch::State& state) {
      return state.probed + silent >= readers || state.interrupts > 0;
    };
    while (Clock::now() < end) {
      observer_.on_phase("waiting until all readers hear the first sender");
      crews_.front()->ask([](Crew& crew) { crew.send_probe(); });
      if (watch_.wait_until(std::min(Clock::now() + kLookAtAll, end), is_done)) return !is_over();
      if (is_over()) break;
    }
    const std::uint32_t heard = watch_.state().probed;
    if (report_.failure.empty()) {
      report_.failure = fmt::format(
          "the server does not relay lines: {} of {} readers heard what the first connection said",
          heard, readers - silent);
    }
    failure_status_ = heard == 0 ? 64 : 1;
    return false;
  }

  void warm_up() {
    observer_.on_phase("warming up");
    begin({.start_ns = now(), .count = 0});
    wait_while_sending(Clock::now() + nanoseconds(options_.warmup_ns), [] {});
    end_sending("warming up: the last lines");
    const Crew::Counts counts = collect();
    // Its lines are not measured, but what went wrong with them went wrong.
    warm_errors_ = counts.tally;
    warm_errors_.sent = warm_errors_.expected = warm_errors_.received = 0;
    warm_errors_.bytes_sent = warm_errors_.bytes_received = 0;
    report_.connect.merge(counts.connect);
  }

  void measure() {
    // What is due at once in an open loop is due when all crews are ready.
    const std::uint64_t lead_ns = options_.is_open_loop() ? 1'000'000 : 0;
    const double cpu_before_us = process_cpu_us();
    const auto server_before_us = probe_.cpu_us();
    const auto ticks_before = read_cpu_ticks();
    const std::uint64_t start_ns = now() + lead_ns;
    // An open loop has as many lines as fit in its time, however late they leave.
    const std::uint64_t count =
        options_.count > 0 || !options_.is_open_loop()
            ? options_.count
            : std::max<std::uint64_t>(
                  1, static_cast<std::uint64_t>(options_.rate *
                                                static_cast<double>(options_.duration_ns) / 1e9));
    begin({.start_ns = start_ns, .count = count});
    sampled_at_ns_ = start_ns;
    sampled_cpu_us_ = process_cpu_us();
    sampled_server_us_ = server_before_us;
    auto next_sample = Clock::now() + nanoseconds(options_.interval_ns);
    const auto end = options_.count > 0
                         ? Clock::time_point::max()
                         : Clock::now() + nanoseconds(lead_ns + options_.duration_ns);
    wait_while_sending(end, [&] {
      if (Clock::now() < next_sample) return next_sample;
      next_sample += nanoseconds(options_.interval_ns);
      take_sample(start_ns);
      return next_sample;
    });
    const std::uint64_t stopped_ns = now();
    end_sending("waiting for the last lines");
    ask_all([](Crew& crew) { crew.count_missing(); });
    take_sample(start_ns);
    const double threads_s = static_cast<double>(now() - start_ns) / 1e9;
    report_.generator_cpu_us = process_cpu_us() - cpu_before_us;
    report_.generator_cpu_peak = threads_s > 0 ? busiest_s_ / threads_s : 0;
    if (const auto after = probe_.cpu_us(); after && server_before_us)
      report_.server_cpu_us = *after - *server_before_us;
    report_.steal_share = steal_share(ticks_before, read_cpu_ticks());
    const std::uint64_t end_ns =
        options_.count > 0 ? std::max(last_came_ns_, start_ns) : stopped_ns;
    report_.measured_s = static_cast<double>(end_ns - start_ns) / 1e9;
    report_.tally += warm_errors_;
    // Where a line was lost to one thread alone, its log lacks it: only whole rooms are compared.
    if (is_order_split_ && report_.tally.errors() == 0) {
      ++report_.tally.reordered;
      report_.faults.emplace_back(
          "the readers of one thread saw the room in another order than those of another");
    }
    conclude(start_ns);
  }

  void conclude(std::uint64_t start_ns) {
    const Watch::State state = watch_.state();
    if (state.interrupts > 0) note_interrupt();
    if (state.exit_status == 64) {
      report_.failure = state.failure;
      report_.is_mistake = true;
    } else if (state.failed > report_.connect_failures && report_.failure.empty()) {
      failure_status_ = 1;
      report_.failure = fmt::format("{} lives could not begin: {}",
                                    state.failed - report_.connect_failures, state.failure);
      report_.connect_failures = state.failed;
    } else if (is_deserted(state) && report_.failure.empty()) {
      failure_status_ = 1;
      report_.failure = fmt::format("the server ended all {} connections after {}", state.lost,
                                    duration_text(static_cast<double>(now() - start_ns)));
    }
    if (unsent_ > 0) {
      report_.notes.push_back(fmt::format(
          "{} lines were due and could not be sent: they count as late as the end", unsent_));
    }
    if (lapped_ > 0) {
      report_.notes.push_back(
          fmt::format("{} readers fell more than {} behind: their lines were checked one by one, "
                      "and not for order",
                      lapped_, bytes_text(static_cast<double>(RoomLog::kBytesMax))));
    }
  }

  void note_interrupt() {
    report_.notes.push_back(
        fmt::format("interrupted after {}", duration_text(static_cast<double>(now()))));
  }

  /// Ends politely and waits a moment for it.
  void leave() {
    ask_all([](Crew& crew) { crew.leave(); });
    const auto end = Clock::now() + kLeaving;
    while (Clock::now() < end) {
      const bool is_empty = std::all_of(crews_.begin(), crews_.end(), [](const auto& crew) {
        return crew->worker().connections() == 0;
      });
      if (is_empty || watch_.wait_until(Clock::now() + kLook, [](const Watch::State& state) {
            return state.interrupts > 1;
          }))
        break;
    }
    crews_.front()->ask([this](Crew& /*crew*/) { signals_.clear(); });
  }

  Result<Report> leave_with_failure() {
    leave();
    if (failure_status_ == 64) return Error{report_.failure, 64};
    return std::move(report_);
  }

  // ---- Parts of a phase
  // --------------------------------------------------------------------------

  [[nodiscard]] std::uint64_t now() const noexcept { return Worker::now_ns() - plan_.epoch_ns; }

  void begin(const Measuring& measuring) {
    plan_.ledger.begin_measuring();
    ask_all([&](Crew& crew) { crew.prepare_measuring(measuring); });
    ask_all([](Crew& crew) { crew.begin_sending(); });
  }

  /// Until `end`, or everything is sent, or the run is over. `look` is called in between and may
  /// say when it wants to be called again.
  template <class Look>
  void wait_while_sending(Clock::time_point end, Look look) {
    const auto is_ended = [this](const Watch::State& state) {
      return state.interrupts > 0 || is_deserted(state) || state.exit_status == 64;
    };
    while (Clock::now() < end) {
      auto wake = end;
      if constexpr (!std::is_void_v<decltype(look())>) wake = std::min(wake, look());
      if (options_.count > 0) wake = std::min(wake, Clock::now() + kLook);
      if (watch_.wait_until(wake, is_ended)) return;
      if (options_.count > 0 && all_say([](Crew& crew) { return crew.has_sent_all(); })) return;
    }
  }

  /// Waits for what is on its way: for the timeout, or after an interrupt for a moment.
  void end_sending(std::string_view phase) {
    ask_all([](Crew& crew) { crew.stop_sending(); });
    const std::uint32_t interrupts = watch_.state().interrupts;
    const auto patience = nanoseconds(options_.timeout_ns);
    const auto begun = Clock::now();
    const auto end =
        begun + (interrupts > 0 ? std::min<nanoseconds>(patience, kLeaving) : patience);
    while (Clock::now() < end && !all_say([](Crew& crew) { return crew.is_settled(); })) {
      if (Clock::now() > begun + milliseconds(200)) observer_.on_phase(phase);
      if (watch_.wait_until(Clock::now() + kLook, [&](const Watch::State& state) {
            return state.interrupts > interrupts || is_deserted(state) || state.exit_status == 64;
          })) {
        break;
      }
    }
  }

  Crew::Counts collect() {
    Crew::Counts sum;
    busiest_s_ = 0;
    for (std::size_t i = 0; i < crews_.size(); ++i) {
      const Crew::Counts counts = crews_[i]->ask([](Crew& crew) { return crew.take_counts(); });
      sum.tally += counts.tally;
      sum.lives += counts.lives;
      sum.unsent += counts.unsent;
      sum.lapped += counts.lapped;
      if (!have_same_order(order_, counts.order_marks)) is_order_split_ = true;
      if (counts.order_marks.size() > order_.size()) order_ = counts.order_marks;
      sum.last_came_ns = std::max(sum.last_came_ns, counts.last_came_ns);
      sum.response.merge(counts.response);
      sum.service.merge(counts.service);
      sum.lag.merge(counts.lag);
      sum.connect.merge(counts.connect);
      if (cpu_before_s_.size() <= i) cpu_before_s_.push_back(counts.cpu_s);
      busiest_s_ = std::max(busiest_s_, counts.cpu_s - cpu_before_s_[i]);
      for (const std::string& fault : counts.faults) {
        if (sum.faults.size() < Report::kFaultsMax) sum.faults.push_back(fault);
      }
    }
    return sum;
  }

  void take_sample(std::uint64_t start_ns) {
    const Crew::Counts counts = collect();
    Sample sample;
    const std::uint64_t at_ns = now();
    sample.at_s = static_cast<double>(at_ns - start_ns) / 1e9;
    sample.seconds = static_cast<double>(at_ns - sampled_at_ns_) / 1e9;
    sample.tally = counts.tally.since(report_.tally);
    const Histogram& judged = options_.is_open_loop() ? counts.response : counts.service;
    const auto us = [](std::uint64_t ns) { return static_cast<double>(ns) / 1000; };
    sample.p50_us = us(judged.percentile(50));
    sample.p99_us = us(judged.percentile(99));
    sample.max_us = us(judged.max());
    const double cpu_us = process_cpu_us();
    const auto server_us = probe_.cpu_us();
    sample.generator_cpu = (cpu_us - sampled_cpu_us_) / 1e6 / sample.seconds;
    if (server_us && sampled_server_us_)
      sample.server_cpu = (*server_us - *sampled_server_us_) / 1e6 / sample.seconds;
    sample.server_bytes = probe_.resident_bytes();
    sampled_at_ns_ = at_ns;
    sampled_cpu_us_ = cpu_us;
    sampled_server_us_ = server_us;

    report_.tally = counts.tally;
    report_.lives = counts.lives;
    report_.response.merge(counts.response);
    report_.service.merge(counts.service);
    report_.lag.merge(counts.lag);
    report_.connect.merge(counts.connect);
    report_.faults = counts.faults;
    report_.measured_s = sample.at_s;
    lapped_ = counts.lapped;
    unsent_ = counts.unsent;
    last_came_ns_ = counts.last_came_ns;
    report_.samples.push_back(sample);
    const double share =
        options_.count > 0
            ? static_cast<double>(counts.tally.sent) / static_cast<double>(options_.count)
            : sample.at_s * 1e9 / static_cast<double>(options_.duration_ns);
    observer_.on_interval(report_, sample, std::min(share, 1.0));
  }

  const LoadOptions& options_;
  RunObserver& observer_;
  const ServerProbe probe_;
  Plan plan_;
  Watch watch_;
  std::vector<std::unique_ptr<Crew>> crews_;
  std::vector<std::unique_ptr<SignalWatcher>> signals_;
  Report report_;
  int failure_status_ = 0;
  Tally warm_errors_;
  std::uint64_t lapped_ = 0;
  std::vector<std::uint64_t> order_;  // of the room, by the thread that has read most of it
  bool is_order_split_ = false;       // another thread has another one
  std::uint64_t unsent_ = 0;
  std::uint64_t last_came_ns_ = 0;
  std::uint64_t sampled_at_ns_ = 0;
  double sampled_cpu_us_ = 0;
  std::optional<double> sampled_server_us_;
  std::vector<double> cpu_before_s_;  // of each thread
  double busiest_s_ = 0;
};

}  // namespace

Result<Report> run(const LoadOptions& options, RunObserver& observer) {
  return Run(options, observer)();
}

}  // namespace grotto::load
