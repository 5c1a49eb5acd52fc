#include "daemon/config_file.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <optional>
#include <sstream>
#include <utility>

#include "base/escape.h"
#include "daemon/plain_file.h"
#include "daemon/values.h"
#include "line/text.h"

// After all else: its header is long and must not leak macros into ours.
#include <toml++/toml.h>

namespace grotto {
namespace {

constexpr std::size_t kFileBytesMax = 1024 * 1024;
constexpr std::size_t kListenersMax = 256;

/// The reading of one file: where faults are told from.
class Reading {
 public:
  Reading(const std::string& path, const ProgramKind& program, const std::vector<Option>& table,
          Settings& settings)
      : path_(path), program_(program), table_(table), settings_(settings) {}

  Result<std::set<std::string>> read(const toml::table& root);

  [[nodiscard]] Error fault(const toml::source_region& where, std::string_view sentence) const {
    return {fmt::format("{}:{}: {}", path_, where.begin.line, sentence), EX_CONFIG};
  }

 private:
  [[nodiscard]] Error expected(const toml::node& node, std::string_view key,
                               std::string_view what) const;
  Result<Done> read_option(const Option& option, const toml::node& node);
  Result<Done> read_listeners(const toml::node& node);
  Result<Done> read_listener(const toml::table& table);
  Result<Done> read_listener_key(const toml::key& key, const toml::node& node,
                                 ListenerSettings& listener);

