#include "daemon/runtime_folder.h"

#include <cstdlib>

#include "daemon/state_folder.h"

namespace grotto {

namespace {

constexpr std::size_t kNameBytesMax = 200;  // a file's name has 255

std::string_view variable(const char* name) noexcept {
  const char* const text = std::getenv(name);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

std::string runtime_folder() {
  std::string_view folder = variable("RUNTIME_DIRECTORY");
  folder = folder.substr(0, folder.find(':'));  // several may be given
  if (folder.starts_with('/')) return std::string(folder);
  folder = variable("XDG_RUNTIME_DIR");
  if (folder.starts_with('/')) return std::string(folder).append("/grotto");
  return state_folder();
}

std::string default_pid_file(std::string_view program, std::string_view endpoint) {
  std::string folder = runtime_folder();
  if (folder.empty()) return folder;
  std::string name = std::string(program) + "-";
  for (const char c : endpoint.substr(0, kNameBytesMax)) {
    const bool is_kept =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    name += is_kept ? c : '-';
  }
  return folder + "/" + name + ".pid";
}

}  // namespace grotto
