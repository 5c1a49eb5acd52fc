#include "client/chat/message.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "line/text.h"

namespace grotto::client {

namespace {

using Json = nlohmann::json;
constexpr std::size_t kNamesMax = 1'000;

constexpr std::array<std::pair<std::string_view, Message::Type>, 15> kTypes{{
    {"say", Message::Type::say},
    {"me", Message::Type::me},
    {"join", Message::Type::join},
    {"leave", Message::Type::leave},
    {"nick", Message::Type::nick},
    {"topic", Message::Type::topic},
    {"notice", Message::Type::notice},
    {"private", Message::Type::private_line},
    {"refusal", Message::Type::refusal},
    {"question", Message::Type::question},
    {"names", Message::Type::names},
    {"skipped", Message::Type::skipped},
    {"token", Message::Type::token},
    {"score", Message::Type::score},
    {"end", Message::Type::end},
}};

/// An escape in JSON can make any control: the rules are applied to what was decoded.
std::string clean(const std::string& text) {
  std::string scratch;
  return std::string(clean_text(text, scratch));
}

std::string text_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return {};
  return clean(found->get_ref<const std::string&>());
}

std::optional<std::uint64_t> number_of(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return std::nullopt;
  return found->get<std::uint64_t>();
}

/// At most kNamesMax of them.
std::vector<std::string> texts_of(const Json& object, const char* key) {
  std::vector<std::string> texts;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return texts;
  for (const Json& each : *found) {
    if (each.is_string() && texts.size() < kNamesMax) {
      texts.push_back(clean(each.get_ref<const std::string&>()));
    }
  }
  return texts;
}

}  // namespace

std::optional<Message> Message::parse(std::string_view line) {
  if (line.empty() || line.front() != '{') return std::nullopt;
  const Json object = Json::parse(line, nullptr, /*allow_exceptions=*/false);
  if (!object.is_object()) return std::nullopt;
  const auto type = object.find("type");
  if (type == object.end() || !type->is_string()) return std::nullopt;
  Message made;
  for (const auto& [word, value] : kTypes) {
    if (type->get_ref<const std::string&>() == word) made.type = value;
  }
  made.id = number_of(object, "id");
  made.room = text_of(object, "room");
  made.from = text_of(object, "from");
  made.to = text_of(object, "to");
  made.text = text_of(object, "text");
  made.code = text_of(object, "code");
  made.asks = text_of(object, "asks");
  made.kind = text_of(object, "kind");
  made.hint = text_of(object, "hint");
  made.token = text_of(object, "token");
  const auto hidden = object.find("hidden");
  made.is_hidden = hidden != object.end() && hidden->is_boolean() && hidden->get<bool>();
  made.choices = texts_of(object, "choices");
  made.at = text_of(object, "at");
  made.more = number_of(object, "more").value_or(0);
  made.joined = number_of(object, "joined").value_or(0);
  made.left = number_of(object, "left").value_or(0);
  made.count = number_of(object, "count").value_or(0);
  made.next = number_of(object, "next");
  made.head = number_of(object, "head");
  made.names = texts_of(object, "names");
  return made;
}

}  // namespace grotto::client
