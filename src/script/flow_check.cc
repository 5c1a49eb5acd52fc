#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "script/load_script.h"
#include "script/words.h"

namespace grotto {
namespace {

/// Which question may follow which, whatever is answered.
//
// Each question has two knots: its turn has come (it may still be passed over), and it has been
// answered. The end is a knot, too.
class Ways {
 public:
  using Knot = std::size_t;
  using Reached = std::vector<bool>;

  explicit Ways(const Script& script);

  [[nodiscard]] Knot turn(std::size_t ask) const {
    return std::min(2 * ask, end());  // kScriptEnd, or behind the last: the end
  }
  [[nodiscard]] static Knot answered(std::size_t ask) { return 2 * ask + 1; }
  [[nodiscard]] Knot end() const { return 2 * asks_; }

  /// What can be reached from there, in one step at least.
  [[nodiscard]] Reached from(Knot start) const { return walked(start, ways_); }
  /// From where it can be reached, in one step at least.
  [[nodiscard]] Reached to(Knot goal) const { return walked(goal, back_); }

 private:
  using Table = std::vector<std::vector<Knot>>;

  void add(Knot from, Knot to) {
    ways_[from].push_back(to);
    back_[to].push_back(from);
  }
  [[nodiscard]] static Reached walked(Knot start, const Table& ways);

  std::size_t asks_;
  Table ways_;
  Table back_;
};

bool may_be_passed(const Script& script, const Ask& ask) {
  return !ask.when.is_always() ||
         (ask.section != kNoSection && !script.sections[ask.section].when.is_always());
}

/// Its tries or its time can run out, and then nothing stands in for an answer.
bool may_end_all(const Ask& ask) {
  return (ask.tries != 0 || ask.seconds != 0) && !ask.has_otherwise && !ask.is_optional &&
         std::holds_alternative<std::monostate>(ask.default_value);
}

Ways::Ways(const Script& script)
    : asks_(script.asks.size()), ways_(2 * asks_ + 1), back_(2 * asks_ + 1) {
  for (std::size_t i = 0; i != asks_; ++i) {
    const Ask& ask = script.asks[i];
    add(turn(i), answered(i));
    if (may_be_passed(script, ask)) add(turn(i), turn(i + 1));
    for (const Goto& way : ask.gotos) add(answered(i), way.to == kScriptEnd ? end() : turn(way.to));
    const bool goes_always = std::any_of(ask.gotos.begin(), ask.gotos.end(),
                                         [](const Goto& way) { return way.when.is_always(); });
    if (!goes_always) add(answered(i), turn(i + 1));
    // When its time has run out it has been asked, but not answered.
    if (ask.has_otherwise) {
      add(turn(i), ask.otherwise == kScriptEnd ? end() : turn(ask.otherwise));
    } else if (may_end_all(ask)) {
      add(turn(i), end());
    }
  }
}

Ways::Reached Ways::walked(Knot start, const Table& ways) {
  Reached reached(ways.size());
  std::vector<Knot> ahead{start};
  while (!ahead.empty()) {
    const Knot knot = ahead.back();
    ahead.pop_back();
    for (const Knot next : ways[knot]) {
      if (reached[next]) continue;
      reached[next] = true;
      ahead.push_back(next);
    }
  }
  return reached;
}

class FlowCheck {
 public:
  explicit FlowCheck(const Script& script) : script_(script), ways_(script) {
    reached_ = ways_.from(ways_.turn(0));
    reached_[ways_.turn(0)] = true;
    for (std::size_t i = 0; i != script.asks.size(); ++i) {
      after_.push_back(ways_.from(Ways::answered(i)));
    }
  }

  std::vector<ScriptFault> run() {
    find_unreached();
    find_loops();
    find_unanswered();
    return std::move(faults_);
  }

 private:
  void find_unreached();
  void find_loops();
  void find_unanswered();
  void check_section(std::size_t place);
  void tell_loop(const std::vector<std::size_t>& loop);

  [[nodiscard]] bool is_reached(std::size_t ask) const { return reached_[ways_.turn(ask)]; }
  /// Whether the one may have been answered when the other's turn comes.
  [[nodiscard]] bool may_precede(std::size_t one, std::size_t other) const {
    return is_reached(one) && after_[one][ways_.turn(other)];
  }
  template <class May>
  void check(const std::vector<Mention>& mentions, May may_be_answered);

