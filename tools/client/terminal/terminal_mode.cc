#include "client/terminal/terminal_mode.h"

#include <signal.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>

#include "base/check.h"

namespace grotto::client {

namespace {

constexpr std::array kSignals = {SIGSEGV, SIGABRT, SIGBUS,  SIGFPE, SIGILL,
                                 SIGTERM, SIGHUP,  SIGQUIT, SIGINT};

struct Saved {
  int fd = -1;
  termios as_found{};
};
Saved saved;                      // constant while the handlers are there
std::atomic<bool> is_raw{false};  // lock-free, so a handler may look
static_assert(std::atomic<bool>::is_always_lock_free);

// Only async-signal-safe calls (signal-safety(7)): tcsetattr, write, sigaction, raise.
void on_fatal_signal(int number) {
  const int error = errno;
  TerminalMode::restore();
  struct sigaction by_default{};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(number, &by_default, nullptr);
  errno = error;
  ::raise(number);  // it comes when this handler returns
}

}  // namespace

Result<Done> TerminalMode::open(int fd) {
  GROTTO_CHECK(saved.fd < 0);
  termios found{};
  if (::tcgetattr(fd, &found) != 0) return Error{"Standard input is no terminal.", 64};
  saved.as_found = found;
  saved.fd = fd;
  for (const int number : kSignals) {
    struct sigaction mine{};
    struct sigaction before{};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler == SIG_IGN) continue;  // nohup
    mine.sa_handler = on_fatal_signal;
    ::sigemptyset(&mine.sa_mask);
    ::sigaction(number, &mine, nullptr);
  }
  return Done{};
}

void TerminalMode::close() noexcept {
  restore();
  for (const int number : kSignals) {
    struct sigaction before{};
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler != on_fatal_signal) continue;
    before.sa_handler = SIG_DFL;
    ::sigaction(number, &before, nullptr);
  }
  saved.fd = -1;
}

void TerminalMode::set_raw() noexcept {
  termios raw = saved.as_found;
  // Keys at once; Ctrl-C, Ctrl-Z and Ctrl-\ come as keys, in their order among the others. Output
  // stays as it is: "\n" goes to the start of the next line.
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG | IEXTEN);
  raw.c_iflag &= ~static_cast<tcflag_t>(INLCR | ICRNL | IGNCR);
  raw.c_cc[VMIN] = 1;
  raw.c_cc[VTIME] = 0;
  is_raw = true;
  ::tcsetattr(saved.fd, TCSADRAIN, &raw);
}

void TerminalMode::restore() noexcept {
  if (!is_raw.exchange(false)) return;
  ::tcsetattr(saved.fd, TCSADRAIN, &saved.as_found);
}

}  // namespace grotto::client
