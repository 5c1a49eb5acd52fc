#include "system/privileges.h"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>

#include "in_a_child.h"

#ifdef __linux__
#include <sys/prctl.h>
#endif

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

bool is_root() {
  return ::geteuid() == 0;
}

/// The value of a field of a thread's status: "CapEff", "NoNewPrivs".
std::string status_of_this_thread(const std::string& field) {
  std::ifstream status("/proc/thread-self/status");
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with(field + ":"))
      return line.substr(line.find_first_not_of("\t ", field.size() + 1));
  }
  return {};
}

constexpr const char* kNone = "0000000000000000";

bool has_nothing() {
  for (const char* set : {"CapInh", "CapPrm", "CapEff", "CapAmb"}) {
    if (status_of_this_thread(set) != kNone) return false;
  }
  return status_of_this_thread("NoNewPrivs") == "1";
}

}  // namespace

TEST_CASE("Privileges: a user or a group that there is not is told by name") {
  const auto nobody = find_user("no-such-user-here");
  REQUIRE_FALSE(nobody.has_value());
  CHECK(nobody.error().sentence == "there is no user \"no-such-user-here\".");
  CHECK(nobody.error().exit_status == 67);
  const auto group = find_user("root:no-such-group-here");
  REQUIRE_FALSE(group.has_value());
  CHECK(group.error().sentence == "there is no group \"no-such-group-here\".");
}

TEST_CASE("Privileges: a user comes with his group and home, or with the group that is named") {
  const auto root = find_user("root");
  REQUIRE(root.has_value());
  CHECK(root->user == 0);
  CHECK(root->group == 0);
  CHECK(root->home == "/root");
  const auto daemon = find_user("root:daemon");
  REQUIRE(daemon.has_value());
  CHECK(daemon->group != 0);
}

TEST_CASE("Privileges: who is not root cannot become somebody else, but is himself") {
  const int status = in_a_child([] {
    const auto user = find_user("daemon");
    if (!user) return 1;
    if (is_root()) {
      if (!become(*user)) return 2;
    }
    const auto root = find_user("root");
    const auto refused = become(*root);
    if (refused.has_value()) return 3;
    if (!refused.error().sentence.starts_with("only root can become root (--user)")) return 4;
    if (refused.error().exit_status != 77) return 5;
    if (is_root()) return 6;
    const User self{.name = "self", .home = "/", .user = ::getuid(), .group = ::getgid()};
    return become(self) ? 0 : 7;
  });
  CHECK(status == 0);
}

TEST_CASE("Privileges: root becomes a user with his groups and home, and cannot go back") {
  if (!is_root()) return;
  const int status = in_a_child([] {
    const auto user = find_user("daemon");
    if (!user || !become(*user)) return 1;
    if (::getuid() != user->user || ::geteuid() != user->user) return 2;
    if (::getgid() != user->group || ::getegid() != user->group) return 3;
    if (::setuid(0) == 0 || ::seteuid(0) == 0 || ::setgid(0) == 0) return 4;
    if (std::string(::getenv("HOME")) != user->home) return 5;
    gid_t groups[64];  // NOLINT(modernize-avoid-c-arrays)
    const int count = ::getgroups(64, groups);
    for (int i = 0; i < count; ++i) {
      if (groups[i] == 0) return 6;  // of root's none is left
    }
    return 0;
  });
  CHECK(status == 0);
}

#ifdef __linux__

TEST_CASE("Privileges: none is left to any thread, nor to what it starts") {
  const int status = in_a_child([] {
    if (!forbid_new_privileges() || !drop_capabilities()) return 1;
    if (!has_nothing()) return 2;
    if (is_root() && status_of_this_thread("CapBnd") != kNone) return 3;
    bool is_so = false;
    std::thread([&] { is_so = has_nothing(); }).join();
    return is_so ? 0 : 4;
  });
  CHECK(status == 0);
}

TEST_CASE("Privileges: without a core nobody of the same user may look in, and no file is left") {
  const int status = in_a_child([] {
    forbid_core();
    rlimit limit{};
    ::getrlimit(RLIMIT_CORE, &limit);
    if (limit.rlim_cur != 0 || limit.rlim_max != 0) return 1;
    return ::prctl(PR_GET_DUMPABLE) == 0 ? 0 : 2;
  });
  CHECK(status == 0);
}

#endif
