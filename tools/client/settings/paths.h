// Paths: where the client keeps what it keeps, by the XDG base directories.
// Threads: a value; made before any other thread runs.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace grotto::client {

/// The value of an environment variable, if it is set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;
Environment process_environment();

struct Paths {
  std::string config_file;  // empty: there is no home
  std::string state_folder;

  static Paths of(const Environment& environment);

  [[nodiscard]] std::string history_file() const;
  /// Of the session with that server; empty without a state folder.
  [[nodiscard]] std::string token_file(const std::string& server) const;
};

}  // namespace grotto::client
