// What a chat session does where a script of questions is asked (`grottod prompt`).
#include <fmt/format.h>

#include <utility>

#include "client/chat/chat_session.h"
#include "client/chat/phrasing.h"
#include "line/text.h"
#include "net/worker.h"

namespace grotto::client {

namespace {
constexpr std::size_t kAnswersMax =
    200;  // typed without a connection; one more is told as not sent
}

void ChatSession::take_script_question(const Message& message) {
  question_ = message;
  sent_.reset();
  if (is_coming_back_) return;  // the first one, asked before the token was looked at
  patience_.cancel();
  backoff_.reset();
  tries_left_ = tries_;
  if (state_ != State::asked) {
    set_state(State::asked);
    if (token_.empty()) {
      awaits_token_ = true;
      send("/resume");
    }
  }
  show_question(message);
  view_.on_status_changed();
  while (!answers_.empty() && question_) {
    const std::string line = std::exchange(answers_.front(), {});
    answers_.pop_front();
    send_answer(line);
  }
}

void ChatSession::show_question(const Message& message) {
  Message whole = message;
  if (!message.hint.empty()) whole.text += " " + message.hint;
  show(whole, RoomBook::Age::fresh);
  std::size_t number = 0;
  for (const std::string& choice : message.choices) {
    ShownLine line;
    line.parts.push_back({fmt::format("{:>3}  {}", ++number, choice), Look::plain});
    view_.show(line);
  }
}

/// What the client has asked for is not shown; what the user has, is.
void ChatSession::take_token(const Message& message) {
  if (is_token(message.token)) {
    token_ = message.token;
    token_file_.save(token_);
  }
  if (std::exchange(awaits_token_, false) || is_coming_back_) return;
  Message notice = message;
  notice.type = Message::Type::notice;
  show(notice, RoomBook::Age::fresh);
}

void ChatSession::answer_script(const std::string& line) {
  if (state_ == State::asked && !link_.is_down()) return send_answer(line);
  if (answers_.size() >= kAnswersMax) {
    return tell(fmt::format("not sent, {} lines wait already: {}", answers_.size(), line));
  }
  answers_.push_back(line);
  view_.on_status_changed();
}

void ChatSession::send_answer(const std::string& line) {
  std::string scratch;
  const bool is_hidden = question_ && question_->is_hidden;
  const std::string shown = is_hidden ? std::string("***") : std::string(clean_text(line, scratch));
  ShownLine own;
  own.parts.push_back({"> " + shown, Look::faint});
  view_.show(own);
  sent_ = is_hidden ? "a hidden answer" : line;
  send(line);
  // A refusal leaves the question in turn, so does a command; another one takes its place.
}

/// The connection is lost.
void ChatSession::note_loss() {
  if (!sent_) return;
  const std::string answer = std::move(*sent_);
  sent_.reset();
  tell("may not have arrived: " + answer);
}

}  // namespace grotto::client
