#include "prompt/prompt_commands.h"

#include <algorithm>
#include <array>

#include "prompt/visitor.h"

namespace grotto {

namespace {

constexpr std::array kCommands = {
    PromptCommand{"/back", "", "back to the question before", CommandFor::everybody,
                  &Visitor::back},
    PromptCommand{"/again", "", "the question once more", CommandFor::everybody, &Visitor::again},
    PromptCommand{"/skip", "", "no answer, where none is needed", CommandFor::everybody,
                  &Visitor::skip},
    PromptCommand{"/score", "", "your points", CommandFor::everybody, &Visitor::tell_score},
    PromptCommand{"/resume", "[TOKEN]", "a token to go on with later; with it, go on",
                  CommandFor::everybody, &Visitor::resume},
    PromptCommand{"/telnet", "", "for telnet clients: answers can be hidden, lines edited",
                  CommandFor::everybody, &Visitor::start_telnet},
    PromptCommand{"/format", "plain|json", "read lines of text, or JSON objects",
                  CommandFor::everybody, &Visitor::set_format},
    PromptCommand{"/help", "", "this", CommandFor::everybody, &Visitor::help},
    PromptCommand{"/quit", "", "leave", CommandFor::everybody, &Visitor::quit},
    PromptCommand{"/host", "KEY", "become the host", CommandFor::nobody_is_told,
                  &Visitor::become_host},
    PromptCommand{"/table", "", "how far everybody is", CommandFor::host, &Visitor::show_table},
    PromptCommand{"/start", "", "begin the race", CommandFor::race_host, &Visitor::race_start},
    PromptCommand{"/next", "", "close the question that is open", CommandFor::race_host,
                  &Visitor::race_next},
};

}  // namespace

std::span<const PromptCommand> prompt_commands() noexcept {
  return kCommands;
}

const PromptCommand* find_prompt_command(std::string_view line,
                                         std::string_view& argument) noexcept {
  const std::size_t end = line.find_first_of(" \t");
  const std::string_view name = line.substr(0, end);
  argument = end == std::string_view::npos ? std::string_view() : line.substr(end);
  const std::size_t begin = argument.find_first_not_of(" \t");
  argument = begin == std::string_view::npos ? std::string_view() : argument.substr(begin);
  argument = argument.substr(0, argument.find_last_not_of(" \t") + 1);
  const auto* const found =
      std::find_if(kCommands.begin(), kCommands.end(),
                   [&](const PromptCommand& command) { return command.name == name; });
  return found == kCommands.end() ? nullptr : found;
}

}  // namespace grotto
