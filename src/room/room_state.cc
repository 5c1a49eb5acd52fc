// Room's chapter on upgrades: what another process needs to go on with it.
#include <limits>
#include <string_view>
#include <vector>

#include "base/log.h"
#include "grotto/state.h"
#include "room/archive.h"
#include "room/room.h"

namespace grotto {

namespace {

constexpr std::size_t kLinesAtOnce = 1'000;
constexpr KeepRule kKeepAll{.bytes_min = std::numeric_limits<std::size_t>::max(),
                            .lines_min = std::numeric_limits<std::size_t>::max()};

void save_lines(const Snapshot& log, StateWriter& state) {
  state.number(log.first());
  state.number(log.head() - log.first());
  for (LineNumber line = log.first(); line < log.head(); ++line) {
    const Entry& entry = log.entry(line);
    state.text(log.line(line));
    state.choice(entry.kind());
    state.number(entry.author);
    state.number(static_cast<std::uint64_t>(entry.at_ms));
  }
}

void restore_lines(Transcript& transcript, StateReader& state) {
  transcript.begin_anew(state.number());
  std::vector<Transcript::Line> lines;
  lines.reserve(kLinesAtOnce);
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    Transcript::Line line;
    line.bytes = state.text();
    line.kind = state.choice(LineKind::topic);
    line.author = static_cast<AuthorId>(state.number());
    line.at_ms = static_cast<std::int64_t>(state.number());
    lines.push_back(line);
    if (lines.size() < kLinesAtOnce && left > 1) continue;
    transcript.append(lines, kKeepAll);
    lines.clear();
  }
}

}  // namespace

void Room::save(StateWriter& state) const {
  const Topic topic = rules_.topic();
  state.text(rules_.password());
  state.flag(rules_.is_private());
  state.text(topic.text);
  state.text(topic.by);
  state.flag(discipline_.is_locked());
  state.number(discipline_.slow_seconds());
  state.number(static_cast<std::uint64_t>(last_line_ms()));
  {
    const std::scoped_lock lock(mutex_);
    state.number(last_author_);
  }
  save_lines(transcript_.snapshot(), state);
}

void Room::restore(StateReader& state) {
  rules_.set_password(state.text());
  rules_.set_private(state.flag());
  const std::string_view topic = state.text();
  rules_.set_topic(topic, state.text());
  discipline_.set_locked(state.flag());
  discipline_.set_slow_seconds(state.number());
  set_last_line_ms(static_cast<std::int64_t>(state.number()));
  {
    const std::scoped_lock lock(mutex_);
    last_author_ = static_cast<AuthorId>(state.number());
  }
  // What the archive has, it is not given again.
  const Place kept = place();
  const LineNumber kept_to = transcript_.head();
  transcript_.stop_keeping();
  restore_lines(transcript_, state);
  if (kept.archive == nullptr) return;
  if (transcript_.head() < kept_to) {
    log::error("history of a room is ahead of what it is now, and is not kept in this run",
               {{"room", name()}});
    archive_number_.store(0, std::memory_order_release);
    return;
  }
  transcript_.keep_in(*kept.archive, kept.number, kept_to);
}

}  // namespace grotto
