// Server::Part: what one worker runs: its services, and the connections they serve.
// Threads: start() before the worker runs; load() and serve() from worker 0; the rest from its own.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/end_log.h"
#include "daemon/server.h"
#include "net/worker.h"

namespace grotto {

struct SavedConnection;

class Server::Part final : private TickHook, private CloseHook {
 public:
  using OnLeft = std::function<void(const Address& peer)>;

  explicit Part(std::unique_ptr<Worker> worker) : worker_(std::move(worker)), ends_(*worker_) {
    untold_.reserve(kUntoldMax);
  }
  ~Part() {
    worker_->set_close_hook(nullptr);
    services_.clear();  // before the worker: services have timers in its wheel
  }

  [[nodiscard]] Worker& worker() noexcept { return *worker_; }
  void add_service(std::string name, const ServiceFactory& factory);
  /// Works by these from now on. Its thread.
  void change(const Limits& limits, std::shared_ptr<const TlsContext> tls);
  /// By Destination::service.
  [[nodiscard]] Service& service(std::size_t index) noexcept { return *services_[index]; }

  /// `on_left` is called on this worker's thread for each connection that serve() began.
  void start(OnLeft on_left);

  /// Connections, and such as are on their way here.
  [[nodiscard]] std::size_t load() const noexcept { return load_.load(std::memory_order_relaxed); }
  void serve(Arrival arrival);

  // ---- Upgrades (upgrade.h); the first four from worker 0 while this one stands still ----

  /// What is said in this tick is in the logs, for everybody.
  void publish();
  [[nodiscard]] bool is_quiet() const;
  /// Tells of each connection that can be handed over; of another one, if its person may come back,
  /// with -1. Throws what writing them down throws.
  using Saved = std::function<void(std::uint16_t origin, std::string_view saved, int fd)>;
  void save(const Saved& saved);
  void forget_saved() noexcept { saved_.clear(); }
  void on_handed_over();
  /// What was saved is another process's; the others are told, and the worker ends with them.
  void leave_rest_behind();
  /// Before start().
  void take_over(Descriptor fd, const SavedConnection& saved, const Destination& destination);

  void stop_reading();
  /// Lets every session end; stops the worker when all have, or when time is up.
  void say_goodbye();
  /// The worker goes on until that is so as well, or time is up. Asked at the end of rounds.
  void wait_also_for(std::function<bool()> is_over) { is_over_ = std::move(is_over); }

 private:
  void on_tick_end() override;
  void on_connection_over(const Connection& connection, CloseReason reason) override;
  void on_connection_freed(const Address& peer, CloseReason reason) override;
  void adopt(Arrival& arrival) noexcept;
  void note_connected(const Address& peer) noexcept;
  void tell_left(const Address& peer) noexcept;
  void tell_untold() noexcept;
  void give_up();

  std::unique_ptr<Worker> worker_;
  EndLog ends_;
  std::vector<std::unique_ptr<Service>> services_;
  OnLeft on_left_;
  // Those whose end could not be told for want of memory; more are counted as served for ever.
  static constexpr std::size_t kUntoldMax = 256;
  std::vector<Address> untold_;
  std::function<bool()> is_over_;
  std::vector<Connection*> saved_;
  std::atomic<std::size_t> load_{0};
  bool is_leaving_ = false;
  TimerOf<Part, &Part::give_up> stop_timer_{*this};
};

}  // namespace grotto
