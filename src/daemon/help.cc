#include "daemon/help.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "daemon/values.h"
#include "daemon/version.h"
#include "net/platform.h"
#include "net/tls_context.h"

namespace grotto {

namespace {

constexpr std::size_t kHelpColumn = 34;
constexpr std::size_t kWidth = 100;

void add_wrapped(std::string& out, std::string_view text) {
  std::size_t column = kHelpColumn;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (column + word.size() + 1 > kWidth) {
      out += '\n';
      out.append(kHelpColumn, ' ');
      column = kHelpColumn;
    }
    if (column > kHelpColumn) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  out += '\n';
}

void add_row(std::string& out, const std::string& name, std::string_view help) {
  fmt::format_to(std::back_inserter(out), "  {:<{}}", name, kHelpColumn - 2);
  if (name.size() + 3 > kHelpColumn) {
    out += '\n';
    out.append(kHelpColumn, ' ');
  }
  add_wrapped(out, help);
}

void add_option(std::string& out, const Option& option, const Settings& defaults) {
  std::string name = option.flag == "p" ? "-p" : fmt::format("--{}", option.flag);
  if (!option.placeholder.empty()) name += fmt::format(" {}", option.placeholder);
  std::string help(option.help);
  std::string value(option.default_note);
  if (value.empty() && option.show) value = option.show(defaults);
  if (value == "\"\"" || value == "[]") value.clear();
  if (!option.unit.empty()) help += fmt::format(", in {}", option.unit);
  if (option.kind != OptionKind::on_off && !value.empty()) help += fmt::format(" ({})", value);
  add_row(out, name, help);
}

}  // namespace

std::string help_text(const ProgramKind& program) {
  std::string services;
  for (const std::string& service : program.services) {
    services += (services.empty() ? "" : "|") + service;
  }
  const bool has_choice = program.services.size() > 1;
  std::string out = fmt::format("usage: {}{} [options]\n\n", program.name,
                                has_choice ? fmt::format(" [{}]", services) : "");
  out += "A line server: people and programs connect with netcat or telnet.\n";
  if (has_choice) {
    out +=
        "\n  chat  people talk in a room (the default)\n"
        "  echo  every byte comes back as it was sent (RFC 862)\n";
    if (program.has_prompt)
      out += "  prompt  FILE.toml: the server asks, people answer (docs/prompts.md)\n";
  }
  const Settings defaults;
  const std::vector<Option> table = option_table(program);
  std::string_view title;
  for (const Option& option : table) {
    if (option.is_word()) continue;
    if (group_title(option.group) != title) {
      title = group_title(option.group);
      fmt::format_to(std::back_inserter(out), "\n{}:\n", title);
    }
    add_option(out, option, defaults);
  }
  out += "\nThis program:\n";
  add_row(out, "--config FILE", "read a TOML file; keys are named like the flags, with _ for -");
  add_row(out, "--check-config", "say what is wrong with the configuration, or that it is good");
  add_row(out, "--print-config", "print all settings as a TOML file");
  if (program.has_prompt) {
    add_row(out, "prompt --check FILE", "say what is wrong with a script, with line and column");
    add_row(out, "prompt --preview FILE", "ask its questions in this terminal, without a network");
    add_row(out, "answers FILE", "print what prompt has kept as a table; answers --help says more");
  }
  if (program.has_chat) {
    add_row(out, "reload", "have a running server read its configuration anew; all or nothing");
    add_row(out, "upgrade", "have it hand everything over to a new process of its program's file");
    add_row(out, "reopen-log", "have it open its log's file anew");
  }
  add_row(out, "--version", "commit, features, and the libuv it runs with");
  add_row(out, "--help", "this");
  out +=
      "\nEach option is also a variable (--max-clients = GROTTO_MAX_CLIENTS, lists by comma) and a "
      "key of the\nfile (max_clients). A flag goes before a variable, a variable before the "
      "file.\n";
  if (program.has_chat) {
    out +=
        "\nExamples:\n"
        "  grottod                                 # chat on 127.0.0.1:5001; join: nc 127.0.0.1 "
        "5001\n"
        "  grottod echo -p 7777                    # echo on 127.0.0.1:7777\n"
        "  grottod prompt quiz.toml --answers quiz.csv\n"
        "  grottod chat --listen 127.0.0.1:5002 --listen '[::1]:5002'\n"
        "  grottod chat --names none --max-clients 1 --wait-turn\n"
        "  GROTTO_HISTORY=100 grottod chat --listen unix:/tmp/grotto.sock\n";
  }
  return out;
}

std::string version_text(const ProgramKind& program) {
  return fmt::format("{} {} ({})\nfeatures: {}{}{}telnet {}{}\nlibuv {}\n", program.name, kVersion,
                     kCommit, program.has_chat ? "chat " : "",
                     program.has_echo ? "echo udp-echo " : "", program.has_prompt ? "prompt " : "",
                     TlsContext::is_built_in() ? "tls " : "", selector_name(), libuv_version());
}

std::string config_text(const ProgramKind& program, const Settings& settings) {
  std::string out;
  std::string_view title;
  for (const Option& option : option_table(program)) {
    const std::string value = option.show ? option.show(settings) : std::string();
    if (value.empty()) continue;
    if (group_title(option.group) != title) {
      title = group_title(option.group);
      fmt::format_to(std::back_inserter(out), "{}# {}\n", out.empty() ? "" : "\n", title);
    }
    fmt::format_to(std::back_inserter(out), "{} = {}  # {}{}\n", option.key(), value, option.help,
                   option.unit.empty() ? "" : fmt::format(", {}", option.unit));
  }
  for (const ListenerSettings& listener : settings.listeners) {
    fmt::format_to(std::back_inserter(out), "\n[[listener]]\nlisten = {}\nservice = {}\n",
                   toml_string(listener.endpoint), toml_string(listener.service));
    if (!listener.doors.empty()) {
      fmt::format_to(std::back_inserter(out), "doors = {}\n", toml_list(listener.doors));
    }
    if (listener.telnet_first) out += "telnet_first = true\n";
  }
  return out;
}

}  // namespace grotto
