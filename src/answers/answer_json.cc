// A line, with the keys that each event has, in this order:
//   all         session at event
//   start       resume
//   answer      place round ask answer how ms points
//   end         score
#include "answers/answer_json.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "answers/answer_format.h"
#include "base/json_object.h"
#include "base/time_text.h"

namespace grotto {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kBeginning = R"({"session":")";

// Each reads the value of a key: false if it is not there or of another kind.

bool read(const Json& object, const char* key, std::string& out) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) return false;
  out = found->get_ref<const std::string&>();
  return true;
}

bool read(const Json& object, const char* key, std::uint64_t& out) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_unsigned()) return false;
  out = found->get<std::uint64_t>();
  return true;
}

bool read(const Json& object, const char* key, double& out) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number()) return false;
  out = found->get<double>();
  return true;
}

bool read(const Json& object, const char* key, Value& out) {
  const auto found = object.find(key);
  if (found == object.end()) return false;
  if (found->is_null()) {
    out = std::monostate();
  } else if (found->is_boolean()) {
    out = found->get<bool>();
  } else if (found->is_number()) {
    out = found->get<double>();
  } else if (found->is_string()) {
    out = found->get_ref<const std::string&>();
  } else {
    return false;
  }
  return true;
}

/// A word that `parse` knows.
template <class Parse, class Word>
bool read(const Json& object, const char* key, Parse parse, Word& out) {
  std::string text;
  if (!read(object, key, text)) return false;
  const auto word = parse(text);
  if (word) out = *word;
  return word.has_value();
}

bool read_rest(const Json& object, AnswerRecord& record) {
  switch (record.event) {
    case AnswerEvent::start: return read(object, "resume", record.resume_hash);
    case AnswerEvent::answer:
      return read(object, "place", record.place) && read(object, "round", record.round) &&
             read(object, "ask", record.ask) && read(object, "answer", record.answer) &&
             read(object, "how", answer_how, record.how) && read(object, "ms", record.took_ms) &&
             read(object, "points", record.points);
    case AnswerEvent::unfinished:
    case AnswerEvent::resumed: return true;
    case AnswerEvent::end: return read(object, "score", record.score);
  }
  return false;
}

class JsonAnswers final : public AnswerFormat {
 public:
  [[nodiscard]] std::string_view head() const noexcept override { return {}; }
  void append(const AnswerRecord& record, std::string& out) const override {
    append_json(record, out);
    out += '\n';
  }
  [[nodiscard]] std::optional<AnswerRecord> read(std::string_view line) const override {
    return answer_from_json(line);
  }
  [[nodiscard]] bool is_first(std::string_view line) const override {
    return answer_from_json(line).has_value();
  }
  [[nodiscard]] bool may_begin(std::string_view bytes) const noexcept override {
    return bytes.starts_with(kBeginning) || kBeginning.starts_with(bytes);
  }
};

}  // namespace

std::string number_text(double value) {
  return fmt::format("{}", std::isfinite(value) ? value : 0);
}

std::optional<double> number_from(std::string_view text) {
  const Json number = Json::parse(text, nullptr, false);
  if (!number.is_number()) return std::nullopt;
  return number.get<double>();
}

std::string json_of(const Value& value) {
  if (const auto* const number = std::get_if<double>(&value)) return number_text(*number);
  if (const bool* const is_yes = std::get_if<bool>(&value)) return *is_yes ? "true" : "false";
  const auto* const text = std::get_if<std::string>(&value);
  if (text == nullptr) return "null";
  std::string out;
  append_json_text(*text, out);
  return out;
}

void append_json(const AnswerRecord& record, std::string& out) {
  JsonObject object(out);
  object.text("session", record.session)
      .moment("at", record.at_ms)
      .text("event", to_string(record.event));
  switch (record.event) {
    case AnswerEvent::start: object.text("resume", record.resume_hash); break;
    case AnswerEvent::answer:
      object.number("place", record.place)
          .number("round", record.round)
          .text("ask", record.ask)
          .value("answer", json_of(record.answer))
          .text("how", to_string(record.how))
          .number("ms", record.took_ms)
          .value("points", number_text(record.points));
      break;
    case AnswerEvent::unfinished:
    case AnswerEvent::resumed: break;
    case AnswerEvent::end: object.value("score", number_text(record.score)); break;
  }
  object.end();
}

std::optional<AnswerRecord> answer_from_json(std::string_view object) {
  const Json read_object = Json::parse(object, nullptr, false);
  if (!read_object.is_object()) return std::nullopt;
  AnswerRecord record;
  const bool is_whole = read(read_object, "session", record.session) &&
                        read(read_object, "at", parse_utc, record.at_ms) &&
                        read(read_object, "event", answer_event, record.event) &&
                        read_rest(read_object, record);
  if (!is_whole) return std::nullopt;
  return record;
}

const AnswerFormat& json_answers() noexcept {
  static const JsonAnswers format;
  return format;
}

}  // namespace grotto
