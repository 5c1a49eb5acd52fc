#include "load/engine/crew.h"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <algorithm>
#include <cmath>

#include "base/escape.h"
#include "grotto/close_reason.h"
#include "load/check/payload.h"
#include "load/check/room_reader.h"
#include "load/engine/datagram_member.h"
#include "load/engine/echo_member.h"
#include "load/engine/quiet_members.h"
#include "load/engine/room_member.h"

namespace grotto::load {

namespace {

Limits limits_of_generator(const LoadOptions& options) {
  Limits limits;
  limits.idle_timeout_ms = 0;
  // A life of churn is over when the server has ended it: until then its name may be taken.
  const std::uint64_t timeout_ms = options.timeout_ns / 1'000'000;
  limits.close_drain_ms = options.workload == Workload::churn ? timeout_ms : 500;
  limits.tls_handshake_ms = 3'600'000;  // the members have a timeout of their own
  return limits;
}

/// CPU time of this thread in seconds.
double thread_cpu_s() noexcept {
#ifdef RUSAGE_THREAD
  rusage usage{};
  ::getrusage(RUSAGE_THREAD, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
#else
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
#endif
}

}  // namespace

Result<std::unique_ptr<Crew>> Crew::create(unsigned index, Plan& plan, Watch& watch) {
  auto worker = Worker::create(index, plan.options.threads, limits_of_generator(plan.options));
  if (!worker) return worker.error();
  std::unique_ptr<Crew> crew(new Crew(index, plan, watch, std::move(*worker)));
  crew->hire();
  return crew;
}

Crew::Crew(unsigned index, Plan& plan, Watch& watch, std::unique_ptr<Worker> worker)
    : index_(index),
      plan_(plan),
      watch_(watch),
      worker_(std::move(worker)),
      desk_(*plan.dialect, plan.options.sizes, plan.tag, plan.epoch_ns) {
  desk_.tally = &counts_.tally;
  if (plan.options.is_room()) desk_.ledger = &plan.ledger;
  if (plan.options.is_open_loop()) desk_.lag = &counts_.lag;
  round_end_ns_ = Worker::now_ns();
  worker_->add_tick_hook(*this);
}

void Crew::hire() {
  const std::uint32_t actors = plan_.options.actors();
  for (std::uint32_t index = index_; index < plan_.options.members();
       index += plan_.options.threads) {
    members_.push_back(make_member(index));
    if (index < actors) actors_.push_back(members_.back().get());
  }
  thread_ = std::thread([this] {
#ifdef PR_SET_TIMERSLACK
    ::prctl(PR_SET_TIMERSLACK, 1);  // waits end when they should, not up to 50 µs later
#endif
    worker_->run();
  });
}

std::unique_ptr<Member> Crew::make_member(std::uint32_t index) {
  const LoadOptions& options = plan_.options;
  const Dialect& dialect = *plan_.dialect;
  switch (options.workload) {
    case Workload::echo:
      if (options.is_udp) return std::make_unique<DatagramMember>(*this, index);
      return std::make_unique<EchoMember>(*this, index);
    case Workload::idle: return std::make_unique<IdleMember>(*this, index);
    case Workload::churn: return std::make_unique<ChurnMember>(*this, index);
    case Workload::chat:
      return std::make_unique<RoomMember>(*this, index, RoomRole{.sends = true, .reads = true});
    case Workload::fanout:
    case Workload::slow: break;
  }
  if (index >= options.publishers + options.connections)
    return std::make_unique<SlowMember>(*this, index);
  const bool sends = index < options.publishers;
  return std::make_unique<RoomMember>(
      *this, index, RoomRole{.sends = sends, .reads = !sends || dialect.sender_is_reader()});
}

Crew::~Crew() {
  worker_->stop();
  thread_.join();
  members_.clear();
}

// ---- Connecting --------------------------------------------------------------------------------

void Crew::begin_connecting(double connections_per_s) {
  connect_rate_ = connections_per_s / plan_.options.threads;
  connect_begun_ns_ = Worker::now_ns();
  const std::uint64_t stuck_ms = std::max<std::uint64_t>(plan_.options.timeout_ns / 8'000'000, 20);
  worker_->wheel().arm(stuck_timer_, stuck_ms);
  pump_connecting();
}

void Crew::pump_connecting() {
  while (next_to_connect_ < members_.size() && connecting_ < LoadOptions::kConnectingMax &&
         !is_leaving_) {
    if (connect_rate_ > 0) {
      const double due_s = static_cast<double>(next_to_connect_) / connect_rate_;
      const double now_s = static_cast<double>(Worker::now_ns() - connect_begun_ns_) / 1e9;
      if (due_s > now_s) {
        worker_->wheel().arm(connect_timer_,
                             static_cast<std::uint64_t>(std::ceil((due_s - now_s) * 1000)));
        return;
      }
    }
    ++connecting_;
    members_[next_to_connect_++]->connect();
  }
}

void Crew::on_member_ready(Member& /*member*/, std::uint64_t took_ns) {
  counts_.connect.record(took_ns);
  --connecting_;
  watch_.change([](Watch::State& state) { ++state.ready; });
  worker_->defer([this] { pump_connecting(); });
}

void Crew::on_member_failed(Member& /*member*/, int exit_status, std::string sentence) {
  --connecting_;
  watch_.change([&](Watch::State& state) {
    ++state.failed;
    if (state.failure.empty() || (exit_status == 64 && state.exit_status != 64)) {
      state.failure = std::move(sentence);
      state.exit_status = exit_status;
    }
  });
  worker_->defer([this] { pump_connecting(); });
}

void Crew::on_member_lost(Member& member, std::string_view why) {
  if (!is_leaving_) {
    ++counts_.tally.closed;
    add_fault([&] {
      return fmt::format("connection {}: the server closed it ({})", member.index(), why);
    });
  }
  watch_.change([](Watch::State& state) { ++state.lost; });
}

void Crew::on_no_echo(std::string_view text) {
  constexpr std::size_t kQuoteBytesMax = 120;
  watch_.change([&](Watch::State& state) {
    if (state.exit_status == 64) return;
    state.exit_status = 64;
    state.failure = fmt::format("the server does not echo lines: it answered \"{}\"",
                                escaped(text.substr(0, kQuoteBytesMax)));
  });
}

void Crew::on_probed() {
  watch_.change([](Watch::State& state) { ++state.probed; });
}

void Crew::send_probe() {
  std::string line(2 * Dialect::kHeadBytesMax + kPayloadBytesMin, ' ');
  Talk talk;
  line.resize(put_line(*plan_.dialect, talk, {.tag = plan_.tag, .sender = RoomReader::kProbe},
                       kPayloadBytesMin, line.data()));
  if (!actors_.empty()) actors_.front()->say(line);
}

// ---- Measuring ---------------------------------------------------------------------------------

std::uint64_t Crew::quota_of(std::uint32_t sender) const noexcept {
  if (measuring_.count == 0) return ~std::uint64_t{0} >> 2U;
  const std::uint32_t senders = plan_.options.actors();
  if (senders == 0) return 0;
  // Whole bursts in turn, as the schedule has them.
  const std::uint64_t burst = plan_.options.burst;
  const std::uint64_t bursts = measuring_.count / burst;
  const std::uint64_t own = bursts / senders + (sender < bursts % senders ? 1 : 0);
  return own * burst + (sender == bursts % senders ? measuring_.count % burst : 0);
}

void Crew::prepare_measuring(const Measuring& measuring) {
  measuring_ = measuring;
  counts_.tally = {};
  counts_.lives = 0;
  counts_.unsent = 0;
  counts_.last_came_ns = measuring.start_ns;
  counts_.response.clear();
  counts_.service.clear();
  counts_.lag.clear();
  const LoadOptions& options = plan_.options;
  const double gap_ns = gap_between_bursts_ns();
  std::vector<std::uint32_t> own;
  for (Member* each : actors_) {
    own.push_back(each->index());
    if (each->sender() == nullptr) continue;
    each->sender()->set_timetable(
        {.first = each->sender()->next(),
         .start_ns = measuring.start_ns + static_cast<std::uint64_t>(gap_ns * each->index()),
         .gap_ns = gap_ns * options.actors(),
         .burst = options.burst});
  }
  for (const auto& each : members_) each->begin_measuring();
  if (options.is_open_loop())
    schedule_.begin(measuring.start_ns, gap_ns, options.actors(), std::move(own));
}

void Crew::begin_sending() {
  is_sending_ = true;
  refresh_windows();
}

void Crew::refresh_windows() {
  for (Member* each : actors_) each->refresh_window();
}

/// 0 in a closed loop.
double Crew::gap_between_bursts_ns() const noexcept {
  const LoadOptions& options = plan_.options;
  return options.is_open_loop() ? 1e9 * options.burst / options.rate : 0;
}

std::uint64_t Crew::due_ns(std::uint32_t sender, std::uint64_t sequence) const noexcept {
  const double gap_ns = gap_between_bursts_ns();
  const std::uint64_t first = plan_.ledger.sent_before(sender);
  if (gap_ns == 0 || sequence < first) return measuring_.start_ns;
  const Timetable timetable{
      .first = first,
      .start_ns = measuring_.start_ns + static_cast<std::uint64_t>(gap_ns * sender),
      .gap_ns = gap_ns * plan_.options.actors(),
      .burst = plan_.options.burst};
  return timetable.due_ns(sequence);
}

void Crew::on_reader_lost() {
  plan_.ledger.readers.fetch_sub(1);
  for (const auto& crew : *crews_) {
    crew->worker_->post([each = crew.get()] {
      if (each->is_sending_) each->refresh_windows();
    });
  }
}

void Crew::stop_sending() {
  is_sending_ = false;
  take_time();
  schedule_.end();
  for (Member* each : actors_) each->stop_sending();
}

bool Crew::has_sent_all() const {
  return measuring_.count > 0 && std::all_of(actors_.begin(), actors_.end(),
                                             [](Member* each) { return each->has_sent_all(); });
}

bool Crew::is_settled() const {
  return std::all_of(members_.begin(), members_.end(),
                     [](const auto& each) { return each->is_settled(); });
}

void Crew::count_missing() {
  take_time();
  counts_.tally.lost = 0;
  counts_.tally.expected = 0;
  for (const auto& each : members_) each->count_missing(counts_.tally);
  room_.trim(slowest_line());
}

void Crew::leave() {
  is_leaving_ = true;
  for (const auto& each : members_) each->leave();
}

void Crew::on_tick_end() {
  let_read_on();
  trim_room();
  if (plan_.options.is_busy_polling) look_again();
  if (!plan_.options.is_open_loop() || !is_sending_) return;
  const std::uint64_t now = Worker::now_ns() - plan_.epoch_ns;
  schedule_.run(now,
                [&](std::size_t position) { actors_[position]->allow_more(plan_.options.burst); });
  if (const std::uint64_t due = schedule_.next_due_ns(); due != Schedule::kNever)
    worker_->wake_by(plan_.epoch_ns + due);
}

/// Busy polling: the next wait is none, and a round that brought nothing is no work.
void Crew::look_again() noexcept {
  worker_->wake_by(0);
  const std::uint64_t now = Worker::now_ns();
  if (now_ns_ == time_seen_ns_) vain_ns_ += now - round_end_ns_;
  round_end_ns_ = now;
  time_seen_ns_ = now_ns_;
}

void Crew::check_stuck() {
  take_time();
  if (is_sending_) {
    for (Member* each : actors_) each->write_off_if_stuck();
  }
  worker_->wheel().arm(stuck_timer_,
                       std::max<std::uint64_t>(plan_.options.timeout_ns / 8'000'000, 20));
}

// ---- Counting ----------------------------------------------------------------------------------

void Crew::record(std::uint64_t intended_ns, std::uint64_t sent_ns, std::uint64_t lines) {
  const std::uint64_t service = now_ns_ > sent_ns ? now_ns_ - sent_ns : 0;
  counts_.service.record(service, lines);
  if (plan_.options.is_open_loop())
    counts_.response.record(now_ns_ > intended_ns ? now_ns_ - intended_ns : 0, lines);
  if (service > plan_.options.timeout_ns) counts_.tally.timed_out += lines;
  counts_.last_came_ns = now_ns_;
}

void Crew::record_unsent(std::uint64_t due_ns) {
  const std::uint64_t late = now_ns_ > due_ns ? now_ns_ - due_ns : 0;
  counts_.response.record(late);
  counts_.lag.record(late);
  ++counts_.unsent;
}

void Crew::record_life(std::uint64_t begun_ns) {
  take_time();
  record(begun_ns, begun_ns, 1);
}

void Crew::record_unanswered(std::uint64_t due_ns) {
  const std::uint64_t late = now_ns_ > due_ns ? now_ns_ - due_ns : 0;
  (plan_.options.is_open_loop() ? counts_.response : counts_.service).record(late);
}

void Crew::settle(std::uint32_t sender, std::uint64_t deliveries) {
  if (!plan_.ledger.settle(sender, deliveries) || plan_.options.is_open_loop()) return;
  const unsigned owner = sender % plan_.options.threads;
  if (owner == index_) return actors_[sender / plan_.options.threads]->refresh_window();
  (*crews_)[owner]->worker_->post([crew = (*crews_)[owner].get(), sender] {
    crew->actors_[sender / crew->plan_.options.threads]->refresh_window();
  });
}

// ---- Handing over ------------------------------------------------------------------------------

Crew::Counts Crew::take_counts() {
  // What was not spent on the core (it was taken away meanwhile) counts as in vain too.
  counts_.cpu_s = std::max(counts_.cpu_s, thread_cpu_s() - static_cast<double>(vain_ns_) / 1e9);
  // Where one's own lines are missing from the log, or such as all here had to skip, another
  // thread's has others.
  const bool is_complete = !room_.is_any_absent() && !room_.has_gaps();
  counts_.order_marks = is_complete ? room_.order_marks() : std::vector<std::uint64_t>();
  Counts taken = counts_;
  counts_.response.clear();
  counts_.service.clear();
  counts_.lag.clear();
  counts_.connect.clear();
  return taken;
}

}  // namespace grotto::load
