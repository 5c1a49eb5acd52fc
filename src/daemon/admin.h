// AdminListener: `--admin HOST:PORT`: /metrics and /healthz for those who run the server, and
// nothing else.
//
// Its connections are no clients: no limit of clients counts them, and they come in when the server
// is full. At most kConnectionsMax are open at once; one more is answered 503 and closed. A scraper
// that stalls is closed by the deadlines of HTTP (Limits::http_head_ms, http_keep_alive_ms).
// Threads: worker 0's. Lifetime: destroyed when the worker has no connections left, before it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "base/descriptor.h"
#include "base/result.h"
#include "base/thinned_log.h"
#include "door/web_site.h"
#include "grotto/service.h"
#include "net/listener.h"
#include "net/worker.h"

namespace grotto {

/// What it is called where listeners are told apart by their services.
inline constexpr std::string_view kAdminWord = "admin";

class AdminListener final : private ListenerHandler {
 public:
  static constexpr std::size_t kConnectionsMax = 16;

  /// `site`: of its pages alone (WatchPages::is_all). `inherited`: the socket that another process
  /// has opened for it; none: it is opened here. Errors: as Listener::open().
  static Result<std::unique_ptr<AdminListener>> open(Worker& worker, const std::string& endpoint,
                                                     WebSite site, Descriptor inherited);
  ~AdminListener();

  /// Accepts from now on, and prints a line that says where. A listener that other machines can
  /// reach is a warning in the log.
  void start();
  void stop();
  /// Another process listens on it.
  void disown() { listener_->disown(); }
  [[nodiscard]] int descriptor() const { return listener_->descriptor(); }

 private:
  class Door;
  class Nothing;

  AdminListener(Worker& worker, WebSite site);
  void on_accept(int fd, const Address& peer) override;
  void on_accept_error(int error) override;

  Worker& worker_;
  const WebSite site_;
  const std::unique_ptr<Service> service_;
  std::size_t open_ = 0;
  ThinnedLog failures_{worker_.wheel(), "accept failed", 1};
  std::unique_ptr<Listener> listener_;
};

}  // namespace grotto
