#include <utility>

#include "daemon/program.h"
#include "grotto/server.h"

namespace grotto {

int run_server(int argc, char** argv, std::string_view name, const ServiceFactory& factory) {
  const std::string text(name);
  const ProgramKind program{.name = text, .services = {text}};
  return run_program(
      program,
      [&](const Settings&) {
        Services services;
        services.factories[text] = factory;
        return Result<Services>(std::move(services));
      },
      argc, argv);
}

}  // namespace grotto
