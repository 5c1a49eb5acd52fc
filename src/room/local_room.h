// LocalRoom: a room as one worker sees it: the members it serves, the lines of this tick, and who
// waits to say more.
//
// Lines are collected during a tick and appended to the shared log once, under its lock
// (end_tick()); then every member of this worker that has something to read is touched. A say waits
// while the room is a whole window ahead of its slowest patient member (design §2); nobody waits
// for oneself; joins, leaves and notices never wait. Threads: its worker's only; other workers
// reach it by Room's posts. Lifetime: made before the worker's first member in the room, destroyed
// by LocalRooms when it has no more.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/worker_counters.h"
#include "grotto/worker_context.h"
#include "room/form_log.h"
#include "room/member.h"
#include "room/room.h"
#include "room/transcript.h"

namespace grotto {

/// What happens to a member that the log has passed by.
enum class SlowPolicy : std::uint8_t { skip, drop };

class LocalRoom;

/// The rooms of a worker that have something to do at the end of the tick, in order of coming.
class DueRooms {
 public:
  void push(LocalRoom& room) noexcept;
  [[nodiscard]] bool is_empty() const noexcept { return first_ == nullptr; }
  /// Ends the tick of each and calls `after`, which may destroy it unless it is due again. What
  /// becomes due meanwhile is due in the next tick.
  template <class After>
  void end_tick(After after);

 private:
  LocalRoom* first_ = nullptr;
  LocalRoom* last_ = nullptr;
};

class LocalRoom : public std::enable_shared_from_this<LocalRoom> {
 public:
  /// `due`: where it announces itself. That, the room and the worker outlive it.
  static std::shared_ptr<LocalRoom> create(Room& room, WorkerContext& worker, SlowPolicy slow,
                                           DueRooms& due);
  LocalRoom(const LocalRoom&) = delete;
  LocalRoom& operator=(const LocalRoom&) = delete;
  ~LocalRoom();

  [[nodiscard]] Room& room() noexcept { return room_; }

  /// Enters under `name`, which stays valid until leave() or Room::rename(). The member first reads
  /// the last `history_lines` said lines; returns how many there are.
  std::size_t join(Member& member, std::string_view name, std::size_t history_lines);

  /// Enters again who was here as `author`, and goes on reading at `line`.
  void join_again(Member& member, std::string_view name, AuthorId author, LineNumber line);

  /// For an upgrade: where a member stands, and the same again in another process.
  struct Place {
    AuthorId author = kServer;
    LineNumber line = 0;         // the next to be sent
    LineNumber history_end = 0;  // Member::now_begins_at()
    bool is_now_due = false;     // the mark behind the history was not sent
    bool gets_own_lines = false;
  };
  [[nodiscard]] static Place place_of(const Member& member) noexcept;
  void take_over(Member& member, std::string_view name, const Place& place);

  /// Reads from `line` on (kNoLine: what is said from now on) and is no member for anybody else.
  void listen(Member& listener, LineNumber line);

  /// Leaves; what was in the log before can still be sent.
  void leave(Member& member);

  /// Leaves, and nothing more is sent.
  void forget(Member& member) noexcept;

  /// Whether `member` may say a line now. If not, it is told by on_may_say() when to ask again, in
  /// the order of asking.
  [[nodiscard]] bool may_say(Member& member);

  /// Whether one who is no member may say a line now. If not, nobody tells it when.
  [[nodiscard]] bool may_append();

  /// Appends a line of these parts and CR LF, published at the end of the tick. Never waits.
  /// `author`: nullptr for the server.
  void append(LineKind kind, Member* author, std::initializer_list<std::string_view> parts);

  /// Nobody is here, nor has left with lines to read yet, and nothing is to be done.
  [[nodiscard]] bool is_deserted() const noexcept {
    return members_ == 0 && behind_ == 0 && !is_due_ && !movement_timer_.is_armed();
  }

  /// Somebody has joined or left and it is not told in a line of its own: all of a second are told
  /// in one.
  void note_joined();
  void note_left();

