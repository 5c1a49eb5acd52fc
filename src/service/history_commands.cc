#include "service/history_commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/numbers.h"
#include "base/time_text.h"
#include "room/archive.h"
#include "room/colors.h"
#include "service/chat_service.h"
#include "service/commands.h"
#include "service/people_commands.h"
#include "service/refusal.h"

namespace grotto {

namespace {

constexpr std::size_t kLinesMax = 1'000;
/// Lines of an answer together: half of what the outbox may hold before nothing more is read.
constexpr std::size_t kBytesMax = 128 * 1024;

struct Wanted {
  std::size_t lines = 0;
  LineNumber before = kNoLine;
  std::int64_t since_ms = 0;
  bool is_framed = true;  // with lines that say what it is and how to read on
};

/// What was found, oldest first.
struct Found {
  std::vector<ArchivedLine> lines;
  std::size_t bytes = 0;
  bool has_earlier = false;
  LineNumber from = kNoLine;  // nothing before that line was looked at; kNoLine: before the first
  bool has_failed = false;    // the disk could not be read
};

/// How many lines whoever names no number is shown.
std::size_t usual_lines(const ChatService& chat) {
  constexpr std::size_t kDefaultLines = 20;
  const std::size_t usual = chat.options().history;
  return usual == 0 ? kDefaultLines : std::min(usual, kLinesMax);
}

/// Tells if it is none that is answered.
std::optional<std::size_t> read_count(Participant& who, std::string_view word,
                                      std::string_view usage) {
  const auto number = parse_whole(word);
  if (!number || *number == 0) {
    refuse(who, "usage", usage);
    return std::nullopt;
  }
  if (*number > kLinesMax) {
    refuse(who, "too-many", fmt::format("At most {} lines at once.", kLinesMax));
    return std::nullopt;
  }
  return static_cast<std::size_t>(*number);
}

std::optional<Wanted> read_wanted(Participant& who, std::string_view arguments, std::size_t lines) {
  const auto usage = [&](std::string_view sentence) {
    refuse(who, "usage", sentence);
    return std::nullopt;
  };
  constexpr std::string_view kUsage = "Type /history [N] [before ID], or /history [N] since TIME.";
  Wanted wanted;
  wanted.lines = lines;
  std::string_view word = take_word(arguments);
  bool has_number = false;
  if (!word.empty() && word != "before" && word != "since") {
    const auto number = read_count(who, word, kUsage);
    if (!number) return std::nullopt;
    wanted.lines = *number;
    has_number = true;
    word = take_word(arguments);
  }
  if (word == "before") {
    const auto line = parse_whole(take_word(arguments));
    if (!line || !arguments.empty()) return usage(kUsage);
    wanted.before = *line;
  } else if (word == "since") {
    const auto since = parse_moment(arguments, wall_clock_ms());
    if (!since) {
      return usage(
          "A time is one like 14:30, 2026-11-21, 2026-11-21 14:30, or 1h30m, so long ago.");
    }
    wanted.since_ms = *since;
    if (!has_number) wanted.lines = kLinesMax;
  } else if (!word.empty()) {
    return usage(kUsage);
  }
  return wanted;
}

/// What memory has of it, and whether that is all there is.
bool find_in_memory(const Snapshot& log, const Wanted& wanted, Found& found) {
  LineNumber line = std::min(wanted.before, log.head());
  bool is_all = log.first() == 0;
  while (!log.is_released() && line > log.first()) {
    --line;
    const Entry& entry = log.entry(line);
    if (entry.at_ms < wanted.since_ms) {
      is_all = true;
      break;
    }
    if (!is_said(entry.kind())) continue;
    std::string_view text = log.line(line);
    text.remove_suffix(2);
    if (found.lines.size() == wanted.lines || found.bytes + text.size() > kBytesMax) {
      found.has_earlier = true;
      is_all = true;
      break;
    }
    found.bytes += text.size();
    found.lines.push_back({line, entry.at_ms, entry.kind(), std::string(text)});
  }
  std::reverse(found.lines.begin(), found.lines.end());
  return is_all;
}

void tell(Participant& who, const std::string& room, const Wanted& wanted, const Found& found) {
  std::string lines;
  std::size_t count = 0;
  for (const ArchivedLine& line : found.lines) {
    const std::size_t before = lines.size();
    who.render(line, room, lines);
    if (lines.size() > before) ++count;
  }
  // A program has the numbers in the lines themselves.
  if (wanted.is_framed && !found.lines.empty() && !who.reads_json()) {
    who.tell(fmt::format("-- {} line{} of {}, {} to {} --", count, count == 1 ? "" : "s", room,
                         found.lines.front().number, found.lines.back().number));
  }
  who.write(lines);
  if (found.has_failed) {
    return refuse(who, "not-kept", "The history on disk cannot be read now.");
  }
  if (!wanted.is_framed) return;
  const LineNumber from =
      found.from == kNoLine && !found.lines.empty() ? found.lines.front().number : found.from;
  if (found.has_earlier) {
    who.tell(fmt::format("-- earlier ones: /history {} before {} --", wanted.lines, from));
  } else if (found.lines.empty()) {
    who.tell(fmt::format("-- nothing was said in {} then --", room));
  } else {
    who.tell("-- that is all --");
  }
}

/// Answers from memory, or asks the archive for what memory lacks.
void look_up(Room& room, const Wanted& wanted, const Inquiries::Reply& reply) {
  Found found;
  const Snapshot log = room.transcript().snapshot();
  const Room::Place place = room.place();
  if (find_in_memory(log, wanted, found) || place.archive == nullptr) {
    return reply([name = room.name(), wanted, found = std::move(found)](Participant& who) {
      tell(who, name, wanted, found);
    });
  }
  Archive::Question question;
  question.room = place.number;
  question.before = std::min(wanted.before, log.first());
  question.since_ms = wanted.since_ms;
  question.lines_max = wanted.lines - found.lines.size();
  question.bytes_max = kBytesMax - found.bytes;
  place.archive->read(question, [reply, wanted, name = room.name(),
                                 newer = std::move(found)](Archive::Page page) {
    Found all;
    all.lines = std::move(page.lines);
    all.has_earlier = page.has_earlier;
    all.has_failed = page.has_failed;
    all.from = page.from;
    all.lines.insert(all.lines.end(), newer.lines.begin(), newer.lines.end());
    reply([wanted, name, all = std::move(all)](Participant& who) { tell(who, name, wanted, all); });
  });
}

/// Answers when all that was said before the command is in the log.
void show(ChatService& chat, Participant& who, const Wanted& wanted) {
  // Lines of this tick are in the log when it ends: what is posted comes after that. Nothing that
  // is posted holds a room: it may never run, and go later than the lobby.
  const std::weak_ptr<Room> weak = chat.lobby().find_room(who.room().room().key());
  chat.worker().post([weak, wanted, reply = chat.inquiries().begin(who)] {
    if (const auto room = weak.lock()) return look_up(*room, wanted, reply);
    reply(refusal("no-such-room", "That room is gone."));
  });
}

}  // namespace

void run_history(ChatService& chat, Participant& who, std::string_view arguments) {
  const auto wanted = read_wanted(who, arguments, usual_lines(chat));
  if (wanted) show(chat, who, *wanted);
}

void run_last(ChatService& chat, Participant& who, std::string_view arguments) {
  Wanted wanted;
  wanted.is_framed = false;
  wanted.lines = usual_lines(chat);
  if (!arguments.empty()) {
    const auto number = read_count(who, arguments, "Type /last [N].");
    if (!number) return;
    wanted.lines = *number;
  }
  show(chat, who, wanted);
}

void run_sync(ChatService& chat, Participant& who, std::string_view /*arguments*/) {
  Room& here = who.room().room();
  const std::weak_ptr<Room> weak = chat.lobby().find_room(here.key());
  chat.worker().post([weak, reply = chat.inquiries().begin(who)] {  // as above
    const auto room = weak.lock();
    if (room == nullptr) return reply(refusal("no-such-room", "That room is gone."));
    const Room::Place place = room->place();
    if (place.archive == nullptr) {
      return reply(refusal("not-kept",
                           fmt::format("What is said in {} is not kept on disk.", room->name())));
    }
    const LineNumber head = room->transcript().head();
    place.archive->when_kept(place.number, [reply, name = room->name(),
                                            head](const Archive::Kept& kept) {
      if (!kept.fault.empty()) {
        return reply(refusal("not-kept", fmt::format("Nothing can be kept now: {}.", kept.fault)));
      }
      if (head == 0) return reply(told(fmt::format("-- nothing was said in {} yet --", name)));
      const std::string lost =
          kept.lost == 0 ? ""
                         : fmt::format(", but for {} that the disk was too slow for", kept.lost);
      reply(told(fmt::format("-- kept up to line {} of {}{} --", head - 1, name, lost)));
    });
  });
}

}  // namespace grotto
