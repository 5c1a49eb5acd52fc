#include "service/preferences.h"

#include <nlohmann/json.hpp>

#include "service/participant.h"

namespace grotto {

namespace {

bool is_on(const nlohmann::json& value, const char* key) {
  const auto found = value.find(key);
  return found != value.end() && *found == true;
}

std::string_view to_text(Bell bell) noexcept {
  switch (bell) {
    case Bell::on: return "on";
    case Bell::mention: return "mention";
    case Bell::off: break;
  }
  return "off";
}

}  // namespace

std::string preferences_of(const Participant& who) {
  nlohmann::json value = nlohmann::json::object();
  const Look look = who.look();
  if (look.is_timed) value["time"] = true;
  if (look.is_colored) value["color"] = true;
  if (who.gets_own_lines()) value["echo"] = true;
  if (const Personal* const personal = who.personal()) {
    if (personal->is_quiet) value["quiet"] = true;
    if (personal->bell != Bell::off) value["bell"] = to_text(personal->bell);
    for (const Name& name : personal->ignored()) value["ignored"].push_back(name.text);
  }
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void use_preferences(const NameRules& names, Participant& who, std::string_view json) {
  const auto value = nlohmann::json::parse(json, nullptr, false);
  if (!value.is_object()) return;
  Look look = who.look();
  look.is_timed = is_on(value, "time");
  look.is_colored = is_on(value, "color");
  who.set_look(look);
  who.set_gets_own_lines(is_on(value, "echo"));
  const auto bell = value.find("bell");
  const auto ignored = value.find("ignored");
  if (!is_on(value, "quiet") && bell == value.end() && ignored == value.end()) return;
  Personal& personal = who.own_personal();
  personal.is_quiet = is_on(value, "quiet");
  for (const Bell each : {Bell::off, Bell::mention, Bell::on}) {
    if (bell != value.end() && *bell == to_text(each)) personal.bell = each;
  }
  if (ignored != value.end() && ignored->is_array()) {
    for (const auto& each : *ignored) {
      if (!each.is_string()) continue;
      const auto checked = names.check(each.get<std::string>());
      if (const auto* const name = std::get_if<Name>(&checked)) {
        static_cast<void>(personal.ignore(*name));
      }
    }
  }
  who.use_personal();
}

}  // namespace grotto
