// Setting: one row of the table of options: its names, and how a text changes Options.
// Threads: constant data; any.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "client/settings/options.h"

namespace grotto::client {

struct Setting {
  enum class Kind : std::uint8_t { text, on_off, seconds, word };

  std::string_view key;  // of the file: "tls_ca"; --tls-ca; GROTTO_CLIENT_TLS_CA
  Kind kind;
  /// Nothing if `text` was taken; else what was expected.
  std::optional<std::string_view> (*set)(Options& options, const std::string& text);

  [[nodiscard]] std::string flag() const;
  [[nodiscard]] std::string variable() const;
};

/// All of them; `server` is positional on the command line.
std::span<const Setting> all_settings() noexcept;

}  // namespace grotto::client
