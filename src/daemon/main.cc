// grottod: the daemon.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "daemon/answers_command.h"
#include "daemon/bot_options.h"
#include "daemon/open_prompt.h"
#include "daemon/program.h"
#include "daemon/room_metrics.h"
#include "daemon/signal_command.h"
#include "service/chat.h"
#include "service/echo.h"

#if GROTTO_HAS_STORE
#include "daemon/open_store.h"
#include "daemon/store_metrics.h"
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
  options.api_token = settings.api_token;
  options.operators = settings.operators;
  for (const grotto::RoomChoice& room : settings.rooms) {
    options.rooms.push_back({room.name, room.topic});
  }
  for (const grotto::BotChoice& bot : settings.bots) {
    options.bots.push_back(grotto::bot_setting(settings, bot));
  }
  return options;
}

bool has_service(const grotto::Settings& settings, std::string_view name) {
  const auto listeners = grotto::all_listeners(settings);
  return std::any_of(listeners.begin(), listeners.end(),
                     [name](const auto& listener) { return listener.service == name; });
}

grotto::Result<grotto::Services> make_services(const grotto::Settings& settings) {
  grotto::Services made;
  made.factories["echo"] = grotto::make_echo_factory();
  const bool has_chat = has_service(settings, "chat");
  const bool has_prompt = has_service(settings, "prompt");
  std::shared_ptr<grotto::Records> records;
#if GROTTO_HAS_STORE
  std::shared_ptr<grotto::HistoryStore> store;
  const bool keeps_chat = has_chat && settings.names != grotto::NamingChoice::none;  // else a relay
  const bool keeps_answers =
      has_prompt && (settings.answers.empty() || settings.answers == "store");
  if (keeps_chat || keeps_answers) {
    auto opened = grotto::open_store(settings);
    if (!opened) return opened.error();
    store = *opened;
    records = store;
  }
#endif
  if (has_chat) {
    auto lobby = std::make_shared<grotto::Lobby>(settings.limits, settings.workers);
#if GROTTO_HAS_STORE
    if (keeps_chat) lobby->set_archive(store);
#endif
    made.status = [lobby] {
      const std::size_t people = lobby->people();
      const std::size_t rooms = lobby->rooms();
      return fmt::format("{} {} in {} {}", people, people == 1 ? "member" : "members", rooms,
                         rooms == 1 ? "room" : "rooms");
    };
    made.metrics.push_back(grotto::make_room_metrics(lobby));
    const bool is_relay = settings.names == grotto::NamingChoice::none;
    made.factories["chat"] = grotto::make_chat_factory(
        lobby, chat_options(settings), settings.limits, is_relay ? nullptr : records);
    made.changes["chat"] = [](grotto::Service& chat, const grotto::Settings& changed) {
      grotto::change_chat(chat, chat_options(changed), changed.limits);
    };
  }
  if (has_prompt) {
    if (auto added = grotto::add_prompt(settings, records, made); !added) return added.error();
  }
#if GROTTO_HAS_STORE
  if (store != nullptr) {
    store->start();  // it knows all rooms now
    made.stand_aside = [store](std::uint64_t patience_ms) {
      return store->stand_aside(patience_ms);
    };
    made.go_on = [store] { store->go_on(); };
    made.metrics.push_back(grotto::make_store_metrics(store));
  }
#endif
  return made;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "answers") {
    return grotto::run_answers_command(argc - 1, argv + 1);
  }
  const grotto::ProgramKind program{.name = "grottod",
                                    .services = {"chat", "echo", "prompt"},
                                    .has_chat = true,
                                    .has_echo = true,
                                    .has_store = GROTTO_HAS_STORE != 0,
                                    .has_prompt = true};
  if (argc > 1 && grotto::is_signal_command(argv[1])) {
    return grotto::run_signal_command(program, argc - 1, argv + 1);
  }
  return grotto::run_program(program, make_services, argc, argv);
}
