// grottod: the daemon.
#include <algorithm>
#include <string_view>

#include "daemon/answers_command.h"
#include "daemon/bot_options.h"
#include "daemon/program.h"
#include "service/chat.h"
#include "service/echo.h"

#if GROTTO_HAS_STORE
#include "daemon/open_store.h"
#endif

namespace {

grotto::ChatOptions chat_options(const grotto::Settings& settings) {
  using grotto::Naming;
  using grotto::NamingChoice;
  grotto::ChatOptions options;
  switch (settings.names) {
    case NamingChoice::ask: options.naming = Naming::ask; break;
    case NamingChoice::address: options.naming = Naming::address; break;
    case NamingChoice::none: options.naming = Naming::none; break;
  }
  options.greeting = settings.greeting;
  options.quit_words = settings.quit_words;
  options.history = settings.history;
  options.slow = settings.slow == grotto::SlowChoice::drop ? grotto::SlowPolicy::drop
                                                           : grotto::SlowPolicy::skip;
  options.motd = settings.motd;
  options.requires_login = settings.requires_login;
  options.server_password = settings.server_password;
  options.operators = settings.operators;
  for (const grotto::RoomChoice& room : settings.rooms) {
    options.rooms.push_back({room.name, room.topic});
  }
  for (const grotto::BotChoice& bot : settings.bots) {
    options.bots.push_back(grotto::bot_setting(settings, bot));
  }
  return options;
}

bool has_chat(const grotto::Settings& settings) {
  const auto listeners = grotto::all_listeners(settings);
  return std::any_of(listeners.begin(), listeners.end(),
                     [](const auto& listener) { return listener.service == "chat"; });
}

grotto::Result<grotto::ServiceFactories> factories(const grotto::Settings& settings) {
  auto lobby = std::make_shared<grotto::Lobby>(settings.limits, settings.workers);
  grotto::ServiceFactories made{{"echo", grotto::make_echo_factory()}};
  if (!has_chat(settings)) return made;
  std::shared_ptr<grotto::Records> records;
#if GROTTO_HAS_STORE
  std::shared_ptr<grotto::HistoryStore> store;
  if (settings.names != grotto::NamingChoice::none) {  // a plain relay keeps nothing
    auto opened = grotto::open_store(settings);
    if (!opened) return opened.error();
    store = *opened;
    lobby->set_archive(store);
    records = store;
  }
#endif
  made["chat"] = grotto::make_chat_factory(lobby, chat_options(settings), settings.limits, records);
#if GROTTO_HAS_STORE
  if (store != nullptr) store->start();  // it knows all rooms now
#endif
  return made;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "answers") {
    return grotto::run_answers_command(argc - 1, argv + 1);
  }
  const grotto::ProgramKind program{.name = "grottod",
                                    .services = {"chat", "echo"},
                                    .has_chat = true,
                                    .has_echo = true,
                                    .has_store = GROTTO_HAS_STORE != 0};
  return grotto::run_program(program, factories, argc, argv);
}
