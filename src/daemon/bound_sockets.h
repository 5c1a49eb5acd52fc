// Bound sockets: what the server listens on, opened while the process may still bind what it likes:
// those of the service manager, else those of the settings.
// Threads: from main, with no other thread running.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"
#include "daemon/settings.h"

namespace grotto {

class BoundSockets {
 public:
  /// Whether another process hands that listener over, so that it cannot be bound.
  using IsHandedOver = std::function<bool(const ListenerSettings& listener)>;

  /// Binds all listeners of the settings, and that of --admin. If a service manager hands sockets
  /// over, they are the listeners, and those of the settings are forgotten: each serves what its
  /// name says (chat, echo, prompt), any other name what the command line says. Errors: as
  /// Listener::open(); a socket that cannot be used (69).
  static Result<BoundSockets> open(Settings& settings, const std::vector<std::string>& services,
                                   const IsHandedOver& is_handed_over);

  /// Each once; then, and for one that was not bound here, an empty one.
  Descriptor take_listener(std::string_view service, std::string_view endpoint);
  Descriptor take_datagrams(std::string_view service, std::string_view endpoint);
  /// Its file is not ours to remove.
  [[nodiscard]] bool is_of_service_manager() const noexcept { return is_of_service_manager_; }

 private:
  struct Bound {
    std::string service;
    std::string endpoint;
    Descriptor listener;
    Descriptor datagrams;
  };

  Bound* find(std::string_view service, std::string_view endpoint);
  Result<bool> take_inherited(Settings& settings, const std::vector<std::string>& services);

  std::vector<Bound> bound_;
  bool is_of_service_manager_ = false;
};

}  // namespace grotto
