#include "daemon/state_folder.h"

#include <cstdlib>
#include <string_view>

namespace grotto {

namespace {

std::string_view variable(const char* name) noexcept {
  const char* const text = std::getenv(name);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

std::string state_folder() {
  std::string_view folder = variable("STATE_DIRECTORY");
  folder = folder.substr(0, folder.find(':'));  // several may be given
  if (folder.starts_with('/')) return std::string(folder);
  folder = variable("XDG_STATE_HOME");
  if (folder.starts_with('/')) return std::string(folder).append("/grotto");
  folder = variable("HOME");
  if (folder.starts_with('/')) return std::string(folder).append("/.local/state/grotto");
  return {};
}

}  // namespace grotto
