// grottod: the daemon.
#include "daemon/program.h"
#include "service/chat.h"
#include "service/echo.h"

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
  for (const grotto::RoomChoice& room : settings.rooms) {
    options.rooms.push_back({room.name, room.topic});
  }
  return options;
}

grotto::ServiceFactories factories(const grotto::Settings& settings) {
  auto lobby = std::make_shared<grotto::Lobby>(settings.limits, settings.workers);
  return {{"chat", grotto::make_chat_factory(lobby, chat_options(settings), settings.limits)},
          {"echo", grotto::make_echo_factory()}};
}

}  // namespace

int main(int argc, char** argv) {
  const grotto::ProgramKind program{
      .name = "grottod", .services = {"chat", "echo"}, .has_chat = true, .has_echo = true};
  return grotto::run_program(program, factories, argc, argv);
}
