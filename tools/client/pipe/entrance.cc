#include "client/pipe/entrance.h"

#include <algorithm>
#include <utility>

#include "client/chat/message.h"
#include "client/link/wire.h"
#include "line/text.h"

namespace grotto::client {

namespace {

/// "3 before you": the line of who waits for a turn; plain whatever the format.
bool is_place_in_queue(std::string_view line) {
  const std::size_t digits = line.find_first_not_of("0123456789");
  return digits != 0 && digits != std::string_view::npos && line.substr(digits) == " before you";
}

/// A refusal ends with its code in brackets: "The name ana is taken. [name-taken]".
bool is_refusal(std::string_view line) {
  if (!line.ends_with(']')) return false;
  const std::size_t open = line.rfind(" [");
  if (open == std::string_view::npos) return false;
  const std::string_view code = line.substr(open + 2, line.size() - open - 3);
  return !code.empty() && std::all_of(code.begin(), code.end(),
                                      [](char c) { return c == '-' || (c >= 'a' && c <= 'z'); });
}

/// What is said in a room begins with who said it.
bool is_said(std::string_view line) {
  const std::size_t colon = line.find(": ");
  const std::size_t blank = line.find(' ');
  return line.starts_with("* ") || (colon != std::string_view::npos && colon < blank);
}

bool tells_of_room(std::string_view line) {
  return line.starts_with("You are in ") || line.starts_with("You founded the room ") ||
         line.starts_with("Your lines go to ");
}

}  // namespace

Entrance::Entrance(const Options& options, std::string token)
    : name_(options.name),
      room_(options.room),
      is_json_(options.is_json),
      token_(std::move(token)) {}

bool Entrance::is_needed() const noexcept {
  return !name_.empty() || !token_.empty() || !room_.empty() || is_json_;
}

std::string Entrance::first_words() const {
  std::string words;
  if (is_json_) words += kAskForJson;
  if (!token_.empty()) {
    words += "/resume " + token_ + "\n";
  } else if (!name_.empty() && !is_json_) {
    words += name_ + "\n";
  }
  return words;
}

Entrance::Step Entrance::on_line(std::string_view line) {
  if (stage_ == Stage::greeting && is_place_in_queue(line)) return Step::wait;
  if (stage_ == Stage::greeting && is_refusal(line)) return refuse(line);
  return is_json_ ? on_object(line) : on_plain(line);
}

Entrance::Step Entrance::on_object(std::string_view line) {
  const auto message = Message::parse(line);
  if (!message) return Step::foreign;
  // Without a name of ours the first line of the input is one, or the server asks for none.
  const bool has_given_name = !name_.empty() || !token_.empty();
  switch (message->type) {
    case Message::Type::refusal:
      if (message->code == "no-such-token") return say_name(message->text);
      return refuse(message->text);
    case Message::Type::question:
      if (message->asks != "name") return refuse(message->text);
      if (stage_ != Stage::greeting) return Step::wait;  // after a refused token
      stage_ = Stage::name;
      if (!has_given_name) return Step::is_in;
      if (!token_.empty()) return Step::wait;
      to_send_ = name_ + "\n";
      return Step::send;
    case Message::Type::names:
      if (stage_ == Stage::room || room_.empty()) return Step::is_in;
      return came_in();
    case Message::Type::notice:
      if (stage_ == Stage::room && tells_of_room(message->text)) return Step::is_in;
      if (message->text.starts_with("Welcome back ")) return came_in();
      return has_given_name ? Step::wait : Step::is_in;
    default: return has_given_name ? Step::wait : Step::is_in;
  }
}

Entrance::Step Entrance::on_plain(std::string_view line) {
  if (stage_ == Stage::room) {
    if (is_said(line)) return Step::wait;  // of the history of the lobby
    if (tells_of_room(line)) return Step::is_in;
    return is_refusal(line) ? refuse(line) : Step::wait;
  }
  if (stage_ == Stage::greeting) {
    // Whatever greets ends in words; a protocol that begins with a banner of its own is another.
    stage_ = Stage::name;
    if (line.starts_with("SSH-") || line.starts_with("220") || line.starts_with("HTTP/") ||
        line == name_) {
      return Step::foreign;
    }
    return Step::wait;
  }
  if (line.ends_with("[no-such-token]")) return say_name(line);
  if (is_refusal(line) || line.find(" belongs to an account") != std::string_view::npos) {
    return refuse(line);
  }
  return line.starts_with("Welcome ") ? came_in() : Step::wait;
}

Entrance::Step Entrance::came_in() {
  if (room_.empty() || room_ == "lobby") return Step::is_in;
  stage_ = Stage::room;
  to_send_ = "/join " + room_ + "\n";
  return Step::send;
}

Entrance::Step Entrance::refuse(std::string_view sentence) {
  stage_ = Stage::over;
  std::string scratch;
  sentence_ = clean_text(sentence, scratch);
  return Step::refused;
}

Entrance::Step Entrance::say_name(std::string_view sentence) {
  if (token_.empty() || name_.empty()) return refuse(sentence);
  token_.clear();
  to_send_ = name_ + "\n";
  return Step::send;
}

}  // namespace grotto::client
