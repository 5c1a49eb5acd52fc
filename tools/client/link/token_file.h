// TokenFile: the token of the last session with a server, for --resume, in a file that only its
// owner can read. Threads: owned by one.
#pragma once

#include <string>

namespace grotto::client {

class TokenFile {
 public:
  /// `path`: empty: nothing is kept.
  explicit TokenFile(std::string path) : path_(std::move(path)) {}

  /// Empty if there is none, or what is there is no token.
  [[nodiscard]] std::string load() const;
  /// Silently nothing if it cannot be written: the session goes on without.
  void save(const std::string& token) const;
  void remove() const;

 private:
  const std::string path_;
};

/// Whether a server could have given it: 22 letters, digits, `-` and `_`; later ones may be longer.
bool is_token(const std::string& text);

/// Makes the folder of `path`, for its owner only, with those above it.
void make_folder_of(const std::string& path);

}  // namespace grotto::client
