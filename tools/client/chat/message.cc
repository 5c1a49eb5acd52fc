#include "client/chat/message.h"

#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "line/text.h"

namespace grotto::client {

namespace {

using Json = nlohmann::json;
constexpr std::size_t kNamesMax = 1'000;

constexpr std::array<std::pair<std::string_view, Message::Type>, 12> kTypes{{
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
  made.at = text_of(object, "at");
  made.more = number_of(object, "more").value_or(0);
  made.joined = number_of(object, "joined").value_or(0);
  made.left = number_of(object, "left").value_or(0);
  made.count = number_of(object, "count").value_or(0);
  made.next = number_of(object, "next");
  if (const auto names = object.find("names"); names != object.end() && names->is_array()) {
    for (const Json& name : *names) {
      if (name.is_string() && made.names.size() < kNamesMax) {
        made.names.push_back(clean(name.get_ref<const std::string&>()));
      }
    }
  }
  return made;
}

}  // namespace grotto::client
