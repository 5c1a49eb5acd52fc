#include "daemon/program.h"

#include <fmt/format.h>
#include <sys/resource.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <thread>
#include <utility>

#include "daemon/config.h"
#include "daemon/confinement.h"
#include "daemon/help.h"
#include "daemon/inheritance.h"
#include "daemon/open_prompt.h"
#include "daemon/open_tls.h"
#include "daemon/preview.h"

namespace grotto {

namespace {

constexpr rlim_t kDescriptorsPerBot = 2;

/// Another process goes on with what this one has of it: nothing of that may be ended here, as it
/// would be by destructors.
[[noreturn]] void give_way(int exit_status = EX_TEMPFAIL) {
  static_cast<void>(log::stop());
  ::_exit(exit_status);
}

int fail(const ProgramKind& program, const Error& error, Inheritance* inheritance = nullptr) {
  static_cast<void>(log::stop());
  std::fprintf(stderr, "%s: %s\n", program.name.c_str(), error.sentence.c_str());
  if (inheritance != nullptr) {
    inheritance->refuse(error.sentence);
    give_way(error.exit_status);
  }
  return error.exit_status;
}

/// The program's file by its name, which may lead to a newer one later; empty if nobody tells.
std::string own_file() {
  std::error_code fault;
  std::string file = std::filesystem::read_symlink("/proc/self/exe", fault).string();
  constexpr std::string_view kReplaced = " (deleted)";  // between our start and now
  if (file.ends_with(kReplaced)) file.resize(file.size() - kReplaced.size());
  return file;
}

void print(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

/// The soft limit of descriptors is raised to the hard one; returns it.
rlim_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  if (limit.rlim_cur < limit.rlim_max) {
    rlimit raised = limit;
    raised.rlim_cur = limit.rlim_max;
    if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  }
  return limit.rlim_cur;
}

/// As many clients as descriptors allow, less a reserve for loops, listeners, logs and refusals,
/// and for those who wait for their turn, who have half of them at most; fewer if so configured.
void share_descriptors(Settings& settings) {
  Limits& limits = settings.limits;
  const rlim_t descriptors = raise_descriptor_limit();
  const rlim_t reserve = limits.descriptors_reserved + kDescriptorsPerBot * settings.bots.size();
  auto possible =
      static_cast<std::size_t>(descriptors > 2 * reserve ? descriptors - reserve : descriptors / 2);
  if (settings.wait_turn) {
    limits.waiting_max = std::min(limits.waiting_max, possible / 2);
    possible -= limits.waiting_max;
  }
  limits.clients_max = limits.clients_max == 0 ? possible : std::min(limits.clients_max, possible);
}

/// What the configuration leaves to the machine.
void resolve_for_machine(Settings& settings) {
  if (settings.workers == 0) settings.workers = std::max(1U, std::thread::hardware_concurrency());
  share_descriptors(settings);
}

void tell_how_to_join(const Settings& settings) {
  const std::string endpoint = all_listeners(settings).front().endpoint;
  if (endpoint.starts_with("unix:")) {
    std::fprintf(stderr, "join with: nc -U %s\n", endpoint.substr(5).c_str());
    return;
  }
  const std::size_t colon = endpoint.rfind(':');
  const std::string port = endpoint.substr(colon + 1);
  std::string host = endpoint.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (host == "0.0.0.0") host = "127.0.0.1";
  if (host == "::") host = "::1";
  if (port == "0") return;
  const bool is_plain = settings.tls != TlsChoice::only;
  if (is_plain) std::fprintf(stderr, "join with: nc %s %s\n", host.c_str(), port.c_str());
  if (!has_certificates(settings)) return;
  std::fprintf(stderr, "%s: ncat --ssl %s %s\n", is_plain ? "or by TLS" : "join with", host.c_str(),
               port.c_str());
}

/// So that who connects can see that it is this server.
void tell_fingerprint(const Settings& settings) {
  if (!settings.self_signed || !has_certificates(settings)) return;
  const auto pair = self_signed_pair();
  const auto fingerprint =
      pair ? certificate_fingerprint(pair->certificate_file) : Result<std::string>(pair.error());
  if (!fingerprint) return;
  std::fprintf(stderr, "certificate: %s\nSHA-256 fingerprint: %s\n", pair->certificate_file.c_str(),
               fingerprint->c_str());
}

int check_config(const ProgramKind& program, const Settings& settings) {
  if (!settings.self_signed) {  // that would make files
    if (const auto tls = open_tls(settings); !tls) return fail(program, tls.error());
  }
  print("The configuration is good.\n");
  return 0;
}

int check_script(const ProgramKind& program, const Settings& settings) {
  const auto script = open_script(settings);
  if (!script && script.error().exit_status == EX_CONFIG) {  // a list of its faults
    print(script.error().sentence + "\n");
    return EX_CONFIG;
  }
  if (!script) return fail(program, script.error());
  const std::size_t count = (*script)->asks.size();
  print(fmt::format("{} is good: {} question{}.\n", settings.script, count, count == 1 ? "" : "s"));
  return 0;
}

/// The questions are asked here; nothing is kept.
int preview(const ProgramKind& program, Settings& settings, const MakeServices& make_services) {
  settings.answers = "none";
  settings.is_preview = true;
  settings.limits.rate_lines_per_second = 0;
  if (auto started = log::start(settings.log); !started) return fail(program, started.error());
  auto services = make_services(settings);
  if (!services) return fail(program, services.error());
  const auto status = run_preview(*services, "prompt", settings.limits);
  log::stop();
  return status ? *status : fail(program, status.error());
}

}  // namespace

int run_program(const ProgramKind& program, const MakeServices& make_services, int argc,
                const char* const* argv) {
  auto config = load_config(program, argc, argv, process_environment());
  if (!config) return fail(program, config.error());
  Settings& settings = config->settings;
  switch (config->act) {
    case Act::help: print(help_text(program)); return 0;
    case Act::version: print(version_text(program)); return 0;
    case Act::print_config: print(config_text(program, settings)); return 0;
    case Act::check_config: return check_config(program, settings);
    case Act::check_script: return check_script(program, settings);
    case Act::preview: return preview(program, settings, make_services);
    case Act::run: break;
  }
  resolve_for_machine(settings);
  settings.program = own_file();
  settings.words.assign(argv, argv + argc);
  auto inherited = Inheritance::receive();
  if (!inherited) return fail(program, inherited.error());
  Inheritance* const inheritance = inherited->get();
  if (inheritance != nullptr) inheritance->use_managed_sockets(settings);
  auto confined = confine(settings, program.services, [&](const ListenerSettings& listener) {
    return inheritance != nullptr && inheritance->has_listener(listener.service, listener.endpoint);
  });
  if (!confined) return fail(program, confined.error(), inheritance);
  if (auto started = log::start(settings.log); !started) {
    return fail(program, started.error(), inheritance);
  }
  auto services = make_services(settings);
  if (!services) return fail(program, services.error(), inheritance);
  auto server = Server::create(settings, *services, std::move(*confined), inheritance);
  if (!server) return fail(program, server.error(), inheritance);
  const bool has_taken_over = inheritance != nullptr;
  if (has_taken_over && !inheritance->begin()) give_way();
  inherited->reset();
  *services = {};  // what they share goes with the services
  log::info("started",
            {{"workers", settings.workers}, {"clients_max", settings.limits.clients_max}});
  const auto found = (*server)->be_found(program, [&program, argc, argv]() -> Result<Settings> {
    auto loaded = load_config(program, argc, argv, process_environment());
    if (!loaded) return loaded.error();
    resolve_for_machine(loaded->settings);
    return std::move(loaded->settings);
  });
  if (!found && !has_taken_over) {
    server->reset();
    return fail(program, found.error());
  }
  // Who has taken over serves already: there is no way back.
  if (!found) log::warning("no pid file", {{"why", found.error().sentence}});
  if (!has_taken_over) {  // else it was told long ago
    tell_how_to_join(settings);
    tell_fingerprint(settings);
  }
  const int status = (*server)->run();
  server->reset();
  log::info("stopped");
  log::stop();
  return status;
}

}  // namespace grotto
