// Service reports: what a server tells its service manager while it lives: that it serves, who is
// there, that all workers' loops turn, that it reloads and stops. Without a manager it does nothing
// and costs nothing. Threads: worker 0's; constructed before the workers run, and destroyed after.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "grotto/timer_wheel.h"
#include "net/worker.h"
#include "system/service_manager.h"

namespace grotto {

class ServiceReports {
 public:
  /// `workers`: the first is worker 0. `status`: one line, asked for each 10 s and told if it is
  /// another one.
  ServiceReports(ServiceManager manager, std::vector<Worker*> workers,
                 std::function<std::string()> status);
  ServiceReports(const ServiceReports&) = delete;
  ServiceReports& operator=(const ServiceReports&) = delete;
  ~ServiceReports() = default;

  /// Clients can connect. From here on the watchdog is fed, as often as it asks, each time when
  /// every worker has had a turn since the last time: if one hangs, it is not.
  void start();
  void tell_reloading() const noexcept { manager_.tell_reloading(); }
  /// Also if the reload failed: the old configuration serves.
  void tell_reloaded() const noexcept { manager_.tell_ready(); }
  void tell_stopping() noexcept;

  /// For an upgrade: whom to tell the new process id, and the variables for the new process.
  [[nodiscard]] const ServiceManager& manager() const noexcept { return manager_; }

 private:
  void tell_status();
  void ask_workers();
  void on_answer();

  const ServiceManager manager_;
  const std::vector<Worker*> workers_;
  const std::function<std::string()> status_;
  std::string told_;
  std::size_t unanswered_ = 0;
  TimerOf<ServiceReports, &ServiceReports::tell_status> status_timer_{*this};
  TimerOf<ServiceReports, &ServiceReports::ask_workers> alive_timer_{*this};
};

}  // namespace grotto
