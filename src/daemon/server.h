// Server: workers, services, listeners and their end. What main() builds and runs.
//
// Worker 0 runs on the calling thread, accepts, and hands each socket to the worker with the fewest
// connections. Every worker has an instance of every service that a listener leads to. Threads:
// constructed and run on one thread.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/result.h"
#include "daemon/admin.h"
#include "daemon/bot.h"
#include "daemon/companion.h"
#include "daemon/confinement.h"
#include "daemon/metrics.h"
#include "daemon/pid_file.h"
#include "daemon/reception.h"
#include "daemon/reloading.h"
#include "daemon/service_reports.h"
#include "daemon/settings.h"
#include "door/web_site.h"
#include "grotto/service.h"
#include "net/launcher.h"
#include "net/signal_watcher.h"
#include "net/udp_endpoint.h"
#include "service/udp_guard.h"

namespace grotto {

class Inheritance;
struct InheritedConnection;

/// The services that listeners may lead to, by name.
using ServiceFactories = std::map<std::string, ServiceFactory>;

/// Makes the service of one worker work by other settings, on that worker's thread.
using ServiceChange = std::function<void(Service& service, const Settings& settings)>;

/// What a server is made of, beside its settings.
struct Services {
  ServiceFactories factories;
  std::map<std::string, ServiceChange> changes;  // of those that can be changed while they run
  std::vector<std::shared_ptr<Companion>> companions;
  /// For an upgrade: what is kept is left to another process, within so many milliseconds, or not;
  /// and is this one's again.
  std::function<bool(std::uint64_t patience_ms)> stand_aside = [](std::uint64_t) { return true; };
  std::function<void()> go_on = [] {};
  std::function<std::string()> status = {};  // who is there, in a few words; empty: nothing to say
  std::vector<MetricsSource> metrics = {};
};

class Server {
 public:
  /// `settings.workers` and `settings.limits.clients_max` must be set. Errors: what cannot be
  /// bound, with exit status 69.
  /// `confined`: the sockets of the settings' listeners, and who starts programs. `inheritance`:
  /// what another process hands over; nullptr: this one begins.
  static Result<std::unique_ptr<Server>> create(const Settings& settings, const Services& services,
                                                Confined confined,
                                                Inheritance* inheritance = nullptr);
  ~Server();

  /// From now on signals are taken: SIGHUP reads the settings anew by `load`, SIGUSR1 opens the log
  /// anew; and others find this process by its pid file. Called once, before run(). Errors: the pid
  /// file is held by another process, or the one that the settings name cannot be made (73); all
  /// the rest is done.
  Result<Done> be_found(const ProgramKind& program, Reloading::Load load);

  /// Prints a line per listener, serves until SIGTERM or SIGINT, and returns the exit status. A
  /// second signal ends the process at once, with status 1.
  int run();

 private:
  class Part;   // what one worker runs
  class Entry;  // a listener
  class UdpEcho;
  class Upgrade;

  explicit Server(const Settings& settings);
  void make_metrics(const std::vector<MetricsSource>& sources);
  [[nodiscard]] Result<WebSite> make_site(std::string_view endpoint) const;
  Result<Done> open_listeners(BoundSockets& sockets, Inheritance* inheritance);
  Result<Done> open_admin(BoundSockets& sockets, Inheritance* inheritance);
  Result<Done> take_over(Inheritance& inheritance);
  void take_over(InheritedConnection& inherited);
  [[nodiscard]] const Destination* destination_of(std::string_view service,
                                                  std::string_view endpoint) const;
  [[nodiscard]] std::size_t service_index(std::string_view name) const;  // their number: none
  void end_companions();
  void make_reports(ServiceManager manager, const Services& services);
  void make_bots();
  [[nodiscard]] bool are_programs_over() const;
  void serve(Arrival arrival);
  void on_signal();
  [[nodiscard]] Result<Done> load_tls();
  [[nodiscard]] Result<Done> take_pid_file(const std::string& program);
  [[nodiscard]] Result<Done> change(const Settings& settings);
  void begin_stop();
  void on_worker_quiet();
  void on_client_left(const Address& peer);

  const Settings settings_;
  std::vector<std::string> service_names_;       // by Destination::service
  std::vector<std::unique_ptr<WebSite>> sites_;  // of listeners, outliving the connections
  std::vector<std::unique_ptr<Part>> parts_;
  std::unique_ptr<Metrics> metrics_;
  std::unique_ptr<Admission> admission_;
  std::unique_ptr<Reception> reception_;
  std::vector<std::unique_ptr<Entry>> entries_;
  std::unique_ptr<AdminListener> admin_;
  std::vector<std::unique_ptr<UdpEcho>> udp_;
  std::vector<std::unique_ptr<SignalWatcher>> signals_;
  std::unique_ptr<Launcher> launcher_;  // outlives the programs
  std::vector<std::unique_ptr<Bot>> bots_;
  std::vector<std::shared_ptr<Companion>> companions_;
  std::function<bool(std::uint64_t patience_ms)> stand_aside_;
  std::function<void()> go_on_;
  std::vector<std::thread> threads_;
  std::unique_ptr<Upgrade> upgrade_;
  std::unique_ptr<ServiceReports> reports_;
  std::map<std::string, ServiceChange> changes_;
  std::string endpoint_;  // of the first listener, as configured, with the port that it has got
  std::optional<PidFile> pid_file_;
  std::unique_ptr<Reloading> reloading_;
  unsigned quiet_workers_ = 0;
  bool are_sockets_managed_ = false;  // the service manager has made them, and their files
  bool is_stopping_ = false;
};

}  // namespace grotto
