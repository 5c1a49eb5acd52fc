// Painter: a shown line as bytes for the terminal: looks become SGR sequences (ECMA-48), names get
// colours of their own, always the same ones. Threads: a value.
#pragma once

#include <string>
#include <string_view>

#include "client/chat/conversation.h"

namespace grotto::client {

class Painter {
 public:
  explicit Painter(bool has_colors) noexcept : has_colors_(has_colors) {}

  /// With its "\n", and the bell before it if it rings.
  [[nodiscard]] std::string paint(const ShownLine& line) const;
  /// What goes before the prompt.
  [[nodiscard]] std::string prompt_look() const;

  /// The SGR sequence of that name.
  [[nodiscard]] static std::string_view color_of(std::string_view name);

 private:
  const bool has_colors_;
};

}  // namespace grotto::client
