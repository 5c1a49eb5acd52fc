// grotto: reads what it is asked for, finds the server, and runs as a pipe or at a terminal.
#include <fmt/format.h>
#include <langinfo.h>
#include <sysexits.h>
#include <unistd.h>

#include <clocale>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "client/chat/chat_session.h"
#include "client/chat/phrasing.h"
#include "client/link/line_log.h"
#include "client/pipe/pipe_client.h"
#include "client/raw/raw_session.h"
#include "client/settings/configuration.h"
#include "client/settings/paths.h"
#include "client/settings/target.h"
#include "client/terminal/terminal_client.h"
#include "client/terminal/terminal_mode.h"
#include "net/endpoint.h"
#include "net/platform.h"
#include "net/tls_context.h"
#include "net/worker.h"

namespace {

using namespace grotto;          // NOLINT: the program
using namespace grotto::client;  // NOLINT

int complain(const Error& error) {
  std::string sentence = error.sentence;
  if (sentence.empty()) return error.exit_status;
  if (std::string_view(".]!").find(sentence.back()) == std::string_view::npos) sentence += '.';
  fmt::print(stderr, "grotto: {}\n", sentence);
  return error.exit_status;
}

/// libedit asks the C library which characters are letters; the texts are UTF-8 in any case.
void set_locale() {
  std::setlocale(LC_CTYPE, "");  // NOLINT(concurrency-mt-unsafe): no other thread runs yet
  if (std::string_view(::nl_langinfo(CODESET)) == "UTF-8") return;  // NOLINT(concurrency-mt-unsafe)
  for (const char* const name : {"C.UTF-8", "en_US.UTF-8"}) {
    if (std::setlocale(LC_CTYPE, name) != nullptr) return;  // NOLINT(concurrency-mt-unsafe)
  }
}

bool has_colors(ColorWhen when, const Environment& environment) {
  switch (when) {
    case ColorWhen::always: return true;
    case ColorWhen::never: return false;
    case ColorWhen::automatic: break;
  }
  return environment("NO_COLOR").value_or("").empty() && environment("TERM").value_or("") != "dumb";
}

struct Place {
  Options options;
  Route route;
  Paths paths;
  Environment environment;
  LineLog* log = nullptr;
};

constexpr std::string_view kUnchecked =
    "--tls-insecure: nobody has checked whether this is the server.";

bool is_unchecked(const Place& place) {
  return place.route.tls != nullptr && place.options.is_insecure;
}

int run_pipe(Worker& worker, const Place& place) {
  const Options& options = place.options;
  if (!options.room.empty() && options.name.empty() && !options.resumes) {
    return complain({"--room in a pipe needs --name.", EX_USAGE});
  }
  PipeClient::Setup setup;
  setup.options = options;
  setup.route = place.route;
  if (options.resumes) setup.token = TokenFile(place.paths.token_file(options.server)).load();
  setup.is_shown_on_terminal = ::isatty(STDOUT_FILENO) == 1;
  setup.log = place.log;
  PipeClient client(worker, std::move(setup));
  if (is_unchecked(place)) fmt::print(stderr, "grotto: {}\n", kUnchecked);
  if (const auto started = client.start(); !started) return complain(started.error());
  worker.run();
  return complain({client.sentence(), client.exit_status()});
}

int run_terminal(Worker& worker, const Place& place) {
  TerminalClient::Setup setup;
  setup.keys = place.options.keys;
  setup.has_colors = has_colors(place.options.color, place.environment);
  setup.history_file = place.paths.history_file();
  setup.log = place.log;
  TerminalClient client(worker, std::move(setup));
  const auto started = client.start([&](View& view) -> std::unique_ptr<Conversation> {
    if (is_unchecked(place)) view.show(own_words(std::string(kUnchecked)));
    if (place.options.is_raw) {
      return std::make_unique<RawSession>(worker, RawSession::Setup{place.options, place.route},
                                          view);
    }
    return std::make_unique<ChatSession>(
        worker,
        ChatSession::Setup{place.options, place.route,
                           place.paths.token_file(place.options.server)},
        view);
  });
  if (!started) {
    TerminalMode::close();
    return complain(started.error());
  }
  worker.run();
  return complain({client.sentence(), client.exit_status()});
}

int run(Options options, Environment environment, Paths paths) {
  Place place{std::move(options), {}, std::move(paths), std::move(environment), nullptr};
  const auto target = Target::parse(place.options.server);
  GROTTO_CHECK(target.has_value());  // the options take no other
  auto addresses = Endpoint::resolve_all(target->address, SOCK_STREAM);
  if (!addresses) return complain(addresses.error());
  place.route.addresses = std::move(*addresses);
  place.route.host = target->host;
  if (target->is_tls) {
    auto tls = TlsContext::for_client({place.options.tls_ca, place.options.is_insecure});
    if (!tls) return complain(tls.error());
    place.route.tls = std::move(*tls);
  }
  std::unique_ptr<LineLog> log;
  if (!place.options.log_file.empty()) {
    auto opened = LineLog::open(place.options.log_file);
    if (!opened) return complain(opened.error());
    log = std::move(*opened);
    place.log = log.get();
  }
  Limits limits;
  limits.tls_handshake_ms = place.options.patience_ms();
  auto worker = Worker::create(0, 1, limits);
  if (!worker) return complain(worker.error());
  const bool is_at_terminal = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  const bool is_pipe = !is_at_terminal || !place.options.exec.empty() || place.options.is_json;
  return is_pipe ? run_pipe(**worker, place) : run_terminal(**worker, place);
}

}  // namespace

int main(int argc, char** argv) {
  set_locale();
  Environment environment = process_environment();
  Paths paths = Paths::of(environment);
  auto configuration = configure(argc, argv, environment, paths.config_file);
  if (!configuration) return complain(configuration.error());
  switch (configuration->act) {
    case Act::help: fmt::print("{}", help_text()); return 0;
    case Act::version:
      fmt::print("grotto {}, libuv {}\n", GROTTO_VERSION, libuv_version());
      return 0;
    case Act::run: break;
  }
  return run(std::move(configuration->options), std::move(environment), std::move(paths));
}
