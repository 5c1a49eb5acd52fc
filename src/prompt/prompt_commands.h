// The commands of who is asked: their table, which /help prints. Threads: immutable; any.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace grotto {

class Visitor;

/// Who has a command.
enum class CommandFor : std::uint8_t { everybody, nobody_is_told, host, race_host };

struct PromptCommand {
  std::string_view name;   // with its slash
  std::string_view usage;  // what may follow it
  std::string_view help;   // one sentence without its full stop
  CommandFor whose;
  void (Visitor::*run)(std::string_view argument);
};

[[nodiscard]] std::span<const PromptCommand> prompt_commands() noexcept;

/// The command that `line` begins with, or nullptr; `argument` is what follows it.
[[nodiscard]] const PromptCommand* find_prompt_command(std::string_view line,
                                                       std::string_view& argument) noexcept;

}  // namespace grotto
