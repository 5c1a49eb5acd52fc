#include "daemon/upgrade.h"

#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "base/file_lock.h"
#include "daemon/entry.h"
#include "daemon/inheritance.h"
#include "daemon/part.h"
#include "daemon/reload_outcome.h"
#include "daemon/version.h"

namespace grotto {

namespace {

constexpr std::uint64_t kArriveMs = 1'000;  // for a worker to come to a stand

/// Blocks, with all workers still: no longer than `deadline`.
std::uint64_t left_ms(std::chrono::steady_clock::time_point deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return static_cast<std::uint64_t>(std::max<std::int64_t>(left.count(), 0));
}

}  // namespace

/// The other workers, standing still. Shared with them.
class Server::Upgrade::Freeze {
 public:
  enum class Verdict : std::uint8_t { none, go_on, handed_over };

  explicit Freeze(std::size_t others) : missing_(others) {}

  /// On another worker's thread: stands still until it is known what becomes of it.
  Verdict stand_still() {
    std::unique_lock lock(mutex_);
    --missing_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return verdict_ != Verdict::none; });
    return verdict_;
  }
  [[nodiscard]] bool are_all_still() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::milliseconds(kArriveMs),
                             [this] { return missing_ == 0; });
  }
  void decide(Verdict verdict) {
    const std::scoped_lock lock(mutex_);
    verdict_ = verdict;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::size_t missing_;
  Verdict verdict_ = Verdict::none;
};

Server::Upgrade::~Upgrade() {
  timer_.cancel();
}

// ---- The new process ---------------------------------------------------------------------------

void Server::Upgrade::begin() {
  if (state_ != State::idle || server_.is_stopping_) {
    return log::warning("an upgrade is under way already");
  }
  began_ns_ = Worker::now_ns();
  const auto started = start_process();
  if (!started) {
    tell_outcome(false, started.error().sentence);
    return log::error("no upgrade", {{"why", started.error().sentence}});
  }
  log::info("upgrade begins", {{"file", server_.settings_.program}, {"process", process_}});
  state_ = State::starting;
  TimerWheel& wheel = server_.parts_[0]->worker().wheel();
  deadline_ms_ = wheel.now_ms() + kReadyMs;
  wheel.arm(timer_, kPollMs);
}

/// By the launch helper: this process may start none itself.
Result<Done> Server::Upgrade::start_process() {
  auto ends = DescriptorChannel::make_pair();
  if (!ends) return ends.error();
  constexpr int kChannel = 3;  // behind standard input, output and error
  const std::array<int, kChannel + 1> descriptors{0, 1, 2, ends->second.get()};
  const ServiceManager& manager = server_.reports_->manager();
  Launch launch;
  launch.program = server_.settings_.program;
  launch.arguments = server_.settings_.words;
  launch.variables.push_back(fmt::format("{}={}", kChannelVariable, kChannel));
  for (const std::string& each : {manager.socket_variable(), manager.watchdog_variable()}) {
    if (!each.empty()) launch.variables.push_back(each);
  }
  launch.outlives_server = true;
  auto started = server_.launcher_->launch(
      launch, descriptors, [this](const ChildProcess::Exit& /*exit*/) { process_ = -1; });
  if (!started) return started.error();
  process_ = *started;
  channel_ = std::make_unique<DescriptorChannel>(std::move(ends->first));
  return Done{};
}

void Server::Upgrade::end_process() noexcept {
  channel_.reset();
  if (process_ > 0) server_.launcher_->end(process_);
  process_ = -1;
}

void Server::Upgrade::fail(std::string_view why) {
  end_process();
  for (const auto& part : server_.parts_) {
    Worker& worker = part->worker();
    worker.post([&worker] { worker.go_on_reading(); });
  }
  state_ = State::idle;
  tell_outcome(false, std::string(why));
  log::error("no upgrade, this process goes on", {{"why", why}});
}

/// To who waits for it (`grottod upgrade`).
void Server::Upgrade::tell_outcome(bool is_good, std::string sentence) const {
  if (!server_.pid_file_) return;
  ReloadOutcome outcome;
  outcome.began_ns = began_ns_;
  outcome.is_good = is_good;
  outcome.sentences.push_back(std::move(sentence));
  static_cast<void>(outcome.write(ReloadOutcome::path_beside(server_.pid_file_->path())));
}

