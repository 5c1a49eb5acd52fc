#include "load/result/json_reader.h"

#include <fmt/format.h>

namespace grotto::load {

JsonReader::JsonReader(const Json& object, std::string place, std::string& fault)
    : object_(object), place_(std::move(place)), fault_(fault) {
  if (!object_.is_object()) complain("", "an object");
}

const Json& JsonReader::at(const char* key) const {
  static const Json none;
  const auto found = object_.find(key);
  return found == object_.end() ? none : *found;
}

std::string JsonReader::text(const char* key) {
  if (at(key).is_string()) return at(key).get<std::string>();
  complain(key, "a text");
  return {};
}

bool JsonReader::truth(const char* key) {
  if (at(key).is_boolean()) return at(key).get<bool>();
  complain(key, "true or false");
  return false;
}

std::uint64_t JsonReader::count(const char* key) {
  if (at(key).is_number_unsigned()) return at(key).get<std::uint64_t>();
  complain(key, "a count");
  return 0;
}

double JsonReader::number(const char* key) {
  if (at(key).is_number() && at(key).get<double>() >= 0) return at(key).get<double>();
  complain(key, "a number of at least 0");
  return 0;
}

std::optional<std::uint64_t> JsonReader::count_or_null(const char* key) {
  return has(key) ? std::optional(count(key)) : std::nullopt;
}

std::optional<double> JsonReader::number_or_null(const char* key) {
  return has(key) ? std::optional(number(key)) : std::nullopt;
}

std::vector<std::string> JsonReader::texts(const char* key) {
  std::vector<std::string> all;
  if (!at(key).is_array()) complain(key, "a list of texts");
  for (const Json& value : at(key)) {
    if (value.is_string()) {
      all.push_back(value.get<std::string>());
    } else {
      complain(key, "a list of texts");
    }
  }
  return all;
}

std::vector<std::pair<std::string, std::string>> JsonReader::named(const char* key) {
  std::vector<std::pair<std::string, std::string>> pairs;
  if (!at(key).is_object()) complain(key, "an object of texts");
  for (const auto& [name, value] : at(key).items()) {
    if (value.is_string()) {
      pairs.emplace_back(name, value.get<std::string>());
    } else {
      complain(key, "an object of texts");
    }
  }
  return pairs;
}

void JsonReader::complain(std::string_view key, std::string_view expected) {
  if (fault_.empty()) fault_ = fmt::format("expected \"{}\" to be {}", place_of(key), expected);
}

std::string JsonReader::place_of(std::string_view key) const {
  return fmt::format("{}{}{}", place_, place_.empty() || key.empty() ? "" : ".", key);
}

}  // namespace grotto::load