  const Script& script_;
  Ways ways_;
  Ways::Reached reached_;
  std::vector<Ways::Reached> after_;  // by question: what its answer can lead to
  std::vector<ScriptFault> faults_;
};

void FlowCheck::find_unreached() {
  for (std::size_t i = 0; i != script_.asks.size(); ++i) {
    if (is_reached(i)) continue;
    faults_.push_back({script_.asks[i].place, fmt::format("No way leads to the question {}.",
                                                          in_quotes(script_.asks[i].id))});
  }
}

void FlowCheck::find_loops() {
  const auto ends = ways_.to(ways_.end());
  std::vector<bool> is_told(script_.asks.size());
  for (std::size_t i = 0; i != script_.asks.size(); ++i) {
    if (!is_reached(i) || ends[ways_.turn(i)] || is_told[i]) continue;
    const auto ahead = ways_.from(ways_.turn(i));
    const auto behind = ways_.to(ways_.turn(i));
    std::vector<std::size_t> loop;
    bool is_loop = true;  // what only leads into a loop is not part of it
    for (std::size_t j = 0; j != script_.asks.size(); ++j) {
      if (!ahead[ways_.turn(j)]) continue;
      loop.push_back(j);
      is_loop = is_loop && behind[ways_.turn(j)];
    }
    if (!is_loop) continue;
    for (const std::size_t j : loop) is_told[j] = true;
    tell_loop(loop);
  }
}

void FlowCheck::tell_loop(const std::vector<std::size_t>& loop) {
  constexpr std::size_t kTold = 5;
  std::vector<std::string> ids;
  Place place = script_.asks[loop.front()].place;
  bool is_placed = false;
  for (const std::size_t i : loop) {
    const Ask& ask = script_.asks[i];
    if (ids.size() < kTold) ids.push_back(in_quotes(ask.id));
    for (const Goto& way : ask.gotos) {
      if (is_placed || way.to > i) continue;
      place = way.place;
      is_placed = true;
    }
  }
  if (loop.size() > kTold) ids.emplace_back("others");
  faults_.push_back(
      {place, fmt::format("This never ends: no way leads out of {}.", listed(ids, "and"))});
}

template <class May>
void FlowCheck::check(const std::vector<Mention>& mentions, May may_be_answered) {
  for (const Mention& mention : mentions) {
    if (may_be_answered(mention.ask)) continue;
    faults_.push_back({mention.place, fmt::format("Nothing can have been answered to {} here.",
                                                  in_quotes(script_.asks[mention.ask].id))});
  }
}

void FlowCheck::find_unanswered() {
  for (std::size_t i = 0; i != script_.asks.size(); ++i) {
    if (!is_reached(i)) continue;
    const Ask& ask = script_.asks[i];
    const auto before = [this, i](std::size_t one) { return may_precede(one, i); };
    const auto after = [&](std::size_t one) { return one == i || before(one); };
    check(ask.when.mentions(), before);
    check(ask.prompt.mentions(), before);
    check(ask.before.mentions(), before);
    check(ask.after.mentions(), after);
    check(ask.right.mentions(), after);
    check(ask.wrong.mentions(), after);
    for (const Goto& way : ask.gotos) check(way.when.mentions(), after);
  }
  for (std::size_t i = 0; i != script_.sections.size(); ++i) check_section(i);
  const auto ever = [this](std::size_t one) { return is_reached(one) && after_[one][ways_.end()]; };
  check(script_.end.mentions(), ever);
  check(script_.thanks.mentions(), ever);
}

void FlowCheck::check_section(std::size_t place) {
  const Section& section = script_.sections[place];
  std::vector<std::size_t> members;
  for (std::size_t i = 0; i != script_.asks.size(); ++i) {
    if (script_.asks[i].section == place) members.push_back(i);
  }
  if (members.empty()) {
    faults_.push_back(
        {section.place, fmt::format("No question is in the section {}.", in_quotes(section.id))});
    return;
  }
  const auto before = [&](std::size_t one) {
    return std::any_of(members.begin(), members.end(),
                       [&](std::size_t member) { return may_precede(one, member); });
  };
  check(section.title.mentions(), before);
  check(section.when.mentions(), before);
}

}  // namespace

std::vector<ScriptFault> check_flow(const Script& script) {
  if (script.asks.empty()) return {};
  return FlowCheck(script).run();
}

}  // namespace grotto
