#include "prompt/race_track.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "base/check.h"
#include "prompt/visitor.h"
#include "prompt/wording.h"

namespace grotto {

namespace {
constexpr std::size_t kStandings = 5;

const Race& race_of(const Script& script) {
  GROTTO_CHECK(script.race.has_value());
  return *script.race;
}
}  // namespace

RaceTrack::RaceTrack(std::shared_ptr<const Script> script)
    : script_(std::move(script)),
      race_(race_of(*script_)),
      first_(static_cast<std::size_t>(
          std::find_if(script_->asks.begin(), script_->asks.end(),
                       [](const Ask& ask) { return !ask.correct.empty(); }) -
          script_->asks.begin())) {}

void RaceTrack::attach(WorkerContext& worker, std::shared_ptr<Mailbox> mailbox) {
  worker_ = &worker;
  mailbox_ = std::move(mailbox);
}

void RaceTrack::detach() {
  timer_.cancel();
  worker_ = nullptr;
}

// ---- From any thread ---------------------------------------------------------------------------

void RaceTrack::join(const VisitorRef& who, std::string name, double score) {
  mailbox_->post([this, who, name = std::move(name), score] { do_join(who, name, score); });
}

void RaceTrack::leave(const VisitorRef& who) {
  mailbox_->post([this, who] { do_leave(who); });
}

void RaceTrack::answer(const VisitorRef& who, std::size_t question, bool is_right,
                       std::string text) {
  mailbox_->post([this, who, question, is_right, text = std::move(text)] {
    do_answer(who, question, is_right, text);
  });
}

void RaceTrack::settle(const VisitorRef& who, std::size_t question) {
  mailbox_->post([this, who, question] { do_settle(who, question); });
}

void RaceTrack::order(Order what, std::function<void(std::string sentence)> done) {
  mailbox_->post([this, what, done = std::move(done)] { done(do_order(what)); });
}

// ---- On its worker -----------------------------------------------------------------------------

void RaceTrack::tell_all(const std::string& text, const VisitorRef* but) {
  for (const auto& [ref, player] : players_) {
    if (but != nullptr && ref == *but) continue;
    ref.post([text](Visitor* visitor) {
      if (visitor != nullptr) visitor->tell(text);
    });
  }
}

void RaceTrack::do_join(const VisitorRef& who, std::string name, double score) {
  if (players_.size() >= kPlayersMax) {
    return who.post([](Visitor* visitor) {
      if (visitor != nullptr) visitor->on_race_over("There are as many players as there may be.");
    });
  }
  // No two are called alike.
  const auto is_taken = [this](const std::string& wanted) {
    return std::any_of(players_.begin(), players_.end(),
                       [&](const auto& each) { return each.second.name == wanted; });
  };
  std::string unique = name;
  for (unsigned i = 2; is_taken(unique); ++i) unique = fmt::format("{} ({})", name, i);
  players_[who] = Player{unique, score};
  if (state_ != State::waiting) {
    return who.post([](Visitor* visitor) {
      if (visitor != nullptr) visitor->tell("The race is on: you are in from the next question.");
    });
  }
  const std::uint64_t wanted = race_.players;
  if (wanted == 0) {
    tell_all(fmt::format("{} is in. The host begins the race.", unique));
  } else if (players_.size() < wanted) {
    tell_all(fmt::format("{} is in: {} of {} players are here.", unique, players_.size(), wanted));
  } else {
    tell_all(fmt::format("{} is in. The race begins!", unique));
    begin(first_);
  }
}

void RaceTrack::do_leave(const VisitorRef& who) {
  const auto found = players_.find(who);
  if (found == players_.end()) return;
  const std::string name = found->second.name;
  players_.erase(found);
  if (players_.empty()) return finish();
  tell_all(fmt::format("{} has left the race.", name));
  if (state_ == State::asking && have_all_answered()) end_question(right_answer());
  go_on_if_settled();
}

void RaceTrack::begin(std::size_t question) {
  if (question >= script_->asks.size() || players_.empty()) return finish();
  state_ = State::asking;
  question_ = question;
  began_ms_ = worker_->wheel().now_ms();
  for (auto& [ref, player] : players_) {
    player.is_asked = true;
    player.has_answered = false;
    player.is_unsettled = true;
    ref.post([question](Visitor* visitor) {
      if (visitor != nullptr) visitor->on_race_question(question);
    });
  }
  const Ask& ask = script_->asks[question];
  worker_->wheel().arm(timer_, 1000 * (ask.seconds != 0 ? ask.seconds : race_.seconds));
}

void RaceTrack::do_answer(const VisitorRef& who, std::size_t question, bool is_right,
                          const std::string& text) {
  const auto found = players_.find(who);
  const bool counts = found != players_.end() && state_ == State::asking && question == question_ &&
                      found->second.is_asked && !found->second.has_answered;
  const double points = counts && is_right ? script_->asks[question].points : 0;
  who.post([points, counts](Visitor* visitor) {
    if (visitor != nullptr) visitor->on_race_verdict(points, counts);
  });
  if (!counts) return;
  Player& player = found->second;
  player.has_answered = true;
  if (is_right) {
    player.score += points;
    const double seconds = static_cast<double>(worker_->wheel().now_ms() - began_ms_) / 1000;
    const std::string shown = script_->asks[question].type == AskType::hidden ? "" : ": " + text;
    return end_question(fmt::format("{} was first{} ({:.1f} s).", player.name, shown, seconds));
  }
  if (have_all_answered()) end_question(right_answer());
}

bool RaceTrack::have_all_answered() const {
  return std::all_of(players_.begin(), players_.end(), [](const auto& each) {
    return each.second.has_answered || !each.second.is_asked;
  });
}

std::string RaceTrack::right_answer() const {
  const Ask& ask = script_->asks[question_];
  if (ask.type == AskType::hidden) return "Nobody had it.";  // no text shows it
  return fmt::format("Nobody had it. Right is: {}", to_text(ask.correct.front()));
}

void RaceTrack::end_question(const std::string& sentence) {
  state_ = State::settling;
  is_pause_over_ = false;
  const std::size_t question = question_;
  const std::string text = sentence + "\n" + standings();
  for (const auto& [ref, player] : players_) {
    const bool was_asked = player.is_asked;
    ref.post([question, text, was_asked](Visitor* visitor) {
      if (visitor == nullptr) return;
      visitor->tell(text);
      if (was_asked) visitor->on_race_question_over(question);
    });
  }
  worker_->wheel().arm(timer_, 1000 * race_.pause_seconds);
}

void RaceTrack::do_settle(const VisitorRef& who, std::size_t question) {
  const auto found = players_.find(who);
  if (found == players_.end() || question != question_) return;
  found->second.is_unsettled = false;
  go_on_if_settled();
}

void RaceTrack::go_on_if_settled() {
  if (state_ != State::settling || !is_pause_over_) return;
  const bool is_settled = std::none_of(players_.begin(), players_.end(),
                                       [](const auto& each) { return each.second.is_unsettled; });
  if (is_settled) begin(question_ + 1);
}

void RaceTrack::on_timer() {
  if (state_ == State::asking) return end_question(right_answer());
  is_pause_over_ = true;
  go_on_if_settled();
}

void RaceTrack::finish() {
  state_ = State::waiting;  // for the next players
  timer_.cancel();
  const std::string text = "The race is over.\n" + standings();
  for (const auto& [ref, player] : players_) {
    ref.post([text](Visitor* visitor) {
      if (visitor != nullptr) visitor->on_race_over(text);
    });
  }
  players_.clear();
}

std::string RaceTrack::do_order(Order what) {
  if (players_.empty()) return "Nobody is in the race yet.";
  if (what == Order::start) {
    if (state_ != State::waiting) return "The race is on already.";
    tell_all("The race begins!");
    begin(first_);
    return "The race has begun.";
  }
  if (state_ != State::asking) return "No question is open.";
  end_question(right_answer());
  return "The question is closed.";
}

std::string RaceTrack::standings() const {
  std::vector<const Player*> order;
  order.reserve(players_.size());
  for (const auto& [ref, player] : players_) order.push_back(&player);
  std::sort(order.begin(), order.end(), [](const Player* one, const Player* other) {
    return one->score != other->score ? one->score > other->score : one->name < other->name;
  });
  std::string text = "Points:";
  for (std::size_t i = 0; i < std::min(order.size(), kStandings); ++i) {
    fmt::format_to(std::back_inserter(text), "{} {} {}", i == 0 ? "" : ",", order[i]->name,
                   points_text(order[i]->score));
  }
  if (order.size() > kStandings) {
    fmt::format_to(std::back_inserter(text), " and {} more", order.size() - kStandings);
  }
  return text;
}

}  // namespace grotto
