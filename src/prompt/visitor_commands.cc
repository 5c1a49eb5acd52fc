// What may be typed in place of an answer.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/edit_distance.h"
#include "base/escape.h"
#include "prompt/prompt_commands.h"
#include "prompt/prompt_service.h"
#include "prompt/token.h"
#include "prompt/visitor.h"

namespace grotto {

namespace {

constexpr unsigned kHostAttemptsMax = 3;  // then the connection ends
constexpr std::size_t kTableRows = 30;

/// ` Did you mean /back?`, if something is near.
std::string meant(std::string_view line) {
  const std::string_view word = line.substr(0, line.find(' '));
  const auto commands = prompt_commands();
  const auto nearest = std::min_element(
      commands.begin(), commands.end(), [&](const PromptCommand& one, const PromptCommand& other) {
        return edit_distance(word, one.name) < edit_distance(word, other.name);
      });
  return edit_distance(word, nearest->name) <= 2 ? fmt::format(" Did you mean {}?", nearest->name)
                                                 : std::string();
}

}  // namespace

/// True if the line was a command, or meant to be one.
bool Visitor::take_command(std::string_view line) {
  if (line == "{quit}") {
    quit({});
    return true;
  }
  if (!line.starts_with('/') || line.starts_with("//")) return false;
  std::string_view argument;
  const PromptCommand* const command = find_prompt_command(line, argument);
  const bool is_host = state_ == State::host;
  const bool is_here =
      command != nullptr &&
      (command->whose == CommandFor::everybody ||
       (command->whose == CommandFor::nobody_is_told &&
        !service_.shared().setting.host_key.empty()) ||
       (command->whose == CommandFor::host && is_host) ||
       (command->whose == CommandFor::race_host && is_host && service_.script().race));
  if (!is_here) {
    // A password may begin with a slash.
    if (is_asking() && current().type == AskType::hidden) return false;
    wording_.refuse(
        fmt::format(
            "There is no command {}.{} /help lists them; an answer that begins with a slash "
            "is typed with two.",
            escaped(line.substr(0, std::min<std::size_t>(line.find(' '), 40))), meant(line)),
        "unknown-command");
  } else if (command->usage.empty() && !argument.empty()) {
    wording_.refuse(fmt::format("{} takes nothing after it.", command->name), "usage");
  } else {
    (this->*command->run)(argument);
  }
  return true;
}

void Visitor::help(std::string_view /*argument*/) {
  const bool is_host = state_ == State::host;
  tell(is_host ? "You are the host. You may type:"
               : "Type your answer and press enter. In place of an answer you may type:");
  for (const PromptCommand& command : prompt_commands()) {
    const bool is_shown =
        command.whose == CommandFor::everybody || (is_host && command.whose == CommandFor::host) ||
        (is_host && command.whose == CommandFor::race_host && service_.script().race);
    if (!is_shown) continue;
    tell(fmt::format("  {:<20} {}", fmt::format("{} {}", command.name, command.usage),
                     command.help));
  }
  if (is_asking() && current().is_optional) tell("This question may be left without an answer.");
}

void Visitor::again(std::string_view /*argument*/) {
  if (!is_asking()) return wording_.refuse("Nothing is asked at the moment.", "no-question");
  show_question();
}

void Visitor::back(std::string_view /*argument*/) {
  const std::size_t last = visit_->last();
  const bool is_question = last != kScriptEnd;
  if (!is_asking() || visit_->answered() == 0) {
    return wording_.refuse("There is no question before this one.", "first-question");
  }
  if (is_in_race_) {
    return wording_.refuse("In a race there is no way back.", "counts-already");
  }
  if (!is_question || !service_.script().asks[last].correct.empty() || own_ask_ != nullptr) {
    return wording_.refuse("The last answer counts already and stays.", "counts-already");
  }
  show_input();
  visit_->go_back();
  ask_now();
}

void Visitor::skip(std::string_view /*argument*/) {
  if (!is_asking()) return wording_.refuse("Nothing is asked at the moment.", "no-question");
  const Ask& ask = current();
  if (is_in_race_) {
    return wording_.refuse("In a race nothing is skipped: wait for the next question.",
                           "not-optional");
  }
  if (ask.is_optional) return commit(Value(), AnswerHow::skipped);
  if (!std::holds_alternative<std::monostate>(ask.default_value)) {
    return commit(ask.default_value, AnswerHow::by_default);
  }
  wording_.refuse("This question needs an answer.", "not-optional");
}

void Visitor::quit(std::string_view /*argument*/) {
  leave_unfinished("Goodbye!");
}

void Visitor::tell_score(std::string_view /*argument*/) {
  if (!service_.script().has_score() && !service_.script().run) {
    return wording_.refuse("There are no points here.", "no-score");
  }
  const double score = visit_->score();
  wording_.tell_score(
      fmt::format("You have {} point{}.", points_text(score), score == 1 ? "" : "s"), score);
}

void Visitor::start_telnet(std::string_view /*argument*/) {
  if (!session_.start_telnet()) {
    return wording_.refuse("Telnet is turned off on this port.", "no-telnet");
  }
  // The question may be of the hidden kind, which is possible from now on.
  if (is_asking() && current().type == AskType::hidden) show_question();
}

void Visitor::set_format(std::string_view argument) {
  if (argument != "plain" && argument != "json") {
    return wording_.refuse("Choose how you read: /format plain, or /format json", "usage");
  }
  if (argument == "plain" && session_.framing() != Framing::lines) {
    return wording_.refuse("Here you read objects only.", "usage");
  }
  wording_.set_json(argument == "json");
  tell(argument == "json" ? "You read a JSON object per line." : "You read lines of text.");
}

// ---- Going on ----------------------------------------------------------------------------------

void Visitor::tell_how_to_resume() {
  if (token_.empty()) return;
  wording_.tell_token(
      fmt::format("To go on later, or after a dropped connection: /resume {}", token_), token_);
}

void Visitor::resume(std::string_view argument) {
  if (token_.empty()) {
    return wording_.refuse("Here nothing can be gone on with later.", "no-such-token");
  }
  if (argument.empty()) {
    return wording_.tell_token(
        fmt::format("Your token is {}. If your connection drops, connect again and type /resume {}",
                    token_, token_),
        token_);
  }
  if (visit_->has_begun() || !(is_asking() || state_ == State::racing)) {
    return wording_.refuse("You have begun already; /resume TOKEN is for before the first answer.",
                           "has-begun");
  }
  claim(std::string(argument));
}

void Visitor::claim(const std::string& token) {
  auto found = service_.shared().book.claim(token_hash(token), eviction());
  if (auto* const visit = std::get_if<std::shared_ptr<Visit>>(&found)) {
    return adopt(std::move(*visit), token);
  }
  const auto* const evict = std::get_if<VisitBook::Evict>(&found);
  if (evict == nullptr) {
    const bool has_waited = state_ == State::claiming;
    settle(is_in_race_ ? State::racing : State::asked);
    wording_.refuse("Nobody can go on by that token: it is not one, or all is answered already.",
                    "no-such-token");
    if (!is_in_race_ || !has_waited) return;
    leave_race();  // a question may have come meanwhile
    return join_race();
  }
  state_ = State::claiming;
  (*evict)([ref = service_.ref(number_), token] {
    ref.post([token](Visitor* who) {
      if (who != nullptr && who->state_ == State::claiming) who->claim(token);
    });
  });
}

void Visitor::adopt(std::shared_ptr<Visit> visit, const std::string& token) {
  leave_race();
  deadline_.cancel();
  show_input();
  is_open_ = false;
  service_.shared().board.remove(visit_->id());
  visit_ = std::move(visit);
  token_ = token;
  hold_visit();
  // What was being kept when the connection dropped comes first: nothing is asked before it is
  // safe.
  keep({record(AnswerEvent::resumed)}, [this] {
    tell(fmt::format("Welcome back! {} question{} answered.", visit_->answered(),
                     visit_->answered() == 1 ? " is" : "s are"));
    go_on();
  });
  session_.resume();  // lines have waited while it was claimed
}

// ---- The host ----------------------------------------------------------------------------------

void Visitor::become_host(std::string_view argument) {
  if (state_ == State::host) return wording_.refuse("You are the host already.", "already");
  if (!is_same_secret(argument, service_.shared().setting.host_key)) {
    service_.warnings().note("wrong host key", {{"peer", session_.peer_host()}});
    wording_.refuse("That is not the host's key.", "wrong-key");
    if (++host_attempts_ < kHostAttemptsMax) return;
    state_ = State::over;
    return session_.finish(CloseReason::refused, {});
  }
  leave_race();
  deadline_.cancel();
  show_input();
  is_open_ = false;
  if (!visit_->has_begun()) service_.shared().board.remove(visit_->id());
  state_ = State::host;
  tell(
      "You are the host: nothing is asked of you, and you see how far everybody is. /help lists "
      "what you can do.");
  show_table({});
  service_.wheel().arm(deadline_, 1);
}

void Visitor::show_table(std::string_view /*argument*/) {
  Board& board = service_.shared().board;
  board_version_ = board.version();
  const Script& script = service_.script();
  tell(table_text(board.rows(), script.asks.size(), script.has_score(), kTableRows));
}

}  // namespace grotto
