#include "system/privileges.h"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#ifdef __linux__
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <array>
#endif

namespace grotto {

namespace {

Error not_let(std::string_view what) {
  return {fmt::format("cannot give up privileges ({}): {}", what, std::strerror(errno)), EX_OSERR};
}

bool is_already(const User& user) {
  return ::geteuid() == user.user && ::getuid() == user.user && ::getegid() == user.group &&
         ::getgid() == user.group;
}

}  // namespace

Result<User> find_user(const std::string& text) {
  const std::size_t colon = text.find(':');
  const std::string name = text.substr(0, colon);
  const passwd* const found = ::getpwnam(name.c_str());  // NOLINT(concurrency-mt-unsafe)
  if (found == nullptr) return Error{fmt::format("there is no user \"{}\".", name), EX_NOUSER};
  User user{.name = name, .home = found->pw_dir, .user = found->pw_uid, .group = found->pw_gid};
  if (colon == std::string::npos) return user;
  const std::string group_name = text.substr(colon + 1);
  const group* const of = ::getgrnam(group_name.c_str());  // NOLINT(concurrency-mt-unsafe)
  if (of == nullptr) return Error{fmt::format("there is no group \"{}\".", group_name), EX_NOUSER};
  user.group = of->gr_gid;
  return user;
}

Result<Done> become(const User& user) {
  if (is_already(user)) return Done{};
  if (::geteuid() != 0) {
    return Error{
        fmt::format("only root can become {} (--user); this is user {}.", user.name, ::geteuid()),
        EX_NOPERM};
  }
  if (::initgroups(user.name.c_str(), user.group) != 0) return not_let("groups");
  if (::setgid(user.group) != 0) return not_let("group");
  if (::setuid(user.user) != 0) return not_let("user");
  if (user.user != 0 && ::setuid(0) == 0) {
    return Error{"root can be had back after --user, which must not be.", EX_OSERR};
  }
  ::setenv("HOME", user.home.c_str(), 1);     // NOLINT(concurrency-mt-unsafe)
  ::setenv("USER", user.name.c_str(), 1);     // NOLINT(concurrency-mt-unsafe)
  ::setenv("LOGNAME", user.name.c_str(), 1);  // NOLINT(concurrency-mt-unsafe)
  return Done{};
}

#ifdef __linux__

Result<Done> forbid_new_privileges() {
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return not_let("no new privileges");
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);  // not there before Linux 4.3
  // Ends with EINVAL behind the last one, or at once with EPERM where there are none to give up.
  for (unsigned long each = 0; ::prctl(PR_CAPBSET_DROP, each, 0, 0, 0) == 0; ++each) {
  }
  return Done{};
}

Result<Done> drop_capabilities() {
  __user_cap_header_struct header{.version = _LINUX_CAPABILITY_VERSION_3, .pid = 0};
  const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (::syscall(SYS_capset, &header, none.data()) != 0) return not_let("capabilities");
  return Done{};
}

#else

Result<Done> forbid_new_privileges() {
  return Done{};
}

Result<Done> drop_capabilities() {
  return Done{};
}

#endif

void forbid_core() noexcept {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
  ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);  // a core_pattern that is a program ignores the limit
#endif
}

}  // namespace grotto