  /// Other workers appended lines or made progress. Called by Room's posts.
  void pick_up();

  /// Members of this worker.
  [[nodiscard]] std::size_t members() const noexcept { return members_; }

 private:
  friend class Member;
  friend class DueRooms;

  LocalRoom(Room& room, WorkerContext& worker, SlowPolicy slow, DueRooms& due);
  void take_in(Member& member, std::string_view name, AuthorId author);
  void be_due() noexcept { due_.push(*this); }
  /// Publishes the tick's lines and touches whoever has something to read.
  void end_tick();

  // For members.
  [[nodiscard]] LineNumber head() const noexcept { return snapshot_.head(); }
  [[nodiscard]] const Limits& limits() const noexcept { return room_.limits(); }
  [[nodiscard]] WorkerCounters& counters() noexcept { return counters_; }
  [[nodiscard]] std::uint64_t now_ms() noexcept { return worker_.wheel().now_ms(); }
  [[nodiscard]] const Snapshot& canonical() const noexcept { return snapshot_; }
  [[nodiscard]] LogView& view(LineForm form);
  [[nodiscard]] const LogView& prepared_view(LineForm form) const noexcept;
  std::uint64_t lap_if_needed(Member& member);
  void caught_up(Member& member) noexcept;
  void moved_on(Member& member) noexcept;
  void arm(Member& member, std::uint64_t delay_ms) noexcept;

  // Lines.
  [[nodiscard]] bool has_readers() const noexcept { return members_ > 0 || behind_ > 0; }
  void publish_pending();
  void refresh();
  void show_lines_to(Member& member, LineNumber from);

  // Windows.
  struct Allowance {
    std::size_t lines = 0;
    std::size_t bytes = 0;
    [[nodiscard]] bool is_open() const noexcept { return lines > 0 && bytes > 0; }
  };
  [[nodiscard]] bool has_room();
  [[nodiscard]] bool has_room_for(const Member& sayer);
  [[nodiscard]] Allowance allowance_behind(LineNumber slowest);
  [[nodiscard]] LineNumber slowest_member(const Member* except) noexcept;
  void publish_slowest();
  void publish_slowest(LineNumber slowest);
  void publish_slowest_if_old();
  void tell_movement();
  void schedule_review() noexcept;
  void review();
  void wake_waiting();
  void stop_waiting(Member& member) noexcept;

  struct PendingLine {
    std::size_t offset = 0;
    std::size_t bytes = 0;
    LineKind kind = LineKind::say;
    AuthorId author = kServer;
  };

  Room& room_;
  WorkerContext& worker_;
  WorkerCounters& counters_;
  const SlowPolicy slow_;
  DueRooms& due_;

  Member* first_ = nullptr;
  Member* last_ = nullptr;
  std::size_t members_ = 0;
  std::size_t behind_ = 0;  // members, and such that have left, that have lines to read

  Snapshot snapshot_;  // what has been shown to members; released while nobody is behind
  std::array<std::unique_ptr<FormLog>, kLineForms> forms_;  // made when first asked for

  std::string pending_bytes_;
  std::vector<PendingLine> pending_;
  std::vector<Transcript::Line> batch_;  // scratch

  Allowance allowance_;  // what may be said before the slowest is looked for again
  Member* first_waiting_ = nullptr;
  Member* last_waiting_ = nullptr;
  bool is_review_posted_ = false;
  TimerOf<LocalRoom, &LocalRoom::tell_movement> movement_timer_{*this};
  bool is_due_ = false;
  LocalRoom* next_due_ = nullptr;
};

template <class After>
void DueRooms::end_tick(After after) {
  const LocalRoom* const last = last_;
  for (bool is_last = first_ == nullptr; !is_last;) {
    LocalRoom& each = *first_;
    is_last = &each == last;
    first_ = each.next_due_;
    if (first_ == nullptr) last_ = nullptr;
    each.is_due_ = false;
    try {
      each.end_tick();
    } catch (...) {  // no memory: it has changed nothing and is due again, as are those after it
      push(each);
      throw;
    }
    after(each);
  }
}

}  // namespace grotto
