// Room: what the workers share of a room: its log, who is in it, and how far each worker's slowest
// member is.
//
// Each worker has a LocalRoom for the members it serves; a Room is where these meet. There is one
// order of lines, that of the log, whatever the workers.
//   R1 a worker publishes the line of its slowest patient member; it may lag behind the truth,
//   never be ahead of it. R2 a worker that waits sets its bit, looks again, then sleeps; whoever
//   raises the minimum posts to it.
// Threads: every method may be called from any thread, unless it says otherwise. Lifetime: shared
// by the lobby and the workers' parts of it.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "grotto/worker_context.h"
#include "room/names.h"
#include "room/room_discipline.h"
#include "room/room_rules.h"
#include "room/transcript.h"

namespace grotto {

class Archive;
class LocalRoom;
class StateReader;
class StateWriter;

/// A member as all workers see it: a link in the room's list in order of joining. Changed under the
/// room's lock.
class Presence {
 public:
  Presence() = default;
  Presence(const Presence&) = delete;
  Presence& operator=(const Presence&) = delete;

  /// Whose lines are its own. Constant while it is in the room.
  [[nodiscard]] AuthorId author() const noexcept { return author_; }

  /// Before it enters: it is in no list and not counted.
  void set_unseen() noexcept { is_unseen_ = true; }

 protected:
  ~Presence() = default;

 private:
  friend class Room;
  Presence* previous_ = nullptr;
  Presence* next_ = nullptr;
  [[nodiscard]] std::string_view name() const noexcept { return {name_, name_bytes_}; }
  void set_name(std::string_view name) noexcept {
    name_ = name.data();
    name_bytes_ = static_cast<std::uint8_t>(name.size());
  }

  const char* name_ = nullptr;  // owned by the member
  AuthorId author_ = kServer;
  std::uint8_t name_bytes_ = 0;
  static_assert(kNameBytesMax <= 255);
  bool is_operator_ = false;
  bool is_unseen_ = false;
};

class Room {
 public:
  /// A permanent room is there without anybody in it, and has no operator of its own. A founded
  /// one vanishes with its last member unless it is kept.
  enum class Kind : std::uint8_t { permanent, founded };

  Room(Name name, Kind kind, const Limits& limits, unsigned workers,
       std::atomic<std::size_t>& log_memory_total);
  Room(const Room&) = delete;
  Room& operator=(const Room&) = delete;

  [[nodiscard]] const std::string& name() const noexcept { return name_.text; }
  [[nodiscard]] const NameKey& key() const noexcept { return name_.key; }
  [[nodiscard]] bool is_permanent() const noexcept { return kind_ == Kind::permanent; }
  [[nodiscard]] RoomRules& rules() noexcept { return rules_; }
  [[nodiscard]] const RoomRules& rules() const noexcept { return rules_; }
  [[nodiscard]] RoomDiscipline& discipline() noexcept { return discipline_; }
  [[nodiscard]] Transcript& transcript() noexcept { return transcript_; }
  [[nodiscard]] const Transcript& transcript() const noexcept { return transcript_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }

  // ---- What is kept of it ----

  /// Goes on from what the archive has, and hands it each line from then on. Before the workers
  /// run.
  void restore_from(Archive& archive);

  /// For an upgrade (room_state.cc): its log, its rules and whose numbers its lines have; who is in
  /// it comes back by himself. Nobody may change it meanwhile; restore() before the workers run.
  void save(StateWriter& state) const;
  void restore(StateReader& state);
  /// Another process goes on with what is kept.
  void hand_over() noexcept { transcript_.stop_keeping(); }

  /// For the lobby (keep_room(), stop_keeping()). With an archive, its lines go there from now on,
  /// those that its log has first. Throws std::bad_alloc and has then changed nothing.
  void begin_keeping(Archive* archive);
  void end_keeping() noexcept;

  /// Whether it is a founded room that is there without anybody in it.
  [[nodiscard]] bool is_kept() const noexcept { return is_kept_.load(std::memory_order_relaxed); }

  /// Where its lines are kept; archive: nullptr if in memory only. It may change at any time.
  struct Place {
    Archive* archive = nullptr;
    std::uint32_t number = 0;
  };
  [[nodiscard]] Place place() const noexcept {
    const std::uint32_t number = archive_number_.load(std::memory_order_acquire);
    return number == 0 ? Place{} : Place{archive_.load(std::memory_order_relaxed), number};
  }

  // ---- Who is in it ----

  /// `name`, of at most kNameBytesMax bytes, stays valid until leave() or rename(). It gets a
  /// number for its lines, never kServer; `author`: the one that it had before, if it was here.
  void enter(Presence& presence, std::string_view name, AuthorId author = kServer);
  void leave(Presence& presence) noexcept;
  void rename(Presence& presence, std::string_view name) noexcept;
  [[nodiscard]] std::size_t members() const noexcept {
    return members_.load(std::memory_order_relaxed);
  }
  /// Somebody who left may come back to his place; while it is so, nobody founds the room anew.
  void await() noexcept { awaited_.fetch_add(1, std::memory_order_relaxed); }
  void await_no_more() noexcept { awaited_.fetch_sub(1, std::memory_order_relaxed); }
  [[nodiscard]] bool is_new() const noexcept {
    return members() == 0 && awaited_.load(std::memory_order_relaxed) == 0 && makes_operators();
  }
  /// A list of names ends there too: of a thousand long ones a line would be 250 KiB.
  static constexpr std::size_t kListedBytesMax = 60 * 1024;
  /// The names in order of joining, without `self`, separated by spaces, operators with an @ before
  /// theirs; after `listed_max`: "… and 412 more". Empty if nobody else is there.
  [[nodiscard]] std::string list_names(const Presence* self, std::size_t listed_max) const;
  /// The same for programs, with everybody.
  struct Names {
    std::vector<std::string> listed;     // in order of joining
    std::vector<std::string> operators;  // of those
    std::size_t more = 0;                // so many are not listed
  };
  [[nodiscard]] Names names(std::size_t listed_max) const;