void Server::Upgrade::give_up_quietly() {
  if (state_ == State::over) return;
  timer_.cancel();
  end_process();
  state_ = State::idle;
}

void Server::Upgrade::on_timer() {
  if (state_ == State::starting) return await_hello();
  if (state_ == State::quieting) try_to_freeze();
}

void Server::Upgrade::await_hello() {
  TimerWheel& wheel = server_.parts_[0]->worker().wheel();
  DescriptorChannel::Message message;
  switch (channel_->receive(message, 0)) {
    case DescriptorChannel::Outcome::closed: return fail("the new process ended");
    case DescriptorChannel::Outcome::nothing_yet:
      if (wheel.now_ms() >= deadline_ms_) return fail("the new process did not get ready in 5 s");
      return wheel.arm(timer_, kPollMs);
    case DescriptorChannel::Outcome::message: break;
  }
  const std::string expected = fmt::format("hello {} ", kStateFormat);
  if (!message.text.starts_with(expected)) {
    return fail("the new process does not understand this one's state");
  }
  log::info("upgrade goes on", {{"version", message.text.substr(expected.size())}});
  quiet();
}

// ---- Quiet -------------------------------------------------------------------------------------

void Server::Upgrade::quiet() {
  state_ = State::quieting;
  deadline_ms_ = server_.parts_[0]->worker().wheel().now_ms() + kQuietMs;
  laps_ = 0;
  next_lap();
}

/// In each lap every worker does what was posted to it before; from the first on none reads.
void Server::Upgrade::next_lap() {
  waiting_for_ = static_cast<unsigned>(server_.parts_.size());
  for (const auto& part : server_.parts_) {
    Worker& worker = part->worker();
    worker.post([this, &worker] {
      worker.suspend_reading();
      server_.parts_[0]->worker().post([this] {
        if (state_ != State::quieting || --waiting_for_ > 0) return;
        if (++laps_ < kLaps) return next_lap();
        try_to_freeze();
      });
    });
  }
}

bool Server::Upgrade::is_quiet() const {
  return std::all_of(server_.parts_.begin(), server_.parts_.end(),
                     [](const auto& part) { return part->is_quiet(); });
}

void Server::Upgrade::try_to_freeze() {
  const auto freeze = std::make_shared<Freeze>(server_.parts_.size() - 1);
  for (std::size_t i = 1; i < server_.parts_.size(); ++i) {
    Part* const part = server_.parts_[i].get();
    part->worker().post([freeze, part] {
      part->publish();
      if (freeze->stand_still() == Freeze::Verdict::handed_over) part->leave_rest_behind();
    });
  }
  server_.parts_[0]->publish();
  if (freeze->are_all_still() && is_quiet()) return hand_over(*freeze);
  freeze->decide(Freeze::Verdict::go_on);
  TimerWheel& wheel = server_.parts_[0]->worker().wheel();
  if (wheel.now_ms() >= deadline_ms_) return fail("something is under way for 2 s");
  wheel.arm(timer_, kTryMs);
}

// ---- Handing over ------------------------------------------------------------------------------

void Server::Upgrade::hand_over(Freeze& freeze) {
  std::string why;
  bool is_store_aside = false;
  try {
    is_store_aside = server_.stand_aside_(kStoreMs);
    why = is_store_aside ? send(write_down()) : "the store does not answer";
  } catch (const std::exception& fault) {
    why = fault.what();
  }
  if (!why.empty()) {
    end_process();  // first: it may hold the store
    if (is_store_aside) server_.go_on_();
    for (const auto& part : server_.parts_) part->forget_saved();
    freeze.decide(Freeze::Verdict::go_on);
    return fail(why);
  }
  go();
  freeze.decide(Freeze::Verdict::handed_over);
  server_.parts_[0]->leave_rest_behind();
}

std::string Server::Upgrade::write_down() {
  StateWriter state;
  descriptors_.clear();
  state.number(kStateFormat);
  state.flag(server_.are_sockets_managed_);
  state.number(server_.entries_.size() + (server_.admin_ == nullptr ? 0 : 1));
  for (const auto& entry : server_.entries_) {
    state.text(entry->settings().service);
    state.text(entry->settings().endpoint);
    descriptors_.push_back(entry->descriptor());
  }
  if (server_.admin_ != nullptr) {
    state.text(kAdminWord);
    state.text(server_.settings_.admin);
    descriptors_.push_back(server_.admin_->descriptor());
  }
  state.number(server_.udp_.size());
  for (const auto& udp : server_.udp_) {
    state.text(udp->endpoint());
    descriptors_.push_back(udp->descriptor());
  }
  const auto locks = FileLock::held();
  state.number(locks.size());
  for (const FileLock::Held& lock : locks) {
    state.text(lock.path);
    descriptors_.push_back(lock.fd);
  }
  write_connections(state);
  return state.take();
}

