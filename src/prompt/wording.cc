#include "prompt/wording.h"

#include <fmt/format.h>

#include "base/json_object.h"
#include "base/time_text.h"
#include "line/text.h"
#include "script/answer.h"

namespace grotto {

namespace {

/// Calls `take` with each line of `text`.
template <class Take>
void for_each_line(std::string_view text, Take take) {
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    take(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
}

/// The text rules come first: of an escape sequence nothing is left, not even an escaped one.
JsonObject& clean(JsonObject& object, std::string_view key, std::string_view text) {
  std::string scratch;
  return object.text(key, clean_text(text, scratch));
}

template <class Fill>
std::string object_line(std::string_view type, Fill fill) {
  std::string line;
  JsonObject object(line);
  object.text("type", type);
  fill(object);
  object.moment("at", wall_clock_ms()).end();
  return line;
}

}  // namespace

std::string points_text(double number) {
  return to_text(Value(number));
}

std::string Wording::phrase(std::string_view sentence, std::string_view code) const {
  if (is_json_) {
    return object_line(code.empty() ? "notice" : "refusal", [&](JsonObject& object) {
      if (!code.empty()) object.text("code", code);
      clean(object, "text", sentence);
    });
  }
  return code.empty() ? std::string(sentence) : fmt::format("{} [{}]", sentence, code);
}

void Wording::tell(std::string_view text) {
  for_each_line(text, [this](std::string_view line) { session_.write_line(phrase(line, {})); });
}

void Wording::refuse(std::string_view sentence, std::string_view code) {
  session_.write_line(phrase(sentence, code));
}

void Wording::ask(const Ask& ask, std::string_view prompt, bool is_hidden) {
  const std::string note = hint(ask);
  if (is_json_) {
    session_.write_line(object_line("question", [&](JsonObject& object) {
      object.text("asks", ask.id).text("kind", to_string(ask.type));
      if (!ask.choices.empty()) object.texts("choices", ask.choices);
      if (is_hidden) object.value("hidden", "true");
      std::string one_line(prompt);
      for (char& each : one_line) {
        if (each == '\n') each = ' ';
      }
      clean(object, "text", one_line);
      if (!note.empty()) object.text("hint", note);
    }));
    return;
  }
  // What is asked for stands behind the last line of the prompt.
  std::string text(prompt);
  if (!note.empty()) text.append(text.empty() ? "" : " ").append(note);
  tell(text);
  std::size_t number = 0;
  for (const std::string& choice : ask.choices) {
    session_.write_line(fmt::format("{:>3}  {}", ++number, choice));
  }
}

void Wording::tell_token(std::string_view sentence, std::string_view token) {
  if (!is_json_) return tell(sentence);
  session_.write_line(object_line(
      "token", [&](JsonObject& object) { clean(object.text("token", token), "text", sentence); }));
}

void Wording::tell_end() {
  if (is_json_) session_.write_line(object_line("end", [](JsonObject&) {}));
}

void Wording::tell_score(std::string_view sentence, double score) {
  if (!is_json_) return tell(sentence);
  session_.write_line(object_line("score", [&](JsonObject& object) {
    clean(object.value("score", to_json(Value(score))), "text", sentence);
  }));
}

}  // namespace grotto
