// The chapter of the option table on what a chat is like.
#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "daemon/option_values.h"
#include "daemon/plain_file.h"
#include "room/names.h"
#include "room/room_rules.h"

namespace grotto {
namespace {

constexpr std::size_t kGreetingBytesMax = 1024;
constexpr std::size_t kQuitWordBytesMax = 128;
constexpr std::size_t kQuitWordsMax = 32;
constexpr std::size_t kRoomsMax = 1'000;
constexpr std::size_t kMotdBytesMax = 64 * 1024;

std::optional<std::string> set_greeting(Settings& settings, const Texts& texts) {
  if (!is_one_line(texts.front()) || texts.front().size() > kGreetingBytesMax) {
    return "one line of UTF-8 text, at most 1024 bytes";
  }
  settings.greeting = texts.front();
  return std::nullopt;
}

std::optional<std::string> set_quit_words(Settings& settings, const Texts& texts) {
  Texts words;
  for (const std::string& word : texts) {
    const bool is_word = !word.empty() && word.size() <= kQuitWordBytesMax && is_one_line(word) &&
                         word.front() != ' ' && word.back() != ' ';
    if (!is_word) return "words of UTF-8 text of 1 to 128 bytes, without blanks at their ends";
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
  if (words.size() > kQuitWordsMax) return "at most 32 words";
  settings.quit_words = std::move(words);
  return std::nullopt;
}

/// NAME or NAME=TOPIC.
std::optional<std::string> set_rooms(Settings& settings, const Texts& texts) {
  const NameRules rules({});
  std::vector<RoomChoice> rooms;
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('=');
    const std::string topic = equals == std::string::npos ? std::string() : text.substr(equals + 1);
    auto checked = rules.check(text.substr(0, equals));
    if (const auto* const fault = std::get_if<NameFault>(&checked)) {
      return fmt::format("rooms as NAME or NAME=TOPIC. {}", sentence(*fault));
    }
    if (!is_one_line(topic) || topic.size() > RoomRules::kTopicBytesMax) {
      return fmt::format("topics of one line, at most {} bytes", RoomRules::kTopicBytesMax);
    }
    rooms.push_back({std::get<Name>(checked).text, topic});
  }
  if (rooms.size() > kRoomsMax) return fmt::format("at most {} rooms", kRoomsMax);
  settings.rooms = std::move(rooms);
  return std::nullopt;
}

Texts room_texts(const Settings& settings) {
  Texts texts;
  for (const RoomChoice& room : settings.rooms) {
    texts.push_back(room.topic.empty() ? room.name : room.name + "=" + room.topic);
  }
  return texts;
}

std::optional<std::string> set_motd(Settings& settings, const Texts& texts) {
  std::string text;
  if (!texts.front().empty()) {
    if (auto fault = read_plain_file(texts.front(), kMotdBytesMax, text)) return fault;
  }
  settings.motd_file = texts.front();
  settings.motd = std::move(text);
  return std::nullopt;
}

}  // namespace

void add_chat_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::chat;
  table.push_back(choice({"names",
                          "ask|address|none",
                          kGroup,
                          OptionKind::text,
                          "",
                          "How people are named: asked, by their address, or not at all",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> NamingChoice& { return s.names; },
                         {{"ask", NamingChoice::ask},
                          {"address", NamingChoice::address},
                          {"none", NamingChoice::none}}));
  table.push_back({"greeting", "TEXT", kGroup, OptionKind::text, "",
                   "The first line that everybody reads", "the one that goes with --names",
                   set_greeting, [](const Settings& s) { return toml_string(s.greeting); }});
  table.push_back({"quit-word", "WORD", kGroup, OptionKind::list, "",
                   "A line that leaves; may be repeated", "", set_quit_words,
                   [](const Settings& s) { return toml_list(s.quit_words); }});
  table.push_back({"room", "NAME[=TOPIC]", kGroup, OptionKind::list, "",
                   "A room beside the lobby that is always there; may be repeated", "none",
                   set_rooms, [](const Settings& s) { return toml_list(room_texts(s)); }});
  table.push_back(choice({"slow",
                          "skip|drop",
                          kGroup,
                          OptionKind::text,
                          "",
                          "Who cannot keep up skips lines and is told, or is disconnected",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> SlowChoice& { return s.slow; },
                         {{"skip", SlowChoice::skip}, {"drop", SlowChoice::drop}}));
  table.push_back({"motd", "FILE", kGroup, OptionKind::text, "",
                   "A text that is sent after the welcome", "none", set_motd,
                   [](const Settings& s) { return toml_string(s.motd_file); }});
}

}  // namespace grotto
