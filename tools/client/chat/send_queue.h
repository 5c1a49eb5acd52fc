// SendQueue: the lines that were typed and are not known to have arrived, in order, bounded.
//
// The server repeats one's own lines (/echo on), so what was said is known by the line that comes
// back. What did not come back when the connection broke is sent again after coming back, once what
// was missed has been read: no line is lost, and none said twice. Of a command nobody knows whether
// it arrived: it is told, not repeated. Threads: owned by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grotto::client {

class SendQueue {
 public:
  static constexpr std::size_t kLinesMax = 200;
  static constexpr std::size_t kBytesMax = 64 * 1024;

  /// False if it is full: then the line was not taken.
  [[nodiscard]] bool add(std::string line);

  /// The next line that was not sent yet, which is sent from now on.
  std::optional<std::string> take_next();

  /// One's own line came back.
  void on_said(std::string_view text);
  /// The server answered something else than a line of a room.
  void on_answer();
  /// It refused with that code.
  void on_refusal(std::string_view code, std::size_t line_bytes_max);

  /// The connection broke: what was sent is to be sent again, but for commands, which are returned.
  std::vector<std::string> on_lost();
  /// All that is left, for who gives up.
  std::vector<std::string> take_all();

  [[nodiscard]] std::size_t size() const noexcept { return items_.size(); }
  /// Said lines that were sent before a connection broke and are to be sent again.
  [[nodiscard]] bool has_doubtful() const noexcept;
  /// The doubtful ones, which are not sent again then.
  std::vector<std::string> take_doubtful();

 private:
  enum class State : std::uint8_t { waiting, sent, doubtful };
  struct Item {
    std::string line;
    std::string said;  // as it comes back; of a command nothing
    State state = State::waiting;
    [[nodiscard]] bool may_have_arrived() const noexcept { return state != State::waiting; }
    [[nodiscard]] bool is_command() const noexcept { return said.empty(); }
  };
  void pop(std::size_t count);

  std::deque<Item> items_;
  std::size_t bytes_ = 0;
};

}  // namespace grotto::client
