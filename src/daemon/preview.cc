#include "daemon/preview.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <thread>
#include <utility>

#include "line/line_framer.h"
#include "line/text.h"
#include "net/signal_watcher.h"
#include "net/worker.h"

namespace grotto {

namespace {

/// The terminal of standard input, whose echo can be turned off.
class Echo {
 public:
  Echo() : is_terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {}
  Echo(const Echo&) = delete;
  Echo& operator=(const Echo&) = delete;
  ~Echo() { hide(false); }

  bool hide(bool is_hidden) {
    if (!is_terminal_) return false;
    termios wanted = before_;
    if (is_hidden) wanted.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    return ::tcsetattr(STDIN_FILENO, TCSANOW, &wanted) == 0;
  }

 private:
  termios before_{};
  bool is_terminal_;
};

class PreviewSession final : public Session {
 public:
  PreviewSession(Worker& worker, Service& service)
      : worker_(worker), service_(service), framer_(worker.limits().line_bytes_max) {}

  void open() {
    is_open_ = true;
    service_.on_open(*this);
  }
  void close() {
    if (std::exchange(is_open_, false)) service_.on_closed(*this, CloseReason::quit);
  }

  /// What was read; `done` is called when all of it is taken.
  void take(const std::string& bytes, std::function<void()> done) {
    pending_ += bytes;
    done_ = std::move(done);
    take_pending();
  }
  void end_input() {
    has_input_ended_ = true;
    take_pending();
  }
  void stop() {
    if (is_ending_) return;
    service_.on_stopping(*this);
    finish(CloseReason::server_stopping, {});
  }

  // Session
  void write(std::string_view bytes) override {
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
    std::fflush(stdout);
  }
  void write_line(std::string_view text) override {
    std::string scratch;
    write(std::string(clean_text(text, scratch)) + "\n");
  }
  [[nodiscard]] std::size_t outbox_bytes() const noexcept override { return 0; }
  [[nodiscard]] std::size_t undelivered_bytes() const noexcept override { return 0; }
  void follow(Feed* /*feed*/) override {}
  void touch() override {}
  void finish(CloseReason reason, std::string_view last_line) override {
    if (is_ending_) return;
    if (!last_line.empty()) write_line(last_line);
    abort(reason);
  }
  void abort(CloseReason /*reason*/) override {
    is_ending_ = true;
    worker_.defer([this] {
      close();
      worker_.stop();
    });
  }
  void resume() override {
    worker_.defer([this] {
      is_holding_ = false;
      take_pending();
    });
  }
  [[nodiscard]] bool is_ending() const noexcept override { return is_ending_; }
  bool start_telnet() override { return false; }
  bool hide_input(bool is_hidden) override {
    is_hiding_ = echo_.hide(is_hidden) && is_hidden;
    return is_hiding_ || !is_hidden;
  }
  [[nodiscard]] std::uint64_t idle_ms() const noexcept override { return 0; }
  [[nodiscard]] std::string peer_name() const override { return "preview"; }
  [[nodiscard]] std::string peer_host() const override { return "preview"; }

 private:
  void take_pending() {
    while (!is_ending_ && !is_holding_) {
      if (!held_.empty()) {
        const std::string held = std::exchange(held_.front(), {});
        if (!offer(held)) return;
        continue;
      }
      std::string_view rest = pending_;
      std::string_view line;
      const LineFramer::Next next = framer_.next(rest, line);
      std::string text(line);
      pending_.erase(0, pending_.size() - rest.size());
      if (next == LineFramer::Next::need_more) break;
      if (next == LineFramer::Next::too_long) {
        write_line(service_.phrase(*this, "Your line is too long and was not taken.", "too-long"));
      } else if (!offer(text)) {
        return;
      }
    }
    if (is_ending_ || is_holding_) return;
    if (done_) std::exchange(done_, nullptr)();
    if (!has_input_ended_ || std::exchange(has_told_end_, true)) return;
    std::string_view line;
    if (framer_.flush(line) && !offer(std::string(line))) return;
    service_.on_end_of_input(*this);
  }

