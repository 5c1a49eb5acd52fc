#include "daemon/service_reports.h"

#include <utility>

namespace grotto {

namespace {
constexpr std::uint64_t kStatusMs = 10'000;
}  // namespace

ServiceReports::ServiceReports(ServiceManager manager, std::vector<Worker*> workers,
                               std::function<std::string()> status)
    : manager_(std::move(manager)), workers_(std::move(workers)), status_(std::move(status)) {}

void ServiceReports::start() {
  if (!manager_.is_there()) return;
  manager_.tell_ready();
  tell_status();
  if (manager_.alive_every_ms() != 0) ask_workers();
}

void ServiceReports::tell_stopping() noexcept {
  status_timer_.cancel();
  manager_.tell_stopping();
}

void ServiceReports::tell_status() {
  workers_.front()->wheel().arm(status_timer_, kStatusMs);
  std::string status = status_();
  if (status == told_) return;
  manager_.tell_status(status);
  told_ = std::move(status);
}

void ServiceReports::ask_workers() {
  Worker& main_worker = *workers_.front();
  main_worker.wheel().arm(alive_timer_, manager_.alive_every_ms());
  if (unanswered_ > 0) return;  // one still hangs
  for (Worker* const each : workers_) {
    ++unanswered_;
    each->post([this, &main_worker] { main_worker.post([this] { on_answer(); }); });
  }
}

void ServiceReports::on_answer() {
  if (--unanswered_ == 0) manager_.tell_alive();
}

}  // namespace grotto