  const std::string& path_;
  const ProgramKind& program_;
  const std::vector<Option>& table_;
  Settings& settings_;
};

std::string shown(const toml::node& node) {
  if (const auto text = node.value_exact<std::string>()) return toml_string(escaped(*text));
  std::ostringstream stream;
  node.visit([&stream](const auto& value) { stream << value; });
  std::string text = escaped(std::move(stream).str());
  if (text.size() <= 80) return text;
  std::string scratch;
  return std::string(clean_text(text, scratch, 77)) + "...";
}

/// An array of texts, or one text, split at commas if `split`.
std::optional<Texts> texts_of(const toml::node& node, bool split) {
  if (const auto text = node.value_exact<std::string>()) {
    return split ? split_list(*text) : Texts{*text};
  }
  const toml::array* const array = node.as_array();
  if (array == nullptr) return std::nullopt;
  Texts texts;
  for (const toml::node& item : *array) {
    const auto text = item.value_exact<std::string>();
    if (!text) return std::nullopt;
    texts.push_back(*text);
  }
  return texts;
}

/// The value as texts, or nothing if it has another type than `kind`.
std::optional<Texts> typed(const toml::node& node, OptionKind kind) {
  const auto whole = node.value_exact<std::int64_t>();
  const auto text = node.value_exact<std::string>();
  switch (kind) {
    case OptionKind::on_off:
      if (const auto value = node.value_exact<bool>()) return Texts{*value ? "true" : "false"};
      return std::nullopt;
    case OptionKind::number:
      return whole ? std::optional(Texts{std::to_string(*whole)}) : std::nullopt;
    case OptionKind::either:
      if (whole) return Texts{std::to_string(*whole)};
      if (const auto value = node.value_exact<double>()) return Texts{fmt::format("{}", *value)};
      return text ? std::optional(Texts{*text}) : std::nullopt;
    case OptionKind::text: return text ? std::optional(Texts{*text}) : std::nullopt;
    case OptionKind::list: return texts_of(node, false);
    case OptionKind::comma: return texts_of(node, true);
  }
  return std::nullopt;
}

std::string_view type_name(OptionKind kind) noexcept {
  switch (kind) {
    case OptionKind::on_off: return "true or false";
    case OptionKind::number: return "a whole number";
    case OptionKind::either: return "a number or a text in quotes";
    case OptionKind::text: return "a text in quotes";
    case OptionKind::list:
    case OptionKind::comma: return "a list of texts in quotes";
  }
  return {};
}

}  // namespace

Error Reading::expected(const toml::node& node, std::string_view key, std::string_view what) const {
  return fault(node.source(), fmt::format("{}: expected {}, not {}.", key, what, shown(node)));
}

Result<std::set<std::string>> Reading::read(const toml::table& root) {
  std::set<std::string> keys;
  for (const auto& [key, node] : root) {
    const std::string name(key.str());
    keys.insert(name);
    if (name == "listener") {
      if (auto done = read_listeners(node); !done) return done.error();
      continue;
    }
    const auto row = std::find_if(table_.begin(), table_.end(),
                                  [&name](const Option& option) { return option.key() == name; });
    if (row == table_.end()) {
      return fault(key.source(),
                   fmt::format("{} is no key of {}; --print-config shows those that are.",
                               escaped(name), program_.name));
    }
    if (auto done = read_option(*row, node); !done) return done.error();
  }
  return keys;
}

Result<Done> Reading::read_option(const Option& option, const toml::node& node) {
  const auto texts = typed(node, option.kind);
  if (!texts) return expected(node, option.key(), type_name(option.kind));
  if (const auto what = option.set(settings_, *texts)) return expected(node, option.key(), *what);
  return Done{};
}

Result<Done> Reading::read_listeners(const toml::node& node) {
  const toml::array* const array = node.as_array();
  if (array == nullptr || array->empty() || array->size() > kListenersMax) {
    return expected(node, "listener", "1 to 256 tables that each begin with [[listener]]");
  }
  for (const toml::node& item : *array) {
    const toml::table* const table = item.as_table();
    if (table == nullptr) return expected(item, "listener", "a table: [[listener]]");
    if (auto done = read_listener(*table); !done) return done.error();
  }
  return Done{};
}

Result<Done> Reading::read_listener(const toml::table& table) {
  ListenerSettings listener;
  for (const auto& [key, node] : table) {
    if (auto done = read_listener_key(key, node, listener); !done) return done.error();
  }
  if (listener.endpoint.empty()) {
    return fault(table.source(), "listener: expected the key listen, such as \"127.0.0.1:5001\".");
  }
  settings_.listeners.push_back(std::move(listener));
  return Done{};
}

Result<Done> Reading::read_listener_key(const toml::key& key, const toml::node& node,
                                        ListenerSettings& listener) {
  const std::string_view name = key.str();
  const auto text = node.value_exact<std::string>();
  if (name == "listen") {
    if (!text || !is_endpoint(*text)) {
      return expected(node, name, "\"HOST:PORT\", \"[IPV6]:PORT\" or \"unix:PATH\"");
    }
    listener.endpoint = *text;
  } else if (name == "service") {
    const auto& services = program_.services;
    if (!text || std::find(services.begin(), services.end(), *text) == services.end()) {
      return expected(node, name, fmt::format("{}", fmt::join(services, " or ")));
    }
    listener.service = *text;
  } else if (name == "doors") {
    const auto doors = texts_of(node, true);
    if (!doors) return expected(node, name, "a list of texts in quotes");
    if (const auto what = check_doors(*doors)) return expected(node, name, *what);
    listener.doors = *doors;
  } else if (name == "telnet_first") {
    const auto value = node.value_exact<bool>();
    if (!value) return expected(node, name, "true or false");
    listener.telnet_first = *value;
  } else {
    return fault(key.source(), fmt::format("{} is no key of a listener; listen, service, doors and "
                                           "telnet_first are.",
                                           escaped(name)));
  }
  return Done{};
}

Result<std::set<std::string>> read_config_text(std::string_view text, const std::string& path,
                                               const ProgramKind& program,
                                               const std::vector<Option>& table,
                                               Settings& settings) {
  Reading reading(path, program, table, settings);
  try {
    const toml::table root = toml::parse(text, path);
    return reading.read(root);
  } catch (const toml::parse_error& error) {
    return reading.fault(error.source(),
                         fmt::format("not TOML: {}.", escaped(error.description())));
  }
}

Result<std::set<std::string>> read_config_file(const std::string& path, const ProgramKind& program,
                                               const std::vector<Option>& table,
                                               Settings& settings) {
  std::string text;
  if (const auto what = read_plain_file(path, kFileBytesMax, text)) {
    return Error{fmt::format("{}: expected {}.", path, *what), EX_CONFIG};
  }
  return read_config_text(text, path, program, table, settings);
}

}  // namespace grotto
