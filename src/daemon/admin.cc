#include "daemon/admin.h"

#include <cstdio>
#include <cstring>
#include <utility>

#include "base/log.h"
#include "door/web_door.h"
#include "net/last_words.h"

namespace grotto {

namespace {

constexpr std::string_view kBusy =
    "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nRetry-After: 10\r\n"
    "Connection: close\r\n\r\n";

bool is_of_this_machine(const std::string& local_name) {
  if (local_name.starts_with("unix:")) return true;
  std::string host = local_name.substr(0, local_name.rfind(':'));
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  return Address::from_host(host).is_loopback();
}

}  // namespace

/// The service behind it: there is none.
class AdminListener::Nothing final : public Service {
 public:
  void on_open(Session& session) override { session.finish(CloseReason::service_ended, {}); }
};

/// A web door that is counted.
class AdminListener::Door final : public ConnectionHandler {
 public:
  explicit Door(AdminListener& admin) : admin_(admin), web_(*admin.service_, admin.site_) {
    ++admin_.open_;
  }
  ~Door() override { --admin_.open_; }

  void on_open(Connection& connection) override { web_.on_open(connection); }
  void on_bytes(Connection& connection, std::string_view bytes) override {
    web_.on_bytes(connection, bytes);
  }
  void on_end_of_input(Connection& connection) override { web_.on_end_of_input(connection); }
  void on_outbox_low(Connection& connection) override { web_.on_outbox_low(connection); }
  void on_closed(Connection& connection, CloseReason reason) override {
    web_.on_closed(connection, reason);
  }

 private:
  AdminListener& admin_;
  WebDoor web_;
};

AdminListener::AdminListener(Worker& worker, WebSite site)
    : worker_(worker), site_(std::move(site)), service_(std::make_unique<Nothing>()) {}

AdminListener::~AdminListener() = default;

Result<std::unique_ptr<AdminListener>> AdminListener::open(Worker& worker,
                                                           const std::string& endpoint,
                                                           WebSite site, Descriptor inherited) {
  std::unique_ptr<AdminListener> made(new AdminListener(worker, std::move(site)));
  auto opened = inherited.get() >= 0
                    ? Listener::take_over(worker, inherited.release(), endpoint, *made, kBusy)
                    : Listener::open(worker, endpoint, *made, kBusy);
  if (!opened) return opened.error();
  made->listener_ = std::move(*opened);
  return made;
}

void AdminListener::start() {
  listener_->start();
  const std::string name = listener_->local_name();
  std::printf("listening admin %s\n", name.c_str());
  std::fflush(stdout);
  if (is_of_this_machine(name)) return;
  log::warning("other machines can reach the admin listener, which asks for no password",
               {{"listener", name}});
}

void AdminListener::stop() {
  listener_->stop();
}

void AdminListener::on_accept(int fd, const Address& peer) {
  if (open_ >= kConnectionsMax) return say_last_words(fd, kBusy);
  Descriptor owned(fd);
  auto door = std::make_unique<Door>(*this);
  worker_.adopt(owned.release(), peer, std::move(door));
}

void AdminListener::on_accept_error(int error) {
  worker_.counters().accept_errors.add();
  failures_.note({{"listener", listener_->local_name()}, {"error", std::strerror(error)}});
}

}  // namespace grotto
