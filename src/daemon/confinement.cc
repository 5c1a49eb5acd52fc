#include "daemon/confinement.h"

#include <utility>

#include "system/privileges.h"
#include "system/system_call_filter.h"

namespace grotto {

Result<Confined> confine(Settings& settings, const std::vector<std::string>& services,
                         const BoundSockets::IsHandedOver& is_handed_over) {
  std::optional<User> user;
  if (!settings.user.empty()) {
    auto found = find_user(settings.user);
    if (!found) return found.error();
    user = std::move(*found);
  }
  auto sockets = BoundSockets::open(settings, services, is_handed_over);
  if (!sockets) return sockets.error();
  ServiceManager manager = ServiceManager::from_environment();
  if (auto done = forbid_new_privileges(); !done) return done.error();
  if (user) {
    if (auto done = become(*user); !done) return done.error();
  }
  if (auto done = drop_capabilities(); !done) return done.error();
  if (!settings.leaves_core) forbid_core();  // after the user: a change of user sets it anew
  auto helper = fork_launch_helper();
  if (!helper) return helper.error();
  if (settings.is_filtered) {
    if (auto done = SystemCallFilter::set(); !done) return done.error();
  }
  return Confined{std::move(*sockets), std::move(*helper), std::move(manager)};
}

}  // namespace grotto
