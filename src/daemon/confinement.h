// Confinement: the steps by which a process that may do much becomes one that may do what a server
// needs: sockets are bound, the user changed, capabilities and core files given up, the launch
// helper forked, and last the system-call filter set. Everything after it, files of the store and
// all threads among it, is of what is left. Threads: from main, with no other thread running.
#pragma once

#include <optional>

#include "base/result.h"
#include "daemon/bound_sockets.h"
#include "net/launch_helper.h"
#include "system/service_manager.h"

namespace grotto {

/// What was made while the process still might.
struct Confined {
  BoundSockets sockets;
  LaunchHelper helper;
  ServiceManager manager;
};

/// Errors: what cannot be bound (69), no such user (67), not root (77), no filter (69), no helper
/// (71).
Result<Confined> confine(Settings& settings, const std::vector<std::string>& services,
                         const BoundSockets::IsHandedOver& is_handed_over = {});

}  // namespace grotto