  /// The first in a founded room is its operator; of a room that is kept nobody becomes one but by
  /// set_operator(): else a stranger would who finds it empty.
  [[nodiscard]] bool is_operator(const Presence& presence) const;
  void set_operator(Presence& presence, bool is_operator) noexcept;
  /// If a founded room that is not kept has members and no operator, who has been there longest
  /// becomes one: his name, else empty.
  [[nodiscard]] std::string succeed_operator();

  /// Joins and leaves that are told in one line. note_…() returns true to the caller that has to
  /// tell them, in a second.
  [[nodiscard]] bool note_joined() noexcept;
  [[nodiscard]] bool note_left() noexcept;
  struct Movement {
    std::uint64_t joined = 0;
    std::uint64_t left = 0;
  };
  /// What was noted since; the next note has to be told again.
  [[nodiscard]] Movement take_movement() noexcept;

  /// Wall clock of the newest line, in milliseconds; 0 if there was none. A room is the colder the
  /// older that is.
  [[nodiscard]] std::int64_t last_line_ms() const noexcept {
    return last_line_ms_.load(std::memory_order_relaxed);
  }
  void set_last_line_ms(std::int64_t at_ms) noexcept {
    last_line_ms_.store(at_ms, std::memory_order_relaxed);
  }

  // ---- Windows ----

  /// How far the room may be ahead of its slowest patient member, in bytes; the other bound is
  /// Limits::window_lines_max.
  [[nodiscard]] std::size_t window_bytes() const noexcept;
  /// What the log keeps in any case, and for whom.
  [[nodiscard]] KeepRule keep_rule() const noexcept;

  /// The slowest patient member's line of all workers but `except`; kNoLine if nobody is behind or
  /// there.
  [[nodiscard]] LineNumber slowest(unsigned except) const noexcept;
  void publish_slowest(unsigned worker, LineNumber line) noexcept;
  [[nodiscard]] LineNumber published_slowest(unsigned worker) const noexcept;

  [[nodiscard]] bool does_anyone_wait() const noexcept {
    return waiting_.load(std::memory_order_seq_cst) > 0;
  }
  void set_waiting(unsigned worker, bool is_waiting) noexcept;

  // ---- The workers' parts ----

  /// From the worker's own thread, before it has members. A worker has one part at a time.
  void attach(std::weak_ptr<LocalRoom> local, WorkerContext& worker);

  /// Whether lines are announced to this worker. Set it before the snapshot that its first member
  /// starts from.
  void set_has_members(unsigned worker, bool has_members) noexcept;

  /// Lines were appended by `from`: every other worker picks them up. One post at most is under way
  /// per worker.
  void announce_lines(unsigned from);
  /// `from` raised its slowest line: the workers that wait look again.
  void announce_progress(unsigned from);
  /// `from` waits: the others publish their slowest anew.
  void ask_for_progress(unsigned from);
  /// The post arrived; call it before looking at the log. That worker's thread.
  void begin_pick_up(unsigned worker) noexcept;

 private:
  struct alignas(64) Part {  // a cache line each: workers publish often
    std::atomic<LineNumber> slowest{kNoLine};
    std::atomic<bool> is_waiting{false};
    std::atomic<bool> is_posted{false};
    std::atomic<bool> has_members{false};
    std::weak_ptr<LocalRoom> local;   // this and the next: under the room's lock
    WorkerContext* worker = nullptr;  // who calls pick_up(); set once
  };

  void post_to(unsigned worker);
  void set_place(Archive& archive, std::uint32_t number) noexcept;
  [[nodiscard]] bool makes_operators() const noexcept {
    return kind_ == Kind::founded && !is_kept();
  }

  const Name name_;
  const Kind kind_;
  const Limits& limits_;
  RoomRules rules_;
  RoomDiscipline discipline_;
  Transcript transcript_;
  std::atomic<bool> is_kept_{false};
  std::atomic<Archive*> archive_{nullptr};
  std::atomic<std::uint32_t> archive_number_{0};  // 0: lines are in memory only
  std::atomic<std::size_t> members_{0};
  std::atomic<std::size_t> awaited_{0};
  std::atomic<std::int64_t> last_line_ms_{0};
  std::atomic<unsigned> waiting_{0};
  std::atomic<std::uint64_t> joined_{0};
  std::atomic<std::uint64_t> left_{0};
  std::atomic<bool> is_telling_{false};
  std::vector<Part> parts_;

  mutable std::mutex mutex_;  // guards what follows, all Presence fields and the parts' links
  Presence* first_ = nullptr;
  Presence* last_ = nullptr;
  AuthorId last_author_ = kServer;
};

}  // namespace grotto
