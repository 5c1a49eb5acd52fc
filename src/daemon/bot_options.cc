#include "daemon/bot_options.h"

#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "daemon/option_values.h"
#include "room/names.h"

namespace grotto {
namespace {

constexpr std::size_t kCommandBytesMax = 4'096;

/// The name that `text` stands for, or what is wrong with it in `fault`.
std::string read_name(const NameRules& rules, std::string_view text, std::string_view& fault) {
  const auto checked = rules.check(text);
  if (const auto* const name = std::get_if<Name>(&checked)) return name->text;
  fault = sentence(std::get<NameFault>(checked));
  return {};
}

}  // namespace

std::optional<std::string> set_bots(Settings& settings, const Texts& texts) {
  if (texts.size() > kBotsMax) return fmt::format("at most {} bots", kBotsMax);
  const NameRules rules({});
  std::vector<BotChoice> bots;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) return "NAME=COMMAND or NAME:ROOM=COMMAND";
    const std::string_view who = std::string_view(text).substr(0, equals);
    const std::size_t colon = who.find(':');
    BotChoice bot;
    bot.command = text.substr(equals + 1);
    if (bot.command.find_first_not_of(" \t") == std::string::npos ||
        bot.command.size() > kCommandBytesMax || !is_one_line(bot.command)) {
      return fmt::format("a command behind the =, one line of at most {} bytes", kCommandBytesMax);
    }
    std::string_view fault;
    bot.name = read_name(rules, who.substr(0, colon), fault);
    if (colon != std::string_view::npos) {
      std::string_view room = who.substr(colon + 1);
      if (room.starts_with('#')) room.remove_prefix(1);
      bot.room = read_name(rules, room, fault);
    }
    if (!fault.empty()) return fmt::format("NAME=COMMAND or NAME:ROOM=COMMAND. {}", fault);
    bots.push_back(std::move(bot));
  }
  settings.bots = std::move(bots);
  return std::nullopt;
}

Texts bot_texts(const Settings& settings) {
  Texts texts;
  for (const BotChoice& bot : settings.bots) {
    texts.push_back(
        fmt::format("{}{}{}={}", bot.name, bot.room.empty() ? "" : ":", bot.room, bot.command));
  }
  return texts;
}

std::optional<std::string> fault_of_bots(const Settings& settings) {
  if (settings.bots.empty()) return std::nullopt;
  const auto listeners = all_listeners(settings);
  const bool has_chat = std::any_of(listeners.begin(), listeners.end(),
                                    [](const auto& each) { return each.service == "chat"; });
  if (!has_chat) {
    return "--bot works with the chat service only: grottod chat --bot NAME=COMMAND.";
  }
  if (settings.names != NamingChoice::ask) {
    return "--bot works with --names ask only: elsewhere nobody has a name of his own.";
  }
  const NameRules rules(settings.quit_words);
  std::vector<Name> names;
  for (const BotChoice& bot : settings.bots) {
    const auto checked = rules.check(bot.name);
    if (const auto* const fault = std::get_if<NameFault>(&checked)) {
      return fmt::format("{} is no name for a bot. {}", bot.name, sentence(*fault));
    }
    const auto& name = std::get<Name>(checked);
    const auto twin = std::find_if(names.begin(), names.end(), [&](const Name& each) {
      return each.key.clashes_with(name.key);
    });
    if (twin != names.end()) {
      return fmt::format("Two bots are called {} and {}, which is one name.", twin->text,
                         name.text);
    }
    names.push_back(name);
  }
  return std::nullopt;
}

BotSetting bot_setting(const Settings& settings, const BotChoice& bot) {
  return {.name = bot.name, .room = bot.room, .may_use_commands = settings.bot_commands};
}

void add_bot_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::chat;
  table.push_back({"bot", "NAME[:ROOM]=COMMAND", kGroup, OptionKind::list, "",
                   "A program that is a member: it reads what the room hears, and what it prints "
                   "is said; run by /bin/sh, started again when it ends; may be repeated",
                   "none", set_bots, [](const Settings& s) { return toml_list(bot_texts(s)); }});
  table.push_back(on_off({"bot-commands",
                          "",
                          kGroup,
                          OptionKind::on_off,
                          "",
                          "Lines of bots that begin with a slash are commands, not said",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> bool& { return s.bot_commands; }));
}

}  // namespace grotto
