#include "client/chat/chat_session.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <random>
#include <utility>

#include "client/chat/commands.h"
#include "client/chat/phrasing.h"
#include "client/link/wire.h"
#include "line/text.h"
#include "net/worker.h"

namespace grotto::client {

namespace {

constexpr std::uint64_t kGoodbyeMs = 2'000;  // for the server's last words

}  // namespace

ChatSession::ChatSession(Worker& worker, Setup setup, View& view)
    : worker_(worker),
      setup_(std::move(setup)),
      view_(view),
      link_(worker, setup_.route, setup_.options.patience_ms(), *this),
      framer_(kServerLineBytesMax),
      backoff_(std::random_device{}()),
      token_file_(setup_.token_file),
      name_(setup_.options.name),
      tries_(setup_.options.reconnect.value_or(Reconnect{Reconnect::kEndless}).tries),
      tries_left_(tries_) {}

void ChatSession::start() {
  if (setup_.options.resumes) {
    token_ = token_file_.load();
    if (token_.empty()) tell("there is no session to come back to");
  }
  connect();
}

void ChatSession::connect() {
  set_state(State::connecting);
  link_.connect();
}

void ChatSession::on_link_up() {
  framer_.drop_line();
  has_answered_ = said_goodbye_ = is_catching_up_ = false;
  awaits_token_ = awaits_echo_ = awaits_names_ = false;
  offers_name_ = true;
  is_coming_back_ = !token_.empty();
  offers_token_ = is_coming_back_ && server_has_password_;
  token_was_password_ = was_asked_for_name_ = false;
  asks_.clear();
  forget_last_words();
  std::string words(kAskForJson);
  if (is_coming_back_ && !offers_token_) words += come_back_command() + "\n";
  static_cast<void>(link_.send(words));
  worker_.wheel().arm(patience_, setup_.options.patience_ms());
  set_state(State::entering);
}

std::string ChatSession::come_back_command() const {
  return "/resume " + token_ + book_.positions();
}

// ---- Lines of the user -------------------------------------------------------------------------

void ChatSession::on_typed(const std::string& line) {
  if (state_ == State::over) return;
  const bool is_of_script = question_.has_value() || state_ == State::asked || sent_.has_value();
  if (line.empty() && !is_of_script) return;
  if (is_quit_word(line)) {
    is_leaving_ = true;
    if (link_.is_down() || !has_answered_) return end(0, {});
    worker_.wheel().arm(patience_, kGoodbyeMs);
    return send(is_of_script ? "/quit" : line);
  }
  if (is_of_script) return answer_script(line);
  if (std::exchange(lost_secret_, false)) {
    return tell("not sent: it may be the password that was asked for before the connection broke");
  }
  if (state_ == State::entering && !asks_.empty()) return answer(line);
  queue(line);
}

void ChatSession::leave() {
  on_typed("/quit");
}

void ChatSession::answer(const std::string& line) {
  if (asks_ == "name" && !line.starts_with('/')) name_ = line;
  // The question for a name stands while the server answers a command; a password may be /help.
  if (asks_ != "name" || !line.starts_with('/')) asks_.clear();
  send(line);
  view_.on_status_changed();
}

void ChatSession::queue(const std::string& line) {
  if (!asks_.empty()) return answer(line);  // a question in the chat: /register asks for a password
  book_.end_of_history();
  if (!queue_.add(line)) {
    tell(fmt::format("not sent, {} lines wait already: {}", queue_.size(), line));
    return;
  }
  send_queued();
  view_.on_status_changed();
}

void ChatSession::send_queued() {
  while (state_ == State::in && !is_catching_up_ && !is_leaving_ && !link_.is_high()) {
    const auto line = queue_.take_next();
    if (!line) return;
    send(*line);
    if (!echoes_) show_own(*line);
  }
}

void ChatSession::show_own(const std::string& line) {
  queue_.on_said(line);  // nothing else will tell
  if (line.starts_with('/')) return queue_.on_answer();
  Message own;
  own.type = Message::Type::say;
  own.from = book_.my_name();
  std::string scratch;
  own.text = clean_text(line, scratch);
  view_.show(phrase(own, {book_.my_name(), book_.focus()}));
}

void ChatSession::send(const std::string& line) {
  static_cast<void>(link_.send(line + "\n"));
}

// ---- Coming in ---------------------------------------------------------------------------------

void ChatSession::came_in() {
  const bool is_anew = std::exchange(was_in_, true);
  begin_catching_up();
  awaits_token_ = true;
  send("/resume");
  send("/echo on");
  if (!is_anew && !setup_.options.room.empty() && setup_.options.room != "lobby") {
    send("/join " + setup_.options.room);
  }
  for (const std::string& line : queue_.take_doubtful()) {
    tell("not known to have been said: " + line);
  }
  set_state(State::in);
}

void ChatSession::came_back() {
  was_in_ = true;
  begin_catching_up();
  awaits_names_ = true;
  send("/echo on");
  send("/who");
  set_state(State::in);
}

void ChatSession::begin_catching_up() {
  backoff_.reset();
  tries_left_ = tries_;
  asks_.clear();
  echoes_ = false;
  awaits_echo_ = is_catching_up_ = true;
  head_.reset();
  worker_.wheel().arm(patience_, setup_.options.patience_ms());
}

void ChatSession::check_caught_up() {
  if (!is_catching_up_ || awaits_token_ || awaits_echo_ || awaits_names_) return;
  if (!queue_.has_doubtful()) return on_history_read();
  // A line said twice is worse than one said late: only what is known to be read ends it at once.
  if (head_ && head_->head && book_.has_read_to(head_->room, *head_->head))
    return on_history_read();
  if (!quiet_.is_armed()) worker_.wheel().arm(quiet_, kQuietMs);
}

void ChatSession::on_history_read() {
  is_catching_up_ = false;
  quiet_.cancel();
  patience_.cancel();
  send_queued();
  view_.on_status_changed();
}

void ChatSession::lost_token(const std::string& why) {
  token_.clear();
  token_file_.remove();
  tell(fmt::format("{} You come in anew", why));
  book_.begin_anew();
  is_coming_back_ = false;
}

void ChatSession::forget_last_words() {
  last_refusal_.clear();
  last_refusal_code_.clear();
}

// ---- The connection ----------------------------------------------------------------------------

void ChatSession::on_link_failed(const std::string& why) {
  const std::string sentence = fmt::format("{}: {}", setup_.options.server, why);
  // Who has just typed a wrong address wants to know, and not to wait.
  if (!was_up_ && !setup_.options.reconnect) return end(EX_UNAVAILABLE, sentence + ".");
  try_again(sentence);
}

void ChatSession::on_link_down(End kind) {
  if (state_ == State::over) return;
  patience_.cancel();
  quiet_.cancel();
  std::string_view rest;
  if (framer_.flush(rest)) take_line(rest);
  if (state_ == State::over) return;
  if (is_leaving_ || (said_goodbye_ && kind == End::by_server)) return end(0, {});
  const bool is_final = last_refusal_code_ == "banned" || last_refusal_code_ == "replaced" ||
                        last_refusal_code_ == "kicked" || last_refusal_code_ == "not-allowed" ||
                        last_refusal_code_ == "login-required" || last_refusal_code_ == "full";
  if (is_final) return end(EX_NOPERM, last_refusal_);
  if (!was_up_ && !setup_.options.reconnect) {
    return end(EX_PROTOCOL,
               fmt::format("{} ended the connection without a word of a grotto server; "
                           "--raw is for others.",
                           setup_.options.server));
  }
  note_loss();
  for (const std::string& command : queue_.on_lost()) {
    tell("may not have arrived: " + command);
  }
  try_again(fmt::format("the connection to {} is lost", setup_.options.server));
}

void ChatSession::try_again(const std::string& why) {
  if (is_leaving_) return end(0, {});
  if (tries_left_ == 0) return end(EX_UNAVAILABLE, why + ".");
  if (tries_left_ != Reconnect::kEndless) --tries_left_;
  const std::uint64_t pause_ms = backoff_.next_ms();
  worker_.wheel().arm(again_, pause_ms);
  tell(fmt::format("{}; the next try is in {:.1f} s", why, static_cast<double>(pause_ms) / 1000));
  if (asks_secret()) lost_secret_ = true;
  asks_.clear();
  set_state(State::waiting);
}

void ChatSession::on_patience_over() {
  if (is_leaving_) return end(0, {});
  if (state_ == State::in) return on_history_read();  // no answer that we understand
  const std::string sentence =
      fmt::format("{} has not answered as a grotto server does within {} s; --raw is for others",
                  setup_.options.server, static_cast<double>(setup_.options.patience_ms()) / 1000);
  if (!was_up_) return end(EX_PROTOCOL, sentence + ".");
  link_.drop();
  on_link_down(End::was_cut);
}

void ChatSession::tell(const std::string& sentence) {
  view_.show(own_words(sentence));
}

void ChatSession::end(int exit_status, const std::string& sentence) {
  if (state_ == State::over) return;
  state_ = State::over;
  patience_.cancel();
  again_.cancel();
  quiet_.cancel();
  link_.drop();
  if (is_leaving_ || exit_status == EX_NOPERM) token_file_.remove();
  for (const std::string& line : queue_.take_all()) tell("not known to have been sent: " + line);
  for (const std::string& line : answers_) tell("not sent: " + line);
  view_.on_over(exit_status, sentence);
}

void ChatSession::set_state(State state) {
  state_ = state;
  view_.on_status_changed();
}

// ---- For the terminal --------------------------------------------------------------------------

std::string ChatSession::status() const {
  std::string text;
  switch (state_) {
    case State::connecting: text = "connecting"; break;
    case State::waiting: text = "offline"; break;
    case State::over: text = "over"; break;
    case State::entering:
      text = asks_.empty() ? "entering" : asks_ == "name" ? "your name" : asks_;
      break;
    case State::asked: text = question_ ? question_->asks : "wait"; break;
    case State::in: {
      if (!asks_.empty()) return asks_;
      if (awaits_token_ || awaits_echo_) {
        text = "entering";
        break;
      }
      text = book_.focus().empty() ? "in" : book_.focus();
      const std::uint64_t people = book_.people();
      if (people > 0) text += fmt::format(" · {} {}", people, people == 1 ? "person" : "people");
      break;
    }
  }
  if ((state_ != State::in || is_catching_up_) && queue_.size() > 0) {
    text += fmt::format(" · {} unsent", queue_.size());
  }
  return text;
}

bool ChatSession::asks_secret() const {
  if (question_ && question_->is_hidden) return true;
  return lost_secret_ || asks_.find("password") != std::string::npos;
}

std::vector<std::string> ChatSession::complete(const std::string& word, bool is_first) const {
  if (is_first && word.starts_with('/')) return commands_like(word);
  const bool is_at = word.starts_with('@');
  std::vector<std::string> found = book_.names_like(is_at ? word.substr(1) : word);
  if (is_at) {
    for (std::string& name : found) name.insert(0, 1, '@');
  }
  if (is_first) {
    for (std::string& name : found) name += ':';
  } else {
    for (const std::string& room : book_.rooms()) {
      if (!word.empty() && room.starts_with(word)) found.push_back(room);
    }
  }
  return found;
}

}  // namespace grotto::client