  /// False if the line is held.
  bool offer(const std::string& text) {
    if (is_hiding_) write("\n");  // the terminal has not shown that Enter was pressed
    std::string scratch;
    const std::string clean(clean_text(text, scratch, worker_.limits().line_bytes_max));
    held_.clear();
    if (service_.on_line(*this, clean) == Taken::yes) return true;
    held_.push_back(clean);
    is_holding_ = true;
    return false;
  }

  Worker& worker_;
  Service& service_;
  Echo echo_;
  LineFramer framer_;
  std::string pending_;
  std::vector<std::string> held_;  // one line, which the service has not taken yet
  std::function<void()> done_;
  bool is_open_ = false;
  bool is_holding_ = false;
  bool is_hiding_ = false;
  bool is_ending_ = false;
  bool has_input_ended_ = false;
  bool has_told_end_ = false;
};

/// Reads standard input on a thread of its own: it may be a file, which no selector can watch. A
/// piece at a time: what is read waits until it is taken.
class InputThread {
 public:
  InputThread(Worker& worker, PreviewSession& session) {
    if (::pipe(stop_.data()) != 0) stop_ = {-1, -1};
    thread_ = std::thread([this, &worker, &session] { run(worker, session); });
  }
  InputThread(const InputThread&) = delete;
  InputThread& operator=(const InputThread&) = delete;
  ~InputThread() {
    {
      const std::scoped_lock lock(mutex_);
      is_stopped_ = true;
    }
    taken_.notify_one();
    ::close(stop_[1]);
    thread_.join();
    ::close(stop_[0]);
  }

 private:
  void run(Worker& worker, PreviewSession& session) {
    std::array<char, 4096> buffer{};
    for (;;) {
      std::array<pollfd, 2> watched{{{STDIN_FILENO, POLLIN, 0}, {stop_[0], POLLIN, 0}}};
      if (::poll(watched.data(), watched.size(), -1) < 0) continue;
      if (watched[1].revents != 0) return;
      // NOLINTNEXTLINE(clang-analyzer-unix.BlockInCriticalSection): hand_over() has unlocked
      const ssize_t size = ::read(STDIN_FILENO, buffer.data(), buffer.size());
      if (size < 0 && errno == EINTR) continue;
      if (size <= 0) return worker.post([&session] { session.end_input(); });
      const std::string bytes(buffer.data(), static_cast<std::size_t>(size));
      if (!hand_over(worker, session, bytes)) return;
    }
  }

  /// Waits until it is taken; false if it is never going to be.
  bool hand_over(Worker& worker, PreviewSession& session, const std::string& bytes) {
    std::unique_lock lock(mutex_);
    is_taken_ = false;
    worker.post([this, &session, bytes] {
      session.take(bytes, [this] {
        const std::scoped_lock inner(mutex_);
        is_taken_ = true;
        taken_.notify_one();
      });
    });
    taken_.wait(lock, [this] { return is_taken_ || is_stopped_; });
    return !is_stopped_;
  }

  std::array<int, 2> stop_{};
  std::mutex mutex_;
  std::condition_variable taken_;
  bool is_taken_ = false;
  bool is_stopped_ = false;
  std::thread thread_;
};

}  // namespace

Result<int> run_preview(const Services& services, const std::string& service_name,
                        const Limits& limits) {
  auto made = Worker::create(0, 1, limits);
  if (!made) return made.error();
  Worker& worker = **made;
  for (const auto& each : services.companions) each->attach(worker);
  {
    const auto service = services.factories.at(service_name)(worker);
    PreviewSession session(worker, *service);
    auto interrupt = SignalWatcher::watch(worker, SIGINT, [&session] { session.stop(); });
    auto terminate = SignalWatcher::watch(worker, SIGTERM, [&session] { session.stop(); });
    // Whatever ends it: the terminal shows again what is typed.
    auto quit = SignalWatcher::watch(worker, SIGQUIT, [&session] { session.stop(); });
    auto hangup = SignalWatcher::watch(worker, SIGHUP, [&session] { session.stop(); });
    session.open();
    {
      const InputThread input(worker, session);
      worker.run();
    }
    session.close();
    for (const auto& each : services.companions) each->detach();
    interrupt.reset();
    terminate.reset();
    quit.reset();
    hangup.reset();
  }
  return 0;
}

}  // namespace grotto
