// RoomSimulation: a made-up room: who says what in which order, the bytes that each reader gets,
// with faults of a known number, and the readers that follow them in any order and in pieces of any
// size, led as a crew leads them. Threads: a value.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "load/check/room_log.h"
#include "load/check/room_reader.h"
#include "load/dialect/dialect.h"

namespace grotto::load::test {

/// What a reader was told, or should be.
struct Told {
  std::uint64_t received = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t reordered = 0;
  std::uint64_t corrupted = 0;
  std::uint64_t foreign = 0;
  std::uint64_t skipped = 0;                       // lines that the server says it left out
  std::uint64_t left_out = 0;                      // those of them that are known by number
  std::uint64_t passed_over = 0;                   // lines that did not come, or not yet
  std::map<std::uint32_t, std::uint64_t> settled;  // by sender: came or was passed over

  [[nodiscard]] std::string text() const {
    return fmt::format(
        "received {} duplicated {} reordered {} corrupted {} foreign {} skipped {} "
        "left out {} passed over {}",
        received, duplicated, reordered, corrupted, foreign, skipped, left_out, passed_over);
  }
};

/// How often each fault strikes, per thousand lines of a reader.
struct FaultRates {
  unsigned lose = 0;
  unsigned duplicate = 0;
  unsigned swap = 0;
  unsigned corrupt = 0;
  unsigned foreign = 0;
  unsigned skip = 0;
  unsigned lap = 0;  // hundreds of lines left out at once, whatever happens to others meanwhile
};

struct RoomPlan {
  std::string dialect = "grotto";
  std::uint32_t senders = 3;    // who also read, unless senders of the dialect need not
  std::uint32_t listeners = 2;  // who only read
  std::size_t lines = 300;
  std::size_t chunk_max = 200;
  std::size_t burst_max = 3;   // lines that one says in a row
  std::size_t lap_max = 120;   // lines that are left out at once
  std::size_t common_lap = 0;  // lines left out for all at once, more or less, in the middle
  bool has_notices = true;
  bool is_leader_silent = false;  // the first that leads gets nothing for a while
  bool changes_leaders = false;   // as soon as others wait for one
  FaultRates rates;
};

class RoomSimulation {
 public:
  static constexpr std::uint32_t kTag = 4711;
  static constexpr std::uint32_t kNonce = 0xABCDE;
  static constexpr std::size_t kRoundsMax = 100;  // gaps that readers of a room wait at

  RoomSimulation(const RoomPlan& plan, std::uint64_t seed) : plan_(plan), random_(seed) {
    dialect_ = make_dialect(plan.dialect, Purpose::room, kNonce);
    say_lines();
    const bool senders_read = dialect_->sender_is_reader();
    for (std::uint32_t i = senders_read ? 0 : plan.senders; i < plan.senders + plan.listeners; ++i)
      members_.push_back(std::make_unique<Member>(*dialect_, i, i < plan.senders));
    for (const auto& each : members_) write_stream(*each);
  }

