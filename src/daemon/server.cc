#include "daemon/server.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>

#include "daemon/bot_options.h"
#include "daemon/entry.h"
#include "daemon/inheritance.h"
#include "daemon/open_tls.h"
#include "daemon/part.h"
#include "daemon/upgrade.h"
#include "door/saved_door.h"
#include "net/saved_connection.h"

namespace grotto {

// ---- Construction ------------------------------------------------------------------------------

Server::Server(const Settings& settings)
    : settings_(settings), upgrade_(std::make_unique<Upgrade>(*this)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::create(const Settings& settings, const Services& services,
                                               Confined confined, Inheritance* inheritance) {
  std::unique_ptr<Server> server(new Server(settings));
  for (const ListenerSettings& listener : all_listeners(settings)) {
    auto& names = server->service_names_;
    if (std::find(names.begin(), names.end(), listener.service) == names.end()) {
      names.push_back(listener.service);
    }
  }
  for (unsigned index = 0; index < settings.workers; ++index) {
    auto worker = Worker::create(index, settings.workers, settings.limits);
    if (!worker) return worker.error();
    server->parts_.push_back(std::make_unique<Part>(std::move(*worker)));
    for (const std::string& name : server->service_names_) {
      server->parts_.back()->add_service(name, services.factories.at(name));
    }
  }
  if (auto done = server->load_tls(); !done) return done.error();
  server->admission_ = std::make_unique<Admission>(
      settings.limits, Admission::Rules{settings.allow, settings.deny, settings.wait_turn});
  server->reception_ = std::make_unique<Reception>(
      server->parts_[0]->worker(), *server->admission_, settings.trusted_proxies,
      [self = server.get()](Arrival arrival) { self->serve(std::move(arrival)); });
  Worker& main_worker = server->parts_[0]->worker();
  server->launcher_ = std::make_unique<Launcher>(main_worker, std::move(confined.helper));
  main_worker.set_launcher(server->launcher_.get());
  server->make_metrics(services.metrics);
  const auto opened = server->open_listeners(confined.sockets, inheritance);
  if (!opened) return opened.error();
  if (auto done = server->open_admin(confined.sockets, inheritance); !done) return done.error();
  if (inheritance != nullptr) {
    if (auto done = server->take_over(*inheritance); !done) return done.error();
  }
  server->stand_aside_ = services.stand_aside;
  server->go_on_ = services.go_on;
  server->make_reports(std::move(confined.manager), services);
  server->make_bots();
  server->companions_ = services.companions;
  server->changes_ = services.changes;
  for (const auto& each : server->companions_) each->attach(server->parts_[0]->worker());
  server->parts_[0]->wait_also_for([self = server.get()] { return self->are_programs_over(); });
  return server;
}

void Server::make_reports(ServiceManager manager, const Services& services) {
  std::vector<Worker*> workers;
  workers.reserve(parts_.size());
  for (const auto& part : parts_) workers.push_back(&part->worker());
  auto status = [this, of_services = services.status] {
    std::size_t connections = 0;
    for (const auto& part : parts_) connections += part->load();
    const std::string first = of_services ? of_services() + ", " : std::string();
    return fmt::format("{}{} {}", first, connections,
                       connections == 1 ? "connection" : "connections");
  };
  reports_ =
      std::make_unique<ServiceReports>(std::move(manager), std::move(workers), std::move(status));
}

void Server::make_bots() {
  if (settings_.bots.empty()) return;
  Part& part = *parts_[0];
  const auto chat = std::find(service_names_.begin(), service_names_.end(), "chat");
  Service& service = part.service(static_cast<std::size_t>(chat - service_names_.begin()));
  for (const BotChoice& bot : settings_.bots) {
    bots_.push_back(std::make_unique<Bot>(
        part.worker(), make_bot_entrance(service, bot_setting(settings_, bot)), bot, Bot::Times{},
        static_cast<std::size_t>(chat - service_names_.begin())));
  }
}

bool Server::are_programs_over() const {
  const auto is_over = [](const auto& each) { return each->is_over(); };
  return std::all_of(bots_.begin(), bots_.end(), is_over) &&
         std::all_of(companions_.begin(), companions_.end(), is_over);
}

Result<WebSite> Server::make_site(std::string_view endpoint) const {
  // The host alone: "127.0.0.1", "[::1]"; a Unix socket has none.
  const bool is_unix = endpoint.starts_with("unix:");
  const std::string_view host =
      is_unix ? std::string_view() : endpoint.substr(0, endpoint.rfind(':'));
  auto hosts = HostRules::create(settings_.web_hosts, host);
  if (!hosts) return hosts.error();
  return WebSite{
      .hosts = std::move(*hosts), .service = settings_.service, .base = settings_.web_base};
}

std::size_t Server::service_index(std::string_view name) const {
  const auto place = std::find(service_names_.begin(), service_names_.end(), name);
  return static_cast<std::size_t>(place - service_names_.begin());
}

Result<Done> Server::open_listeners(BoundSockets& sockets, Inheritance* inheritance) {
  Worker& worker = parts_[0]->worker();
  are_sockets_managed_ = sockets.is_of_service_manager() ||
                         (inheritance != nullptr && inheritance->are_sockets_managed());
  for (const ListenerSettings& settings : all_listeners(settings_)) {
    Destination destination;
    destination.service = service_index(settings.service);
    destination.origin = static_cast<std::uint16_t>(entries_.size());
    const bool is_echo = settings.service == "echo";
    destination.tells_waiting = !is_echo;
    destination.doors =
        settings.doors.empty() ? DoorSet::usual(is_echo) : *DoorSet::from(settings.doors);
    destination.doors.telnet_first = settings.telnet_first;
    if (destination.doors.web) {
      auto site = make_site(settings.endpoint);
      if (!site) return site.error();
      if (settings_.admin.empty()) {
        site->watch.metrics = [this] { return metrics_->text(); };
        site->watch.readers = settings_.metrics_readers;
      }
      sites_.push_back(std::make_unique<WebSite>(std::move(*site)));
      destination.doors.site = sites_.back().get();
    }
    if (settings_.tls == TlsChoice::only) destination.doors.tls = destination.doors.tls_only = true;
    entries_.push_back(std::make_unique<Entry>(*this, worker, settings, destination));
    Descriptor socket = sockets.take_listener(settings.service, settings.endpoint);
    if (inheritance != nullptr && socket.get() < 0) {
      socket = inheritance->take_listener(settings.service, settings.endpoint);
    }
    const auto opened = entries_.back()->open(worker, std::move(socket));
    if (!opened) return opened.error();
    if (are_sockets_managed_) entries_.back()->disown();
    if (endpoint_.empty()) {
      endpoint_ =
          settings.endpoint.ends_with(":0") ? entries_.back()->local_name() : settings.endpoint;
    }
    if (!settings_.udp || !is_echo || settings.endpoint.starts_with("unix:")) continue;
    udp_.push_back(std::make_unique<UdpEcho>(worker, *admission_, settings.endpoint));
    Descriptor datagrams = sockets.take_datagrams(settings.service, settings.endpoint);
    if (inheritance != nullptr && datagrams.get() < 0) {
      datagrams = inheritance->take_datagrams(settings.endpoint);
    }
    // The same port.
    const auto bound = udp_.back()->open(entries_.back()->local_name(), std::move(datagrams));
    if (!bound) return bound.error();
  }
  return Done{};
}

/// After all listeners of services, so that none of theirs is taken by it.
Result<Done> Server::open_admin(BoundSockets& sockets, Inheritance* inheritance) {
  if (settings_.admin.empty()) return Done{};
  auto site = make_site(settings_.admin);
  if (!site) return site.error();
  site->base.clear();  // no proxy of the page's is in front of it
  site->watch.metrics = [this] { return metrics_->text(); };
  site->watch.is_all = true;
  Descriptor socket = sockets.take_listener(kAdminWord, settings_.admin);
  if (inheritance != nullptr && socket.get() < 0) {
    socket = inheritance->take_listener(kAdminWord, settings_.admin);
  }
  auto opened = AdminListener::open(parts_[0]->worker(), settings_.admin, std::move(*site),
                                    std::move(socket));
  if (!opened) return opened.error();
  admin_ = std::move(*opened);
  return Done{};
}

void Server::make_metrics(const std::vector<MetricsSource>& sources) {
  Metrics::Parts parts;
  for (const auto& part : parts_) parts.workers.push_back(&part->worker().counters());
  parts.services = service_names_;
  parts.clients_max = settings_.limits.clients_max;
  parts.sources = sources;
  metrics_ = std::make_unique<Metrics>(std::move(parts));
}

// ---- What another process served ----------------------------------------------------------------

Result<Done> Server::take_over(Inheritance& inheritance) {
  for (const Inheritance::InheritedService& each : inheritance.services()) {
    const std::size_t index = service_index(each.name);
    if (index == service_names_.size()) continue;  // it is not there any more, nor who uses it
    Service& service = parts_[0]->service(index);
    StateReader state(each.shared);
    service.restore_shared(state);
    if (!state.is_good()) {
      return Error{fmt::format("what {} had to hand over makes no sense.", each.name), 78};
    }
    for (const std::string_view absent : each.absent) {
      StateReader one(absent);
      service.restore_absent(one);
    }
  }
  for (InheritedConnection& each : inheritance.connections()) take_over(each);
  for (const Inheritance::InheritedService& each : inheritance.services()) {
    const std::size_t index = service_index(each.name);
    if (index < service_names_.size()) parts_[0]->service(index).end_restoring();
  }
  return Done{};
}

/// Who came in by a listener that is no more stays with its service, by another one's rules.
const Destination* Server::destination_of(std::string_view service,
                                          std::string_view endpoint) const {
  const Destination* found = nullptr;
  for (const auto& entry : entries_) {
    if (entry->settings().service != service) continue;
    if (found == nullptr || entry->settings().endpoint == endpoint) found = &entry->destination();
  }
  return found;
}

void Server::take_over(InheritedConnection& inherited) {
  StateReader state(inherited.saved);
  SavedConnection saved = SavedConnection::read(state);
  const Destination* const destination = destination_of(inherited.service, inherited.endpoint);
  if (!state.is_good() || destination == nullptr) return;  // it is closed
  saved.origin = destination->origin;
  StateReader handler(saved.handler);
  if (handler.choice(SavedDoor::arrival) == SavedDoor::arrival && handler.is_good()) {
    return reception_->receive(
        {std::move(inherited.fd), saved.peer, std::string(handler.text()), *destination});
  }
  admission_->take_over(saved.peer);
  const auto least = std::min_element(
      parts_.begin(), parts_.end(),
      [](const auto& one, const auto& other) { return one->load() < other->load(); });
  (*least)->take_over(std::move(inherited.fd), saved, *destination);
}

// ---- Serving -----------------------------------------------------------------------------------

void Server::serve(Arrival arrival) {
  if (is_stopping_) return;
  const auto least = std::min_element(
      parts_.begin(), parts_.end(),
      [](const auto& one, const auto& other) { return one->load() < other->load(); });
  (*least)->serve(std::move(arrival));
}

void Server::on_client_left(const Address& peer) {
  reception_->on_left(peer);
}

int Server::run() {
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGXFSZ, SIG_IGN);  // a file as large as it may be is a fault of the store's disk
  Worker& main_worker = parts_[0]->worker();
  for (const int number : {SIGTERM, SIGINT}) {
    signals_.push_back(SignalWatcher::watch(main_worker, number, [this] { on_signal(); }));
  }
  for (auto& part : parts_) {
    // The first worker's own clients need no wake-up, which would be two system calls a client.
    const bool is_main = part == parts_.front();
    part->start([this, &main_worker, is_main](const Address& peer) {
      auto task = [this, peer] { on_client_left(peer); };
      is_main ? main_worker.defer(std::move(task)) : main_worker.post(std::move(task));
    });
  }
  for (std::size_t i = 1; i < parts_.size(); ++i) {
    threads_.emplace_back([part = parts_[i].get()] { part->worker().run(); });
  }
  for (const auto& bot : bots_) bot->start();  // in before any client
  for (auto& entry : entries_) entry->start();
  for (const auto& udp : udp_) udp->announce();
  reports_->start();
  if (admin_ != nullptr) admin_->start();
  main_worker.run();
  for (std::thread& thread : threads_) thread.join();
  bots_.clear();
  for (const auto& each : companions_) each->detach();
  upgrade_.reset();
  launcher_.reset();
  reports_.reset();
  signals_.clear();
  reloading_.reset();
  udp_.clear();
  entries_.clear();
  admin_.reset();
  metrics_.reset();  // it may hold what goes with the services
  parts_.clear();
  return 0;
}

// ---- The end -----------------------------------------------------------------------------------

void Server::on_signal() {
  if (is_stopping_) ::_exit(1);  // asked twice: now
  begin_stop();
}

void Server::begin_stop() {
  is_stopping_ = true;
  upgrade_->give_up_quietly();
  log::info("stopping");
  reports_->tell_stopping();
  reception_->close();
  for (auto& entry : entries_) entry->stop();
  if (admin_ != nullptr) admin_->stop();
  udp_.clear();
  // First all workers stop reading and publish what they took; only then does anybody say goodbye,
  // so that the last lines reach everybody. The second post of each comes after its tick.
  for (auto& part : parts_) {
    Part* const each = part.get();
    each->worker().post([this, each] {
      each->stop_reading();
      each->worker().post([this, each] {
        parts_[0]->worker().post([this] { on_worker_quiet(); });
        static_cast<void>(each);
      });
    });
  }
}

void Server::on_worker_quiet() {
  if (++quiet_workers_ < parts_.size()) return;
  for (auto& part : parts_) {
    Part* const each = part.get();
    each->worker().post([each] { each->say_goodbye(); });
  }
  // After the goodbyes, so that no room reads that they leave.
  parts_[0]->worker().post([this] { end_companions(); });
}

void Server::end_companions() {
  for (const auto& bot : bots_) bot->stop();
  for (const auto& each : companions_) each->stop();
}

}  // namespace grotto
