#include "daemon/signal_command.h"

#include <fmt/format.h>
#include <sys/types.h>
#include <sysexits.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "daemon/config.h"
#include "daemon/pid_file.h"
#include "daemon/reload_outcome.h"
#include "daemon/runtime_folder.h"
#include "net/worker.h"

namespace grotto {

namespace {

constexpr std::chrono::seconds kPatience{15};  // an upgrade may take 5 s twice
constexpr std::chrono::milliseconds kLook{10};

struct Word {
  std::string_view word;
  int signal_number;
  std::string_view done;  // if it tells what came of it: the word for that
  std::string_view help;
};
constexpr std::array kWords{
    Word{"reload", SIGHUP, "reloaded",
         "Has a running server read its configuration, its certificates and its lists anew, and\n"
         "prints what has changed. All or nothing: if something is wrong, nothing changes.\n"},
    Word{"upgrade", SIGUSR2, "upgraded",
         "Has a running server start its program's file anew and hand everything over to the new\n"
         "process, connections too. If that cannot begin, the old one goes on.\n"},
    Word{"reopen-log",
         SIGUSR1,
         {},
         "Has a running server open its --log-file anew, after somebody has moved it away.\n"}};

int fail(const ProgramKind& program, const Error& error) {
  std::fprintf(stderr, "%s: %s\n", program.name.c_str(), error.sentence.c_str());
  return error.exit_status;
}

int tell(const ProgramKind& program, const Word& word, const ReloadOutcome& outcome) {
  for (const std::string& sentence : outcome.sentences) {
    std::fprintf(
        outcome.is_good ? stdout : stderr, "%s%s\n",
        outcome.is_good ? "" : fmt::format("{}: not {}: ", program.name, word.done).c_str(),
        sentence.c_str());
  }
  return outcome.is_good ? EX_OK : EX_CONFIG;
}

/// What came of what began after `asked_ns`.
int await_outcome(const ProgramKind& program, const Word& word, const std::string& pid_file,
                  std::uint64_t asked_ns) {
  const std::string path = ReloadOutcome::path_beside(pid_file);
  const auto end = std::chrono::steady_clock::now() + kPatience;
  while (std::chrono::steady_clock::now() < end) {
    const auto outcome = ReloadOutcome::read(path);
    if (outcome && outcome->began_ns >= asked_ns) return tell(program, word, *outcome);
    std::this_thread::sleep_for(kLook);
  }
  return fail(program, {"the server was asked and has not answered; its log says what came of it.",
                        EX_TEMPFAIL});
}

const Word* find_word(std::string_view word) noexcept {
  const auto* const found = std::find_if(kWords.begin(), kWords.end(),
                                         [word](const Word& each) { return each.word == word; });
  return found == kWords.end() ? nullptr : found;
}

int help(const ProgramKind& program, const Word& word) {
  std::printf(
      "usage: %s %s [--config FILE] [--listen HOST:PORT] [--pid-file PATH]\n\n%s\n"
      "The server is found by its pid file: the one that --pid-file or the file of --config "
      "names,\n"
      "or else that of its first --listen. Give the options that the server was started with.\n",
      program.name.c_str(), std::string(word.word).c_str(), std::string(word.help).c_str());
  return EX_OK;
}

struct FoundServer {
  pid_t pid;
  std::string pid_file;
};

/// The server that these settings are of. Errors: as PidFile::owner().
Result<FoundServer> find_server(const ProgramKind& program, const Settings& settings) {
  const auto at = [](std::string path) -> Result<FoundServer> {
    const auto pid = PidFile::owner(path);
    if (!pid) return pid.error();
    return FoundServer{*pid, std::move(path)};
  };
  if (settings.pid_file == "none") {
    return Error{"no server to be found without a pid file: see --pid-file.", EX_UNAVAILABLE};
  }
  if (!settings.pid_file.empty()) return at(settings.pid_file);
  const std::string endpoint = all_listeners(settings).front().endpoint;
  auto found = at(default_pid_file(program.name, endpoint));
  if (found) return found;
  // Or it is the unit's, and we are somebody outside of it.
  auto of_service = at(pid_file_in(kServiceRuntimeFolder, program.name, endpoint));
  return of_service ? of_service : found;
}

}  // namespace

bool is_signal_command(std::string_view word) noexcept {
  return find_word(word) != nullptr;
}

int run_signal_command(const ProgramKind& program, int argc, const char* const* argv) {
  const Word& word = *find_word(argv[0]);
  std::vector<const char*> words(argv, argv + argc);
  words[0] = program.name.c_str();
  const auto config =
      load_config(program, static_cast<int>(words.size()), words.data(), process_environment());
  if (!config) return fail(program, config.error());
  if (config->act == Act::help) return help(program, word);
  const auto server = find_server(program, config->settings);
  if (!server) return fail(program, server.error());
  const std::uint64_t asked_ns = Worker::now_ns();
  if (::kill(server->pid, word.signal_number) != 0) {
    return fail(program,
                {fmt::format("process {}: {}.", server->pid, std::strerror(errno)), EX_NOPERM});
  }
  if (word.done.empty()) return EX_OK;
  return await_outcome(program, word, server->pid_file, asked_ns);
}

}  // namespace grotto