  void run() {
    choose_leader(false);
    if (plan_.is_leader_silent && leader_ != nullptr) silent_ = leader_;
    std::size_t steps = 0;
    for (;;) {
      std::vector<Member*> open;
      for (const auto& each : members_) {
        if (each->at < each->stream.size() && each.get() != silent_) open.push_back(each.get());
      }
      if (open.empty() && silent_ == nullptr) break;
      if (open.empty() || ++steps > 4'000) silent_ = nullptr;
      if (open.empty()) continue;
      Member& member = *open[below(open.size())];
      const std::size_t most = below(4) == 0 ? 3 : plan_.chunk_max;
      const std::size_t size = std::min(1 + below(most), member.stream.size() - member.at);
      member.reader.read(log_, member.talk, std::string_view(member.stream).substr(member.at, size),
                         member);
      member.at += size;
      let_read_on();
      if (plan_.changes_leaders && below(50) == 0) replace_stuck_leader();
      if (below(20) == 0) trim();
    }
    for (std::size_t i = 0; i < kRoundsMax && is_any_holding(); ++i) {
      replace_stuck_leader();
      replace_stuck_leader();
      let_read_on();
    }
  }

  struct Member final : ReaderSink {
    Member(const Dialect& dialect, std::uint32_t index_, bool sends_)
        : index(index_), sends(sends_), reader(dialect, index_, kTag, sends_) {
      talk.member = index_;
      talk.step = 2;  // it is in, whatever the dialect
    }
    void on_lines(const RoomLog::Entry& entry, std::uint64_t count) override {
      told.received += count;
      told.settled[entry.sender] += count;
    }
    void on_passed_over(std::uint32_t sender, std::uint64_t count) override {
      told.passed_over += count;
      told.settled[sender] += count;
    }
    void on_late(std::uint32_t sender) override { --told.settled[sender]; }
    void on_fault(Fault fault, std::uint32_t sender, std::uint64_t sequence,
                  std::string_view text) override {
      switch (fault) {
        case Fault::lost: break;
        case Fault::duplicated: ++told.duplicated; break;
        case Fault::reordered: ++told.reordered; break;
        case Fault::corrupted: ++told.corrupted; break;
        case Fault::foreign: ++told.foreign; break;
      }
      faults.push_back(fmt::format("fault {} line {} of {} {}", static_cast<int>(fault), sequence,
                                   sender, text));
    }
    void on_skipped(std::uint64_t lines) override { told.skipped += lines; }
    void on_left_out(std::uint32_t sender, std::uint64_t count) override {
      told.left_out += count;
      told.settled[sender] += count;
    }
    void on_probe() override { ++probes; }
    void on_answer(std::string_view bytes) override { answers += bytes; }
    void on_ended(const Frame& /*frame*/) override {}

    const std::uint32_t index;
    const bool sends;
    RoomReader reader;
    Talk talk;
    std::string stream;
    std::size_t at = 0;
    Told told;
    Told wanted;
    std::uint64_t swaps = 0;  // that somebody can know of
    std::uint64_t swaps_at_most = 0;
    std::map<std::uint32_t, std::uint64_t> expected;  // lines by sender
    std::vector<std::string> faults;
    std::vector<std::string> injected;
    std::uint64_t probes = 0;
    std::string answers;
  };

  [[nodiscard]] const std::vector<std::unique_ptr<Member>>& members() const { return members_; }
  [[nodiscard]] const RoomLog& log() const { return log_; }
  [[nodiscard]] bool is_any_holding() const {
    return std::any_of(members_.begin(), members_.end(),
                       [](const auto& each) { return each->reader.is_holding(); });
  }

 private:
  std::size_t below(std::size_t end) { return random_() % end; }
  bool strikes(unsigned per_thousand) { return below(1'000) < per_thousand; }

  /// Faults do not touch each other: who is to tell whose it is, if two lose lines side by side?
  [[nodiscard]] bool is_far_from_others(std::size_t place) const {
    constexpr std::size_t kApart = 24;
    return std::none_of(struck_.begin(), struck_.end(), [&](std::size_t each) {
      return std::max(each, place) - std::min(each, place) < kApart;
    });
  }
  /// Whether any other reader hears both.
  [[nodiscard]] bool is_order_known(const Member& but, std::uint32_t one,
                                    std::uint32_t other) const {
    if (one == other) return true;
    for (std::uint32_t i = dialect_->sender_is_reader() ? 0 : plan_.senders;
         i < plan_.senders + plan_.listeners; ++i) {
      const bool hears_both = i >= plan_.senders || (i != one && i != other);
      if (i != but.index && hears_both) return true;
    }
    return false;
  }

  /// The order of the room: bursts of each sender, and at the end one line of each.
  void say_lines() {
    std::vector<std::uint64_t> next(plan_.senders, 0);
    const auto say = [&](std::uint32_t sender) {
      const std::uint64_t sequence = next[sender]++;
      const std::uint64_t at_ns = 1'000 + sequence / 3 * 64'000;
      lines_.push_back({.tag = kTag,
                        .sender = sender,
                        .sequence = sequence,
                        .intended_ns = at_ns,
                        .sent_ns = at_ns + 640});
    };
    while (lines_.size() < plan_.lines) {
      const auto sender = static_cast<std::uint32_t>(below(plan_.senders));
      for (std::size_t burst = 1 + below(plan_.burst_max); burst > 0; --burst) say(sender);
    }
    for (int i = 0; i < 3; ++i) {
      for (std::uint32_t sender = 0; sender < plan_.senders; ++sender) say(sender);
    }
  }

  [[nodiscard]] std::string text_of(const Payload& line) {
    std::string text(kPayloadBytesMin + line.sequence % 40, ' ');
    write_payload(line, text.data(), text.size());
    return text;
  }
  [[nodiscard]] std::string framed(std::uint32_t sender, const std::string& text) const {
    if (plan_.dialect == "grotto") return fmt::format("{:05x}-{}: {}\r\n", kNonce, sender, text);
    if (plan_.dialect == "line") return text + '\n';
    if (plan_.dialect == "irc")
      return fmt::format(":g{}{}{}!u@h PRIVMSG #grotto :{}\r\n",
                         static_cast<char>('a' + kNonce % 26),
                         static_cast<char>('a' + kNonce / 26 % 26), sender, text);
    if (plan_.dialect == "nats") return fmt::format("MSG grotto 1 {}\r\n{}\r\n", text.size(), text);
    return fmt::format(">3\r\n$7\r\nmessage\r\n$6\r\ngrotto\r\n${}\r\n{}\r\n", text.size(), text);
  }
  [[nodiscard]] std::string notice() const {
    if (plan_.dialect == "grotto") return "luzmi has joined the chat!\r\n";
    if (plan_.dialect == "line") return "a server may have words of its own\n";
    return plan_.dialect == "irc" ? ":server NOTICE * :luzmi is here\r\n" : "+OK\r\n";
  }

  void write_stream(Member& member) {
    const bool hears_itself = dialect_->hears_itself();
    std::vector<const Payload*> own;
    const auto place_of = [&](std::size_t i) {
      return static_cast<std::size_t>(own[i] - lines_.data());
    };
    for (const Payload& line : lines_) {
      if (member.sends && line.sender == member.index && !hears_itself) continue;
      own.push_back(&line);
      ++member.expected[line.sender];
    }
    const std::size_t clean_from =
        own.size() - std::min(own.size(), std::size_t{3} * plan_.senders + 4);
    const FaultRates& rates = plan_.rates;
    std::size_t whole_from = 0;  // from there on nothing was left out by a lap
    // Of a lap of all, each is lapped a bit earlier or later, and a bit more or less.
    std::size_t lap_from = plan_.common_lap > 0 ? own.size() / 4 + below(1'000) : own.size();
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (plan_.has_notices && below(20) == 0) member.stream += notice();
      const Payload& line = *own[i];
      const std::string frame = framed(line.sender, text_of(line));
      const bool may_strike = i >= 4 && i < clean_from && is_far_from_others(place_of(i));
      const auto inject = [&](const char* what) {
        struck_.push_back(place_of(i));
        member.injected.push_back(
            fmt::format("{} line {} of {}", what, line.sequence, line.sender));
        return true;
      };
      if (may_strike && strikes(rates.lose) && inject("lose")) continue;
      if (may_strike && strikes(rates.skip) && plan_.dialect == "grotto" && inject("skip")) {
        const std::size_t count = 1 + below(4);
        member.stream += fmt::format("-- {} line{} skipped: your connection was too slow --\r\n",
                                     count, count == 1 ? "" : "s");
        member.wanted.skipped += count;
        struck_.push_back(place_of(i + count - 1));
        i += count - 1;
        continue;
      }
      const bool is_common_lap = i >= lap_from;
      if (is_common_lap) lap_from = own.size();
      if (i >= 4 && i < clean_from && (is_common_lap || strikes(rates.lap)) &&
          plan_.dialect == "grotto") {
        const std::size_t wanted =
            is_common_lap ? plan_.common_lap + below(1'000) : 1 + below(plan_.lap_max);
        const std::size_t count = std::min(wanted, clean_from - i);
        member.stream += fmt::format("-- {} line{} skipped: your connection was too slow --\r\n",
                                     count, count == 1 ? "" : "s");
        member.injected.push_back(
            fmt::format("lap {} from line {} of {}", count, line.sequence, line.sender));
        member.wanted.skipped += count;
        i += count - 1;
        whole_from = i + 1;
        continue;
      }
      if (may_strike && strikes(rates.corrupt) && inject("corrupt")) {
        std::string text = text_of(line);
        const std::size_t at = below(text.size());
        const char was = text[at];
        while (text[at] == was) text[at] = "abcXYZ019!~"[below(11)];
        member.stream += framed(line.sender, text);
        ++member.wanted.corrupted;
        continue;
      }
      if (may_strike && strikes(rates.swap) && inject("swap")) {
        member.stream += framed(own[i + 1]->sender, text_of(*own[i + 1]));
        member.stream += frame;
        member.wanted.received += 2;
        member.swaps += is_order_known(member, line.sender, own[i + 1]->sender) ? 1U : 0U;
        ++member.swaps_at_most;
        ++i;
        continue;
      }
      member.stream += frame;
      ++member.wanted.received;
      if (may_strike && strikes(rates.duplicate) && inject("duplicate")) {
        // This one or an earlier one, unless that was left out.
        const std::size_t back = below(std::min<std::size_t>(i + 1 - whole_from, 3));
        member.stream += framed(own[i - back]->sender, text_of(*own[i - back]));
        ++member.wanted.duplicated;
      } else if (may_strike && strikes(rates.foreign) && inject("foreign")) {
        Payload other = line;
        const bool is_own = member.sends && !hears_itself && below(2) == 0;
        if (is_own) {
          other.sender = member.index;
        } else {
          other.tag = kTag + 1;
        }
        member.stream += framed(other.sender, text_of(other));
        ++member.wanted.foreign;
      }
    }
  }

  // ---- What a crew does

  void choose_leader(bool again) {
    bool is_any_complete = false;
    Member* first = nullptr;
    Member* after_the_old = nullptr;
    bool is_old_passed = false;
    for (const auto& each : members_) {
      is_any_complete |= each->reader.gets_all();
      if (first == nullptr) first = each.get();
      if (is_old_passed && after_the_old == nullptr) after_the_old = each.get();
      is_old_passed |= each.get() == leader_;
    }
    if (again || leader_ == nullptr) leader_ = after_the_old != nullptr ? after_the_old : first;
    for (const auto& each : members_)
      each->reader.set_may_append(is_any_complete ? each->reader.gets_all()
                                                  : each.get() == leader_);
    log_.set_absent_sender(is_any_complete ? RoomLog::kNobody : leader_->index);
    leader_end_ = log_.end();
  }
  void let_read_on() {
    bool has_extras = false;
    do {
      has_extras = log_.extra_changes() != extras_seen_;
      extras_seen_ = log_.extra_changes();
      for (const auto& each : members_) {
        if (has_extras || each->reader.is_holding()) each->reader.read(log_, each->talk, {}, *each);
      }
    } while (log_.extra_changes() != extras_seen_);
  }
  void replace_stuck_leader() {
    let_read_on();
    if (!is_any_holding()) return;
    if (log_.end() == leader_end_ && !let_least_lapped_go_on()) {
      choose_leader(true);
      for (const auto& each : members_) {
        if (each->reader.is_holding()) each->reader.lose_patience();
      }
      let_read_on();
    }
    leader_end_ = log_.end();
  }
  bool let_least_lapped_go_on() {
    Member* least = nullptr;
    for (const auto& each : members_) {
      if (!each->reader.is_held_by_gap() || !each->reader.may_append()) continue;
      if (least == nullptr ||
          each->reader.held(each->talk).begins_before(least->reader.held(least->talk)))
        least = each.get();
    }
    if (least == nullptr) return false;
    if (least->reader.should_begin_anew(log_)) {
      std::vector<RoomReader*> all;
      for (const auto& each : members_) all.push_back(&each->reader);
      RoomReader::begin_anew(log_, least->reader, all);
    } else {
      least->reader.lose_patience();
    }
    least->reader.read(log_, least->talk, {}, *least);
    let_read_on();
    return true;
  }
  void trim() {
    std::uint64_t least = log_.end();
    for (const auto& each : members_) {
      each->reader.skip_own(log_);
      least = std::min(least, each->reader.line());
    }
    log_.trim(least);
  }

  const RoomPlan plan_;
  std::mt19937_64 random_;
  std::unique_ptr<Dialect> dialect_;
  std::vector<Payload> lines_;
  std::vector<std::size_t> struck_;  // places in the order
  RoomLog log_;
  std::vector<std::unique_ptr<Member>> members_;
  Member* leader_ = nullptr;
  Member* silent_ = nullptr;
  std::uint64_t leader_end_ = 0;
  std::uint64_t extras_seen_ = 0;
};

}  // namespace grotto::load::test
