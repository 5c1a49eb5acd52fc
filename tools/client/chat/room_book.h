// RoomBook: what the client knows of its rooms: who is in them, which line it has read last, where
// its lines go, and who it is. All of it is learned from messages. Threads: owned by one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "client/chat/message.h"

namespace grotto::client {

class RoomBook {
 public:
  /// How a message stands to what was read before.
  enum class Age : std::uint8_t {
    fresh,
    earlier,   // of before we came, or asked for with /history
    repeated,  // of before a connection was lost, and read then
  };
  /// Takes in what it says.
  Age take(const Message& message);

  [[nodiscard]] const std::string& my_name() const noexcept { return my_name_; }
  [[nodiscard]] const std::string& focus() const noexcept { return focus_; }
  /// In the room in focus; 0: not known.
  [[nodiscard]] std::uint64_t people() const;
  /// Everybody whose name is known and begins with `start`, whatever its case; sorted.
  [[nodiscard]] std::vector<std::string> names_like(const std::string& start) const;
  [[nodiscard]] std::vector<std::string> rooms() const;
  /// Whether all lines of `room` before number `head` were read.
  [[nodiscard]] bool has_read_to(const std::string& room, std::uint64_t head) const;
  /// For /resume: " lobby=41 cave=7".
  [[nodiscard]] std::string positions() const;

  /// A new session begins, after one that could not be resumed: rooms are told anew. What was read
  /// is remembered, so that history does not show it twice, until end_of_history().
  void begin_anew();
  void end_of_history() noexcept { read_until_.clear(); }

 private:
  struct Room {
    std::vector<std::string> names;
    std::uint64_t more = 0;  // people whose names were not told
    std::optional<std::uint64_t> last_read;
    std::string last_at;
  };

  Age age_of(const Message& message);
  void take_names(const Message& message);
  void take_people(const Message& message);
  void take_notice(const std::string& text);
  void put_out_of(const std::string& room);
  static void leave(Room& room, const std::string& name);

  std::string my_name_;
  std::string focus_;
  std::map<std::string, Room> rooms_;
  std::map<std::string, std::string> read_until_;  // room → `at` of the last line that was read
};

}  // namespace grotto::client
