// A row, after the header row; a field that does not belong to the event is empty:
//   session,time,event,place,round,question,answer,type,how,seconds,points,resume,score
// `type` says how `answer` is read back: text, number, yes-no, nothing, or json: the text as a JSON
// string, because a row is always one line.
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>

#include "answers/answer_format.h"
#include "answers/answer_json.h"
#include "answers/csv_text.h"
#include "base/escape.h"
#include "base/json_object.h"
#include "base/numbers.h"
#include "base/time_text.h"

namespace grotto {

namespace {

constexpr std::string_view kHead =
    "session,time,event,place,round,question,answer,type,how,seconds,points,resume,score\r\n";
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";  // which spreadsheets put first

enum Column : std::size_t {
  kSession,
  kTime,
  kEvent,
  kPlace,
  kRound,
  kQuestion,
  kAnswer,
  kType,
  kHow,
  kSeconds,
  kPoints,
  kResume,
  kScore,
  kColumns,
};
using Fields = std::vector<std::string>;

/// Whether a spreadsheet and a line may have it as it is.
bool is_plain(std::string_view text) noexcept {
  while (!text.empty()) {
    char32_t code_point = 0;
    const std::size_t bytes = utf8_sequence(text, code_point);
    if (bytes == 0 || code_point < 0x20 || (code_point >= 0x7F && code_point < 0xA0)) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

std::string time_text(std::int64_t at_ms) {
  std::string out;
  append_utc(at_ms, out);
  return out;
}

/// Names, which have neither controls nor line ends, or lose them here.
std::string name(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char each) { return static_cast<unsigned char>(each) < 0x20; });
  return out;
}

void add_value(const Value& value, CsvRow& row) {
  if (const auto* const text = std::get_if<std::string>(&value)) {
    if (is_plain(*text)) {
      row.text(*text).field("text");
    } else {
      row.field(json_of(*text)).field("json");
    }
  } else if (const auto* const number = std::get_if<double>(&value)) {
    row.field(number_text(*number)).field("number");
  } else if (const bool* const is_yes = std::get_if<bool>(&value)) {
    row.field(*is_yes ? "yes" : "no").field("yes-no");
  } else {
    row.nothing().field("nothing");
  }
}

/// The fields from kPlace to kPoints.
void add_answer(const AnswerRecord& record, CsvRow& row) {
  row.field(std::to_string(record.place)).field(std::to_string(record.round));
  row.text(name(record.ask));
  add_value(record.answer, row);
  row.field(to_string(record.how)).seconds(record.took_ms).field(number_text(record.points));
}

// Each reads a field: false if it is not of that kind.

template <class Parsed, class Out>
bool set(const std::optional<Parsed>& parsed, Out& out) {
  if (parsed) out = *parsed;
  return parsed.has_value();
}

bool read_value(const std::string& text, const std::string& type, Value& out) {
  if (type == "nothing") return text.empty();
  if (type == "text") {
    out = std::string(without_protection(text));
    return true;
  }
  if (type == "number") return set(number_from(text), out);
  if (type == "yes-no") {
    out = text == "yes";
    return text == "yes" || text == "no";
  }
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (type != "json" || !json.is_string()) return false;
  out = json.get<std::string>();
  return true;
}

bool read_rest(const Fields& fields, AnswerRecord& record) {
  switch (record.event) {
    case AnswerEvent::start: record.resume_hash = without_protection(fields[kResume]); return true;
    case AnswerEvent::answer:
      record.ask = without_protection(fields[kQuestion]);
      return set(parse_whole(fields[kPlace]), record.place) &&
             set(parse_whole(fields[kRound]), record.round) &&
             read_value(fields[kAnswer], fields[kType], record.answer) &&
             set(answer_how(fields[kHow]), record.how) &&
             set(read_csv_seconds(fields[kSeconds]), record.took_ms) &&
             set(number_from(fields[kPoints]), record.points);
    case AnswerEvent::unfinished:
    case AnswerEvent::resumed: return true;
    case AnswerEvent::end: return set(number_from(fields[kScore]), record.score);
  }
  return false;
}

class CsvAnswers final : public AnswerFormat {
 public:
  [[nodiscard]] std::string_view head() const noexcept override { return kHead; }

  void append(const AnswerRecord& record, std::string& out) const override {
    constexpr std::size_t kOfAnswer = kResume - kPlace;
    CsvRow row(out);
    row.text(name(record.session)).field(time_text(record.at_ms)).field(to_string(record.event));
    switch (record.event) {
      case AnswerEvent::start:
        row.nothing(kOfAnswer).text(name(record.resume_hash)).nothing();
        break;
      case AnswerEvent::answer:
        add_answer(record, row);
        row.nothing(2);
        break;
      case AnswerEvent::unfinished:
      case AnswerEvent::resumed: row.nothing(kOfAnswer + 2); break;
      case AnswerEvent::end: row.nothing(kOfAnswer + 1).field(number_text(record.score)); break;
    }
    row.end();
  }

  [[nodiscard]] std::optional<AnswerRecord> read(std::string_view line) const override {
    const auto fields = read_csv_row(line);
    if (!fields || fields->size() != kColumns) return std::nullopt;
    AnswerRecord record;
    record.session = without_protection((*fields)[kSession]);
    const bool is_whole = set(parse_utc((*fields)[kTime]), record.at_ms) &&
                          set(answer_event((*fields)[kEvent]), record.event) &&
                          read_rest(*fields, record);
    if (!is_whole) return std::nullopt;
    return record;
  }

  [[nodiscard]] bool is_first(std::string_view line) const override {
    if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
    return line == kHead.substr(0, kHead.size() - 2);
  }
  [[nodiscard]] bool may_begin(std::string_view bytes) const noexcept override {
    return kHead.starts_with(bytes);
  }
};

}  // namespace

const AnswerFormat& csv_answers() noexcept {
  static const CsvAnswers format;
  return format;
}

}  // namespace grotto
