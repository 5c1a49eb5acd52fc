// Privileges: what the process may do, given up step by step once its sockets are bound.
// Threads: from main, with no other thread running, so that all that come later have as little.
#pragma once

#include <sys/types.h>

#include <string>

#include "base/result.h"

namespace grotto {

struct User {
  std::string name;
  std::string home;
  uid_t user = 0;
  gid_t group = 0;
};

/// "NAME" or "NAME:GROUP", of the system's databases. Errors, with exit status 67 (EX_NOUSER):
/// there is no such user, or group.
Result<User> find_user(const std::string& text);

/// This process is the user's from here on, with its groups and no way back; HOME, USER and LOGNAME
/// are the user's too. Nothing happens if it is already. Errors, with exit status 77 (EX_NOPERM):
/// only root may.
Result<Done> become(const User& user);

/// No program that is started can have more than this process (no set-user-ID, no file
/// capabilities): "no new privileges", and the bounding set is empty. Before become(), which leaves
/// nobody who may empty it. Errors, with exit status 71: the system does not let it.
Result<Done> forbid_new_privileges();

/// No capability is left in any set. Errors, with exit status 71: the system does not let it.
Result<Done> drop_capabilities();

/// No core file is written and no other process of the same user may look into this one: it has
/// passwords and keys in memory.
void forbid_core() noexcept;

}  // namespace grotto
