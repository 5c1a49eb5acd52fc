#include "prompt/program_reply.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/escape.h"
#include "line/text.h"
#include "script/answer.h"
#include "script/words.h"

namespace grotto {

namespace {

using Json = nlohmann::json;

constexpr std::size_t kChoicesMax = 50;
constexpr std::size_t kIdBytesMax = 64;
constexpr double kPointsMax = 1e6;

/// What is wrong, thrown within this file only.
struct Fault {
  std::string what;
};

std::string text_of(const Json& value, std::string_view key) {
  if (!value.is_string()) throw Fault{fmt::format("\"{}\" is no text", key)};
  return value.get<std::string>();
}

bool is_true(const Json& value, std::string_view key) {
  if (!value.is_boolean()) throw Fault{fmt::format("\"{}\" is neither true nor false", key)};
  return value.get<bool>();
}

double number_of(const Json& value, std::string_view key) {
  if (!value.is_number()) throw Fault{fmt::format("\"{}\" is no number", key)};
  return value.get<double>();
}

AskType type_of(const std::string& name) {
  for (const AskType type : {AskType::text, AskType::number, AskType::choice, AskType::yes_no,
                             AskType::date, AskType::email, AskType::hidden}) {
    if (to_string(type) == name) return type;
  }
  throw Fault{fmt::format("there is no type \"{}\"", escaped(name))};
}

Value value_of(const Json& value, std::string_view key) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value.get<double>();
  return text_of(value, key);
}

/// A text of the program's, with no `{id}` in it.
Template plain(const std::string& text) {
  std::string doubled;
  for (const char each : text) {
    doubled += each;
    if (each == '{') doubled += '{';
  }
  auto parsed = Template::parse(doubled, {});
  if (auto* const misfit = std::get_if<Template::Misfit>(&parsed)) throw Fault{misfit->sentence};
  return std::get<Template>(std::move(parsed));
}

/// A default is an answer itself, and stands as one that was typed.
void check_default(Ask& ask) {
  const std::string text = to_text(std::exchange(ask.default_value, {}));
  if (text.empty()) return;
  auto read = read_answer(ask, text);
  if (std::holds_alternative<NoAnswer>(read)) throw Fault{"\"default\" is no answer"};
  ask.default_value = std::get<Value>(std::move(read));
}

std::shared_ptr<const Ask> own_ask(const Json& object) {
  auto ask = std::make_shared<Ask>();
  ask->id = "program";
  ask->is_run = true;
  for (const auto& [key, value] : object.items()) {
    if (key == "id") {
      ask->id = text_of(value, key);
      if (!is_id(ask->id) || ask->id.size() > kIdBytesMax) throw Fault{"\"id\" is no id"};
    } else if (key == "prompt") {
      ask->prompt = plain(text_of(value, key));
    } else if (key == "type") {
      ask->type = type_of(text_of(value, key));
    } else if (key == "choices") {
      if (!value.is_array() || value.size() < 2 || value.size() > kChoicesMax) {
        throw Fault{fmt::format("\"choices\" are no list of 2 to {}", kChoicesMax)};
      }
      for (const Json& each : value) {
        std::string scratch;
        ask->choices.emplace_back(clean_text(text_of(each, key), scratch));
      }
    } else if (key == "min") {
      ask->min = number_of(value, key);
    } else if (key == "max") {
      ask->max = number_of(value, key);
    } else if (key == "whole") {
      ask->is_whole = is_true(value, key);
    } else if (key == "default") {
      ask->default_value = value_of(value, key);
    } else if (key == "optional") {
      ask->is_optional = is_true(value, key);
    } else {
      throw Fault{fmt::format("a question has no \"{}\"", escaped(key))};
    }
  }
  if (ask->prompt.is_empty()) throw Fault{"a question has no \"prompt\""};
  if ((ask->type == AskType::choice) != !ask->choices.empty()) {
    throw Fault{"\"choices\" belong to a question of the type choice, and to no other"};
  }
  check_default(*ask);
  return ask;
}

void take_ask(const Script& script, const Json& value, ProgramReply& reply) {
  if (value.is_object()) {
    reply.then = ProgramReply::Then::asks;
    reply.own_ask = own_ask(value);
    return;
  }
  const std::string id = text_of(value, "ask");
  const auto found = std::find_if(script.asks.begin(), script.asks.end(),
                                  [&](const Ask& ask) { return ask.id == id; });
  if (found == script.asks.end()) {
    throw Fault{fmt::format("\"ask\" names no question: {}", escaped(id))};
  }
  reply.then = ProgramReply::Then::goes_to;
  reply.to = static_cast<std::size_t>(found - script.asks.begin());
}

ProgramReply read_object(const Script& script, const Json& object) {
  ProgramReply reply;
  for (const auto& [key, value] : object.items()) {
    if (key == "say") {
      if (value.is_array()) {
        for (const Json& each : value) reply.say.push_back(text_of(each, key));
      } else {
        reply.say.push_back(text_of(value, key));
      }
    } else if (key == "points") {
      reply.points = number_of(value, key);
      if (std::fabs(reply.points) > kPointsMax) throw Fault{"\"points\" are too many"};
    } else if (key == "session") {
      reply.session = text_of(value, key);
    } else if (key == "ask") {
      take_ask(script, value, reply);
    } else if (key == "next") {
      if (is_true(value, key)) reply.then = ProgramReply::Then::next;
    } else if (key == "end") {
      if (is_true(value, key)) reply.then = ProgramReply::Then::end;
    } else {
      throw Fault{fmt::format("there is no key \"{}\"", escaped(key))};
    }
  }
  return reply;
}

}  // namespace

std::variant<ProgramReply, std::string> read_reply(const Script& script, std::string_view line) {
  const Json object = Json::parse(line, nullptr, false);
  if (!object.is_object()) return std::string("it is no JSON object");
  try {
    return read_object(script, object);
  } catch (const Fault& fault) {
    return fault.what;
  }
}

}  // namespace grotto
