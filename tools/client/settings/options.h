// Options: what the client is asked to do, whoever asked: flag, environment, file or default.
// Threads: a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace grotto::client {

enum class ColorWhen : std::uint8_t { automatic, always, never };
enum class KeyMap : std::uint8_t { emacs, vi };

/// How often a connection is tried again.
struct Reconnect {
  static constexpr std::uint64_t kEndless = ~std::uint64_t{0};
  std::uint64_t tries = 0;  // 0: not at all
};

struct Options {
  std::string server = "127.0.0.1:5001";  // HOST[:PORT], tls:HOST[:PORT] or unix:PATH
  std::string name;                       // empty: asked for, or the first line of a pipe
  std::string room;                       // to enter after coming in; empty: the lobby
  bool resumes = false;                   // come back by the token of last time
  bool is_json = false;                   // a pipe's lines are JSON objects
  bool is_raw = false;                    // the server is any line server
  std::optional<std::uint64_t> timeout_ms;
  std::optional<Reconnect> reconnect;  // nothing: on at a terminal, off in a pipe
  std::string tls_ca;                  // a PEM file; empty: whom the system trusts
  bool is_insecure = false;            // whoever answers by TLS is taken for the server
  std::string log_file;
  ColorWhen color = ColorWhen::automatic;
  KeyMap keys = KeyMap::emacs;
  std::string exec;  // a program in the place of standard input and output

  static constexpr std::uint64_t kTimeoutMs = 10'000;
  /// To connect, and to be let in.
  [[nodiscard]] std::uint64_t patience_ms() const noexcept {
    return timeout_ms.value_or(kTimeoutMs);
  }
};

}  // namespace grotto::client
