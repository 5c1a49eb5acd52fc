#include "daemon/runtime_folder.h"

#include <cstdlib>

#include "daemon/state_folder.h"

namespace grotto {

namespace {

constexpr std::size_t kFileNameBytesMax = 200;  // a file's name has 255

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
  const std::string folder = runtime_folder();
  return folder.empty() ? folder : pid_file_in(folder, program, endpoint);
}

std::string pid_file_in(std::string_view folder, std::string_view program,
                        std::string_view endpoint) {
  std::string path = std::string(folder).append("/").append(program).append("-");
  for (const char c : endpoint.substr(0, kFileNameBytesMax)) {
    const bool is_kept =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.';
    path += is_kept ? c : '-';
  }
  return path + ".pid";
}

}  // namespace grotto