void Server::Upgrade::write_connections(StateWriter& state) {
  StateWriter connections;
  std::size_t count = 0;
  std::vector<std::vector<std::string>> absent(server_.service_names_.size());
  for (const auto& part : server_.parts_) {
    part->save([&](std::uint16_t origin, std::string_view saved, int fd) {
      const ListenerSettings& from = server_.entries_.at(origin)->settings();
      if (fd < 0) {
        absent.at(server_.service_index(from.service)).emplace_back(saved);
        return;
      }
      connections.text(from.service);
      connections.text(from.endpoint);
      connections.text(saved);
      descriptors_.push_back(fd);
      ++count;
    });
  }
  state.number(server_.service_names_.size());
  for (std::size_t i = 0; i < server_.service_names_.size(); ++i) {
    StateWriter shared;
    server_.parts_[0]->service(i).save_shared(shared);
    state.text(server_.service_names_[i]);
    state.text(shared.bytes());
    state.number(absent[i].size());
    for (const std::string& each : absent[i]) state.text(each);
  }
  state.number(count);
  state.append(connections);
}

/// Why it was not taken; empty: the new process is ready.
std::string Server::Upgrade::send(const std::string& written) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(kReadyMs);
  const auto answer_ms = [&] { return std::min(left_ms(deadline), kAnswerMs); };
  const Descriptor file(::memfd_create("grotto-state", MFD_CLOEXEC));
  if (file.get() < 0) return fmt::format("no memory file: {}", std::strerror(errno));
  for (std::size_t done = 0; done < written.size();) {
    const ssize_t step = ::write(file.get(), written.data() + done, written.size() - done);
    if (step <= 0) return fmt::format("no memory: {}", std::strerror(errno));
    done += static_cast<std::size_t>(step);
  }
  constexpr auto kGone = "the new process ended, or stands still";
  const int fd = file.get();
  if (!channel_->send(fmt::format("state {}", descriptors_.size()), {&fd, 1}, answer_ms())) {
    return kGone;
  }
  DescriptorChannel::Message message;
  const auto answers = [&](std::string_view expected, std::uint64_t patience_ms) {
    return channel_->receive(message, patience_ms) == DescriptorChannel::Outcome::message &&
           message.text == expected;
  };
  const auto why_not = [&] {
    constexpr std::string_view kRefused = "refused ";
    return message.text.starts_with(kRefused) ? message.text.substr(kRefused.size())
                                              : std::string(kGone);
  };
  for (std::size_t sent = 0; sent < descriptors_.size();) {
    const std::size_t count =
        std::min(descriptors_.size() - sent, DescriptorChannel::kDescriptorsMax);
    const std::span<const int> batch(descriptors_.data() + sent, count);
    if (!channel_->send("descriptors", batch, answer_ms())) return kGone;
    sent += count;
    if (!answers(fmt::format("got {}", sent), answer_ms())) return why_not();
  }
  return answers("ready", left_ms(deadline)) ? std::string() : why_not();
}

/// From here on this process only ends: what it says to nobody any more is said by the new one.
void Server::Upgrade::go() {
  state_ = State::over;
  server_.is_stopping_ = true;
  for (const auto& part : server_.parts_) part->on_handed_over();
  for (auto& entry : server_.entries_) entry->disown();
  if (server_.admin_ != nullptr) server_.admin_->disown();
  if (server_.pid_file_) server_.pid_file_->hand_over();
  if (server_.reloading_ != nullptr) server_.reloading_->hand_over();
  server_.reception_->close();
  server_.reports_->manager().tell_main_pid(process_);
  static_cast<void>(channel_->send("go", {}, kReadyMs));
  server_.launcher_->forget(process_);
  tell_outcome(true, fmt::format("process {} goes on as process {}", ::getpid(), process_));
  log::info("upgraded", {{"process", process_}});
  for (auto& entry : server_.entries_) entry->stop();
  if (server_.admin_ != nullptr) server_.admin_->stop();
  server_.udp_.clear();
  server_.end_companions();
}

}  // namespace grotto
