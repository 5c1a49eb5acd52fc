// RoomNumbers: the names and numbers of the rooms that are kept, and what of it is not on the disk
// yet.
//
// A room has one number for good; another room that gets its name later has another one, so that
// nobody reads what was said in a room of before. Threads: under its owner's lock.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "room/archive.h"

namespace grotto {

class RoomNumbers {
 public:
  using Number = Archive::RoomNumber;
  /// Of the file's list of rooms; no name: the number is nobody's any more.
  using Changes = std::map<Number, std::optional<std::string>>;
  static constexpr Number kMax = (1U << 23U) - 1;

  /// `last`: the highest number that the file knows. Without it no number is given out.
  void begin_after(Number last) noexcept { last_ = last; }

  /// A room that the file has under that number.
  void add(Number number, std::string_view name) { names_.emplace(number, name); }
  /// A number that no room ever had; 0 if there is none. Throws std::bad_alloc and has then changed
  /// nothing.
  [[nodiscard]] Number begin(std::string_view name);
  /// Without memory for it, the file goes on naming that number.
  void end(Number number) noexcept;

  [[nodiscard]] bool has_changes() const noexcept { return !changes_.empty(); }
  [[nodiscard]] Changes take() noexcept { return std::exchange(changes_, {}); }
  void put_back(Changes& taken) noexcept { changes_.merge(taken); }  // what is newer stays
  /// The file may be a new one: all is told to it again.
  void repeat_all();

 private:
  std::optional<Number> last_;
  std::map<Number, std::string> names_;
  Changes changes_;
};

}  // namespace grotto
