// Option table: every setting once: its name, type, unit, group, help and how it is read and shown.
//
// From one row come the flag (`--max-clients`), the variable (`GROTTO_MAX_CLIENTS`), the key
// (`max_clients`), its line in --help and in --print-config. The default is what a fresh Settings
// holds. Threads: immutable; any.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/settings.h"

namespace grotto {

/// How a value is typed in the file.
enum class OptionKind : std::uint8_t {
  on_off,  // a switch: a flag without value, true or false elsewhere
  number,  // a whole number
  either,  // a number, or text such as "256MiB", "2s", "off"
  text,    // one text
  list,    // several texts: a repeated flag, a comma list in the environment, an array in the file
  comma,   // several words: one comma list wherever it is given, or an array in the file
};

enum class OptionGroup : std::uint8_t {
  listening,
  tls,
  chat,
  questions,
  history,
  admission,
  limits,
  web,
  watching,
  rooms,
  logging,
  process
};

/// The texts of one setting from one source; a single one unless the kind is a list.
using Texts = std::vector<std::string>;

struct Option {
  std::string_view flag;         // without dashes, which words (is_word()) have none of
  std::string_view placeholder;  // "N", "HOST:PORT|unix:PATH"; empty for a switch
  OptionGroup group;
  OptionKind kind;
  std::string_view unit;          // "bytes", "clients"; empty if the help says it
  std::string_view help;          // one sentence, no full stop
  std::string_view default_note;  // shown in --help instead of the value; empty: the value

  /// Reads the texts into the settings. Returns what was expected if they are no such value.
  std::function<std::optional<std::string>(Settings&, const Texts&)> set;
  /// The value as TOML, or nothing if there is none to print; empty for a row that others hold the
  /// outcome of.
  std::function<std::string(const Settings&)> show;

  [[nodiscard]] std::string key() const;       // "max_clients"
  [[nodiscard]] std::string variable() const;  // "GROTTO_MAX_CLIENTS"
  /// Given by its place in the call, not behind a flag.
  [[nodiscard]] bool is_word() const noexcept { return flag == "service" || flag == "script"; }
  [[nodiscard]] bool is_list() const noexcept {
    return kind == OptionKind::list || kind == OptionKind::comma;
  }
};

/// What a program offers: its name and the services that it knows.
struct ProgramKind {
  std::string name;                   // "grottod", "shout"
  std::vector<std::string> services;  // the first is the default
  bool has_chat = false;
  bool has_echo = false;
  bool has_store = false;
  bool has_prompt = false;
};

/// The rows that make sense for the program, in the order of the help.
std::vector<Option> option_table(const ProgramKind& program);

std::string_view group_title(OptionGroup group) noexcept;

/// The first fault of `doors`: what was expected.
std::optional<std::string> check_doors(const std::vector<std::string>& doors);

// The chapters of the table.
void add_listening_options(std::vector<Option>& table, const ProgramKind& program);
void add_tls_options(std::vector<Option>& table);
void add_chat_options(std::vector<Option>& table);
void add_bot_options(std::vector<Option>& table);
void add_question_options(std::vector<Option>& table, const ProgramKind& program);
void add_history_options(std::vector<Option>& table, const ProgramKind& program);
void add_admission_options(std::vector<Option>& table);
void add_account_options(std::vector<Option>& table);
void add_limit_options(std::vector<Option>& table, const ProgramKind& program);
void add_web_options(std::vector<Option>& table);
void add_watching_options(std::vector<Option>& table);
void add_room_options(std::vector<Option>& table);
void add_logging_options(std::vector<Option>& table);
void add_process_options(std::vector<Option>& table);

}  // namespace grotto
