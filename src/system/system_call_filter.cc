#include "system/system_call_filter.h"

#include <fmt/format.h>
#include <seccomp.h>
#include <ucontext.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>

#include "system/system_call_list.h"

namespace grotto {

namespace {

constexpr std::size_t kNumbersMax = 1'024;  // those above are refused without a word
std::array<std::atomic_flag, kNumbersMax> told{};

/// In a signal handler: nothing but write(2).
void tell(int number) noexcept {
  if (number < 0 || static_cast<std::size_t>(number) >= kNumbersMax) return;
  if (told[static_cast<std::size_t>(number)].test_and_set()) return;
  std::array<char, 128> line{};
  constexpr std::string_view kBefore = "system call ";
  constexpr std::string_view kAfter = " is not on the list of --seccomp and was refused\n";
  std::size_t size = kBefore.copy(line.data(), kBefore.size());
  std::array<char, 4> digits{};
  std::size_t count = 0;
  for (int rest = number; count == 0 || rest > 0; rest /= 10) {
    digits[count++] = static_cast<char>('0' + rest % 10);
  }
  while (count > 0) line[size++] = digits[--count];
  size += kAfter.copy(line.data() + size, kAfter.size());
  static_cast<void>(::write(STDERR_FILENO, line.data(), size) < 0);
}

#if defined(__x86_64__) || defined(__aarch64__)
constexpr std::uint32_t kRefusal = SCMP_ACT_TRAP;

/// The call returns EPERM.
void on_refused(int /*signal*/, siginfo_t* what, void* context) noexcept {
  const int before = errno;
  tell(what->si_syscall);
  auto& machine = static_cast<ucontext_t*>(context)->uc_mcontext;
#ifdef __x86_64__
  machine.gregs[REG_RAX] = -EPERM;
#else
  machine.regs[0] = static_cast<unsigned long long>(-EPERM);
#endif
  errno = before;
}

void catch_refusals() noexcept {
  struct sigaction action{};
  action.sa_sigaction = on_refused;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART;
  ::sigaction(SIGSYS, &action, nullptr);
}
#else
constexpr std::uint32_t kRefusal = SCMP_ACT_ERRNO(EPERM);  // silently

void catch_refusals() noexcept {}
#endif

struct Release {
  void operator()(void* filter) const noexcept { ::seccomp_release(filter); }
};

/// 0 or a negative errno.
int add_rules(scmp_filter_ctx filter) {
  for (const char* const name : allowed_system_calls()) {
    const int number = ::seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) continue;  // newer than the library: nothing asks for it
    const int error = ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0);
    if (error != 0 && error != -EDOM) return error;
  }
  for (const LimitedCall& each : limited_system_calls()) {
    const int number = ::seccomp_syscall_resolve_name(each.name);
    if (number == __NR_SCMP_ERROR) continue;
    const int error =
        ::seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 1,
                           scmp_arg_cmp{each.argument, SCMP_CMP_MASKED_EQ, each.mask, each.value});
    if (error != 0 && error != -EDOM) return error;
  }
  // Its flags are behind a pointer, which a filter cannot follow: the C library then uses clone.
  return ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
}

}  // namespace

bool SystemCallFilter::is_built_in() noexcept {
  return true;
}

Result<Done> SystemCallFilter::set() {
  const auto fail = [](int error) {
    return Error{fmt::format("the system-call filter cannot be set: {}", std::strerror(-error)),
                 69};
  };
  const std::unique_ptr<void, Release> filter(::seccomp_init(kRefusal));
  if (filter == nullptr) return fail(-ENOMEM);
  if (const int error = add_rules(filter.get()); error != 0) return fail(error);
  catch_refusals();
  if (const int error = ::seccomp_load(filter.get()); error != 0) return fail(error);
  return Done{};
}

}  // namespace grotto
