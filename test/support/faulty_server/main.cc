// faulty_server: a line server with one fault, for the tests of grotto-load. See --help.
#include <sys/prctl.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "fault.h"
#include "options.h"
#include "server.h"
#include "service.h"

namespace {

volatile std::sig_atomic_t must_stop = 0;

// Blocked but while the server waits, so that none is missed between looking and waiting.
sigset_t take_signals() {
  sigset_t blocked;
  sigset_t waiting;
  sigemptyset(&blocked);
  for (const int number : {SIGTERM, SIGINT}) {
    sigaddset(&blocked, number);
    std::signal(number, [](int) { must_stop = 1; });
  }
  sigprocmask(SIG_BLOCK, &blocked, &waiting);
  return waiting;
}

int fail(const std::string& sentence, int exit_status) {
  std::fprintf(stderr, "%s\n", sentence.c_str());
  return exit_status;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  if (!words.empty() && words[0] == "--help")
    return std::fputs(faulty_server::usage().c_str(), stdout) < 0;
  std::string mistake;
  auto options = faulty_server::parse_options(words, mistake);
  if (!options) return fail(mistake, 64);
  const auto fault = faulty_server::make_fault(*options);
  if (!fault) return fail("faulty_server knows no fault \"" + options->fault + "\".", 64);
  const auto service = faulty_server::make_service(options->service, *fault);
  if (!service) return fail("faulty_server knows no service \"" + options->service + "\".", 64);

  // Without this the kernel wakes us up to 50 us after the time that was asked for.
  prctl(PR_SET_TIMERSLACK, 1UL, 0UL, 0UL, 0UL);
  const sigset_t waiting = take_signals();
  faulty_server::Server server(*service, *fault, options->every, options->is_for_all);
  if (!server.listen()) return fail(std::string("Cannot listen: ") + std::strerror(errno) + ".", 1);
  std::printf("listening %s 127.0.0.1:%d\n", options->fault.c_str(), server.port());
  std::fflush(stdout);
  server.run(must_stop, waiting);
  return 0;
}
