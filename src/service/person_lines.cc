#include "service/person_lines.h"

#include <fmt/format.h>

#include "base/json_object.h"
#include "base/time_text.h"
#include "line/text.h"
#include "room/colors.h"
#include "room/local_room.h"
#include "service/participant.h"

namespace grotto {

namespace {

/// Sends an object of that type; `fill` gives it what is between its type and its moment.
template <class Fill>
void send_object(Participant& who, std::string_view type, Fill fill) {
  std::string line;
  JsonObject object(line);
  object.text("type", type);
  fill(object);
  object.moment("at", wall_clock_ms()).end();
  who.write_line(line);
}

/// The text rules come first: of an escape sequence nothing is left, not even an escaped one.
JsonObject& clean(JsonObject& object, std::string_view key, std::string_view text) {
  std::string scratch;
  return object.text(key, clean_text(text, scratch));
}

void fill_names(JsonObject& object, const Room& room, std::size_t listed_max) {
  const Room::Names names = room.names(listed_max);
  object.text("room", room.name())
      .texts("names", names.listed)
      .texts("operators", names.operators)
      .number("more", names.more);
}

}  // namespace

std::string phrase(const Participant& who, std::string_view sentence, std::string_view code) {
  if (!who.reads_json()) {
    return code.empty() ? std::string(sentence) : fmt::format("{} [{}]", sentence, code);
  }
  std::string line;
  JsonObject object(line);
  object.text("type", code.empty() ? "notice" : "refusal");
  if (!code.empty()) object.text("code", code);
  clean(object, "text", sentence).moment("at", wall_clock_ms()).end();
  return line;
}

void ask(Participant& who, std::string_view asks, std::string_view question) {
  if (!who.reads_json()) return who.tell(question);
  send_object(who, "question",
              [&](JsonObject& object) { clean(object.text("asks", asks), "text", question); });
}

void tell_names(Participant& who, const Room& room, std::string_view sentence,
                std::size_t listed_max) {
  if (!who.reads_json()) return who.tell(sentence);
  send_object(who, "names", [&](JsonObject& object) {
    fill_names(object, room, listed_max);
    object.number("head", room.transcript().head());
  });
}

void tell_arrival(Participant& who, const Seat& seat, const Arrival& arrival,
                  std::size_t listed_max) {
  const Room& room = seat.room()->room();
  if (who.reads_json()) {
    return send_object(who, "names", [&](JsonObject& object) {
      fill_names(object, room, listed_max);
      object.number("next", seat.now_begins_at());
    });
  }
  const std::string others = room.list_names(&seat, listed_max);
  who.tell(others.empty() ? std::string(arrival.nobody) : std::string(arrival.others) + others);
  if (arrival.earlier == 0) return;
  who.tell(
      fmt::format("-- {} earlier line{} --", arrival.earlier, arrival.earlier == 1 ? "" : "s"));
}

void tell_topic(Participant& who, const Room& room, const Topic& topic, std::string_view sentence) {
  if (!who.reads_json()) return who.tell(sentence);
  send_object(who, "topic", [&](JsonObject& object) {
    object.text("room", room.name());
    if (!topic.by.empty()) object.text("from", topic.by);
    clean(clean(object, "topic", topic.text), "text", sentence);
  });
}

void tell_private(Participant& who, std::string_view from, std::string_view to,
                  std::string_view text) {
  if (who.reads_json()) {
    return send_object(who, "private", [&](JsonObject& object) {
      object.text("from", from.empty() ? who.name() : from)
          .text("to", to.empty() ? who.name() : to);
      clean(object, "text", text);
    });
  }
  constexpr std::string_view kSelf = "you";
  std::string line;
  const Look look = who.look();
  if (look.is_timed) append_time_of_day(wall_clock_ms(), line);
  const std::string_view first = from.empty() ? kSelf : from;
  look.is_colored ? append_name(first, line) : static_cast<void>(line += first);
  fmt::format_to(std::back_inserter(line), " -> {}: {}\r\n", to.empty() ? kSelf : to, text);
  who.write(line);
}

}  // namespace grotto
