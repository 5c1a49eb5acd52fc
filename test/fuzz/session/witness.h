// The arbiter and the witnesses: members of the lobby who do nothing but what the test knows of.
//
// The arbiter reads everything at once and says nothing: what it reads is what was said. A witness
// reads when it is told to, says numbered lines and asks for commands that there are not. In the
// end it must have read exactly what the arbiter has, in order and once, but for its own lines and
// for gaps of as many lines as it was told; and each of its questions has had its answer, and
// nobody else's. Threads: the world's.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "heard_lines.h"
#include "world.h"

namespace grotto::test {

/// A line of the lobby as the arbiter has read it.
struct RoomLine {
  std::string json;   // the object as it stands
  std::string plain;  // as it reads in plain text
  std::string from;
  std::string type;
  std::string text;
};

class Arbiter {
 public:
  explicit Arbiter(World& world);
  /// Reads all that has come.
  void hears();
  [[nodiscard]] const std::vector<RoomLine>& lines() const noexcept { return lines_; }
  /// What `name` has said, in order.
  [[nodiscard]] std::vector<std::string> said_by(std::string_view name) const;
  [[nodiscard]] MemorySocket& socket() noexcept { return socket_; }

 private:
  void take(std::string_view line);

  MemorySocket& socket_;
  HeardLines heard_;
  std::vector<RoomLine> lines_;
  std::optional<std::uint64_t> last_id_;
};

class Witness {
 public:
  enum class Reads { plain, json };

  Witness(World& world, std::string name, unsigned worker, Reads reads);

  void hears(std::size_t bytes_max = static_cast<std::size_t>(-1));
  void says(std::size_t padding_bytes);
  /// Does nothing while too much is unanswered: who does not read his answers may be closed as
  /// slow.
  void asks();

  [[nodiscard]] MemorySocket& socket() noexcept { return socket_; }
  /// All it has sent was taken, answered and heard by the arbiter.
  [[nodiscard]] bool is_done(const Arbiter& arbiter) const;
  /// REQUIRES: is_done(), and everything was read.
  void check(const Arbiter& arbiter) const;

 private:
  struct Heard {
    std::string line;           // of the room
    std::uint64_t skipped = 0;  // or a gap of so many
  };
  void take(std::string_view line);
  void take_object(std::string_view line);
  [[nodiscard]] bool take_private(std::string_view line);
  void take_answer(std::string_view text);

  const std::string name_;
  const Reads reads_;
  MemorySocket& socket_;
  HeardLines heard_;
  bool is_in_ = false;
  std::vector<Heard> story_;
  std::vector<std::string> said_;
  std::deque<std::string> asked_;
  unsigned asked_count_ = 0;
};

}  // namespace grotto::test
