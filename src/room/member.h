// Member: one who is in a room: a cursor in its log, with patience, that a connection sends from.
//
// A service derives its participant's place in a room from it. Lines are sent straight from the
// log's segments (Feed); nothing is queued per member. It belongs to a LocalRoom from join() until
// it has left and has read what was due to it; then it may join another. Threads: its worker's
// only. Lifetime: the destructor leaves the room; a LocalRoom that has members stays.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "grotto/feed.h"
#include "grotto/timer_wheel.h"
#include "room/cursor.h"
#include "room/line_form.h"
#include "room/patience.h"
#include "room/room.h"

namespace grotto {

class LocalRoom;

class Member : public Feed, public Presence, private Timer {
 public:
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  [[nodiscard]] bool is_in_room() const noexcept { return is_in_room_; }
  /// Where it is, or was and still has lines to read; nullptr if nowhere.
  [[nodiscard]] LocalRoom* room() const noexcept { return room_; }

  /// Whether it gets its own lines too.
  [[nodiscard]] bool gets_own_lines() const noexcept { return gets_own_lines_; }
  void set_gets_own_lines(bool gets_own_lines) noexcept { gets_own_lines_ = gets_own_lines; }

  /// The number of the first line that it did not read as history on joining.
  [[nodiscard]] LineNumber now_begins_at() const noexcept { return history_end_; }

  /// The first line that was not handed to the connection yet.
  [[nodiscard]] LineNumber next_line() const noexcept { return cursor_.line(); }

  [[nodiscard]] LineForm form() const noexcept { return form_; }
  void set_form(LineForm form) noexcept { form_ = form; }

  /// Whether filter() is asked about each line, and whether on_said() is told of each.
  void set_filtered(bool is_filtered) noexcept { is_filtered_ = is_filtered; }
  void set_listening(bool is_listening) noexcept { is_listening_ = is_listening; }

  // Feed
  [[nodiscard]] bool has_more() const noexcept override;
  void preface(std::string& out) override;
  std::size_t gather(std::span<Slice> slices, std::size_t bytes_max) override;
  [[nodiscard]] std::string_view advance(std::size_t bytes) override;
  void on_blocked() override;
  void on_unblocked() override;

 protected:
  Member() = default;
  ~Member();

 private:
  friend class LocalRoom;

  /// There are lines to send: flush the connection before the loop sleeps.
  virtual void on_lines() = 0;
  /// A say that had to wait may be tried again.
  virtual void on_may_say() = 0;
  /// The log let go of lines that were not sent, and the room does not skip (`--slow drop`).
  virtual void on_too_slow() = 0;
  /// What it does not want to read. Valid until the next call.
  [[nodiscard]] virtual LineFilter* filter() noexcept { return nullptr; }
  /// Another member said a line that this one will read. `line`: the canonical one.
  virtual void on_said(LineNumber number, LineKind kind, std::string_view line) noexcept {
    static_cast<void>(number);
    static_cast<void>(kind);
    static_cast<void>(line);
  }

  void on_timer() override;  // patience has run out

  [[nodiscard]] LineNumber limit() const noexcept;
  [[nodiscard]] bool is_in_history() const noexcept { return cursor_.line() < history_end_; }
  [[nodiscard]] Holes holes() noexcept;
  void listen(LineNumber from) noexcept;
  void tell_place(std::uint64_t skipped, bool is_now, std::string& out) const;
  void skip_holes() noexcept;
  void settle() noexcept;
  [[nodiscard]] std::uint64_t lines_passed(const LogView& view, const Holes& holes,
                                           LineNumber from) const noexcept;

  Member* previous_in_room_ = nullptr;
  Member* next_in_room_ = nullptr;
  Member* next_waiting_ = nullptr;
  LocalRoom* room_ = nullptr;  // from here on: what sending needs
  Cursor cursor_;
  LineNumber history_end_ = 0;  // where history ends and now begins
  LineNumber end_ = kNoLine;    // after leaving: nothing from here on
  Patience patience_;
  LineForm form_;
  bool is_in_room_ : 1 = false;
  bool is_waiting_ : 1 = false;
  bool is_behind_ : 1 = false;
  bool is_now_due_ : 1 = false;  // the mark after the history was not sent yet
  bool gets_own_lines_ : 1 = false;
  bool is_filtered_ : 1 = false;
  bool is_listening_ : 1 = false;
  std::uint32_t planned_lines_ = 0;  // of the last gather(): those that it gets
};

}  // namespace grotto
