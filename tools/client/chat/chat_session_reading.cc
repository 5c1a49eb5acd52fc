// What a chat session does with the lines that it reads.
#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <utility>

#include "client/chat/chat_session.h"
#include "client/chat/phrasing.h"
#include "line/text.h"
#include "net/worker.h"

namespace grotto::client {

namespace {

constexpr std::size_t kLineBytesMax = 4096;  // of the server, by default

/// "3 before you": the line of who waits for a turn; plain whatever the format.
bool is_place_in_queue(std::string_view line) {
  const std::size_t digits = line.find_first_not_of("0123456789");
  return digits != 0 && digits != std::string_view::npos && line.substr(digits) == " before you";
}

}  // namespace

void ChatSession::on_link_bytes(std::string_view bytes) {
  std::string_view line;
  while (state_ != State::over && !link_.is_down()) {
    const auto next = framer_.next(bytes, line);
    if (next == LineFramer::Next::need_more) break;
    if (next == LineFramer::Next::line) {
      take_line(line);
    } else {
      tell("a line of the server was too long to be shown");
    }
  }
  if (is_catching_up_ && quiet_.is_armed()) {
    worker_.wheel().arm(quiet_, kQuietMs);
    check_caught_up();
  }
}

void ChatSession::take_line(std::string_view line) {
  const auto message = Message::parse(line);
  if (!message) return take_first_line(line);
  was_up_ = has_answered_ = true;
  take(*message);
}

void ChatSession::take_first_line(std::string_view line) {
  std::string scratch;
  const std::string_view shown = clean_text(line, scratch);
  // Those before the service are plain: the queue, and refusals, which end with their code.
  const bool is_refusal = shown.ends_with(']') && shown.rfind(" [") != std::string_view::npos;
  if (has_answered_ || is_place_in_queue(line) || is_refusal) {
    ShownLine plain;
    plain.parts.push_back({std::string(shown), is_refusal ? Look::refusal : Look::faint});
    view_.show(plain);
    if (is_refusal && !has_answered_) {
      was_up_ = true;
      last_refusal_ = shown;
      const std::size_t open = shown.rfind(" [");
      last_refusal_code_ = shown.substr(open + 2, shown.size() - open - 3);
    }
    worker_.wheel().arm(patience_, setup_.options.patience_ms());
    if (has_answered_ || is_place_in_queue(line)) patience_.cancel();
    return;
  }
  end(EX_PROTOCOL, fmt::format("{} does not answer as a grotto server; --raw is for others.",
                               setup_.options.server));
}

void ChatSession::take(const Message& message) {
  const std::string name_before = book_.my_name();
  if (state_ == State::in && message.type != Message::Type::end) forget_last_words();
  switch (message.type) {
    case Message::Type::notice:
      if (!message.id) return take_notice(message);
      break;
    case Message::Type::refusal: return take_refusal(message);
    case Message::Type::question:
      return message.kind.empty() ? take_question(message) : take_script_question(message);
    case Message::Type::token: return take_token(message);
    case Message::Type::end: said_goodbye_ = true; return;
    default: break;
  }
  const RoomBook::Age age = book_.take(message);
  const bool is_said = message.type == Message::Type::say || message.type == Message::Type::me;
  if (is_said && age == RoomBook::Age::fresh && message.from == name_before) {
    queue_.on_said(message.text);
  }
  // Where nobody is asked for a name, the names are the welcome.
  if (message.type == Message::Type::names && message.next && state_ == State::entering) came_in();
  if (message.type == Message::Type::names && std::exchange(awaits_names_, false)) {
    head_ = message;
    check_caught_up();
    return view_.on_status_changed();
  }
  if (!message.id) queue_.on_answer();
  show(message, age);
}

void ChatSession::take_notice(const Message& message) {
  const bool is_ours = is_answer_to_us(message);
  const std::size_t rooms_before = book_.rooms().size();
  book_.take(message);
  said_goodbye_ = message.text == "Goodbye!";
  if (state_ == State::asked) {
    sent_.reset();
    if (message.text == "You read a JSON object per line.") return;
    show(message, RoomBook::Age::fresh);
    return view_.on_status_changed();
  }
  // Why a connection is ended is told with its code behind it; why one is out of a room, too.
  const std::size_t open = message.text.rfind(" [");
  const bool stays = book_.rooms().size() < rooms_before;
  if (!stays && message.text.ends_with(']') && open != std::string::npos) {
    last_refusal_ = message.text;
    last_refusal_code_ = message.text.substr(open + 2, message.text.size() - open - 3);
  }
  if (state_ == State::entering) {
    if (is_coming_back_ && message.text.starts_with("Welcome back! ")) {
      is_coming_back_ = false;  // to questions: the one in turn follows
    } else if ((is_coming_back_ && question_) ||
               message.text == "You read a JSON object per line.") {
      return;  // what stands before the questions was read already
    } else if (message.text.starts_with("Welcome back ")) {
      came_back();
    } else if (message.text.starts_with("Welcome ")) {
      came_in();
    }
  } else if (!is_ours) {
    queue_.on_answer();
  }
  if (!is_ours) show(message, RoomBook::Age::fresh);
  view_.on_status_changed();
  // Coming in is over with the answers to our own questions; then what waited goes out.
  if (is_ours) check_caught_up();
}

bool ChatSession::is_answer_to_us(const Message& message) {
  constexpr std::string_view kToken = "Your token is ";
  if (awaits_token_ && message.text.starts_with(kToken)) {
    awaits_token_ = false;
    token_ = message.text.substr(kToken.size());
    token_.resize(std::min(token_.find('.'), token_.size()));
    if (!is_token(token_)) token_.clear();
    if (!token_.empty()) token_file_.save(token_);
    return true;
  }
  const bool is_echo = message.text.starts_with("You will read your own lines") ||
                       message.text.starts_with("/echo is on");
  if (awaits_echo_ && is_echo) {
    awaits_echo_ = false;
    echoes_ = true;
    return true;
  }
  return false;
}

void ChatSession::take_refusal(const Message& message) {
  last_refusal_ = message.text;
  last_refusal_code_ = message.code;
  if (state_ == State::entering && is_coming_back_) {
    if (message.code == "no-such-token" || message.code == "name-taken") {
      lost_token(message.text);
      if (question_) take_script_question(Message(*question_));
      return;
    }
    if (std::exchange(token_was_password_, false)) return;
  }
  const bool is_not_offered = message.code == "no-names" || message.code == "unknown-command";
  if (is_not_offered && (awaits_token_ || awaits_echo_)) {
    (awaits_token_ ? awaits_token_ : awaits_echo_) = false;
    if (!awaits_token_ && !awaits_echo_) on_history_read();
    return;
  }
  sent_.reset();
  if (state_ == State::in) {
    asks_.clear();  // the answer was refused: what is typed now is said
    queue_.on_refusal(message.code, kLineBytesMax);
  }
  show(message, RoomBook::Age::fresh);
  view_.on_status_changed();
}

void ChatSession::take_question(const Message& message) {
  const bool is_name = message.asks == "name";
  was_asked_for_name_ = was_asked_for_name_ || is_name;
  // While a token is being looked at, the greeting is no question to anybody.
  if (is_name && state_ == State::entering && is_coming_back_) {
    if (std::exchange(offers_token_, false)) send(come_back_command());
    return;
  }
  // Before a name, it is the server's own password that is asked for.
  const bool is_of_server = state_ == State::entering && !was_asked_for_name_;
  if (is_of_server && !std::exchange(server_has_password_, true) && is_coming_back_) {
    token_was_password_ = offers_token_ = true;  // it was sent at once; it is asked anew
    return;
  }
  lost_secret_ = false;
  patience_.cancel();
  const std::string& name = book_.my_name().empty() ? name_ : book_.my_name();
  if (is_name && !name.empty() && std::exchange(offers_name_, false)) return send(name);
  asks_ = message.asks.empty() ? "answer" : message.asks;
  show(message, RoomBook::Age::fresh);
  view_.on_status_changed();
}

void ChatSession::show(const Message& message, RoomBook::Age age) {
  if (age == RoomBook::Age::repeated) return;
  // Who comes back reads his own lines again, and that he came is no news to him.
  if (message.type == Message::Type::join && message.from == book_.my_name()) return;
  const bool is_earlier = age == RoomBook::Age::earlier;
  ShownLine line = phrase(message, {book_.my_name(), book_.focus()});
  if (line.parts.empty()) return;
  if (is_earlier != is_in_history_) {
    is_in_history_ = is_earlier;
    tell(is_earlier ? "earlier" : "now");
  }
  line.is_earlier = is_earlier;
  if (is_earlier) line.rings = false;
  view_.show(line);
  view_.on_status_changed();
}

}  // namespace grotto::client
