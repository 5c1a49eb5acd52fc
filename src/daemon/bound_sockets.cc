#include "daemon/bound_sockets.h"

#include <algorithm>
#include <utility>

#include "daemon/admin.h"
#include "net/bind_socket.h"
#include "net/endpoint.h"
#include "system/inherited_sockets.h"

namespace grotto {

/// False: there are none.
Result<bool> BoundSockets::take_inherited(Settings& settings,
                                          const std::vector<std::string>& services) {
  auto sockets = take_inherited_sockets();
  if (!sockets) return sockets.error();
  if (sockets->empty()) return false;
  is_of_service_manager_ = true;
  settings.listen.clear();
  settings.listeners.clear();
  for (InheritedSocket& each : *sockets) {
    const bool is_service =
        std::find(services.begin(), services.end(), each.name) != services.end();
    ListenerSettings listener;
    listener.service = is_service ? each.name : settings.service;
    listener.endpoint = each.endpoint;
    if (listener.service == "prompt" && settings.script.empty()) {
      return Error{"the service manager has a socket for prompt, which needs a script.", 78};
    }
    bound_.push_back({listener.service, each.endpoint, std::move(each.fd), {}});
    settings.listeners.push_back(std::move(listener));
  }
  return true;
}

Result<BoundSockets> BoundSockets::open(Settings& settings,
                                        const std::vector<std::string>& services,
                                        const IsHandedOver& is_handed_over) {
  BoundSockets all;
  auto inherited = all.take_inherited(settings, services);
  if (!inherited) return inherited.error();
  for (const ListenerSettings& each : all_listeners(settings)) {
    Bound* bound = *inherited ? all.find(each.service, each.endpoint) : nullptr;
    if (bound == nullptr) {
      if (is_handed_over && is_handed_over(each)) continue;
      auto fd = bind_listener(each.endpoint);
      if (!fd) return fd.error();
      all.bound_.push_back({each.service, each.endpoint, std::move(*fd), {}});
      bound = &all.bound_.back();
    }
    const bool is_unix = each.endpoint.starts_with("unix:");
    if (!settings.udp || each.service != "echo" || is_unix) continue;
    auto fd = bind_datagrams(Endpoint::bound_to(bound->listener.get()).to_string());  // its port
    if (!fd) return fd.error();
    bound->datagrams = std::move(*fd);
  }
  ListenerSettings admin;
  admin.service = kAdminWord;
  admin.endpoint = settings.admin;
  if (admin.endpoint.empty() || (is_handed_over && is_handed_over(admin))) return all;
  auto fd = bind_listener(admin.endpoint);
  if (!fd) return fd.error();
  all.bound_.push_back({admin.service, admin.endpoint, std::move(*fd), {}});
  return all;
}

BoundSockets::Bound* BoundSockets::find(std::string_view service, std::string_view endpoint) {
  const auto found = std::find_if(bound_.begin(), bound_.end(), [&](const Bound& each) {
    return each.service == service && each.endpoint == endpoint && each.listener.get() >= 0;
  });
  return found == bound_.end() ? nullptr : &*found;
}

Descriptor BoundSockets::take_listener(std::string_view service, std::string_view endpoint) {
  Bound* const found = find(service, endpoint);
  return found == nullptr ? Descriptor() : std::move(found->listener);
}

Descriptor BoundSockets::take_datagrams(std::string_view service, std::string_view endpoint) {
  for (Bound& each : bound_) {
    if (each.service == service && each.endpoint == endpoint && each.datagrams.get() >= 0) {
      return std::move(each.datagrams);
    }
  }
  return {};
}

}  // namespace grotto
