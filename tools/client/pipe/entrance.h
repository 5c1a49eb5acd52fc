// Entrance: brings a pipe into the chat: says the name, enters the room, and tells when lines may
// follow, by the lines that the server answers with.
//
// A refused name must not be followed by lines: the server would take the next one for another
// name. Threads: owned by one.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "client/settings/options.h"

namespace grotto::client {

class Entrance {
 public:
  enum class Step : std::uint8_t {
    wait,     // for the next line
    send,     // send to_send(), then wait
    is_in,    // lines may follow
    refused,  // sentence() says why
    foreign,  // no grotto server speaks so
  };

  /// `token`: come back by it instead of by the name; empty: none.
  Entrance(const Options& options, std::string token);

  /// Whether there is anything to do: a name to say, a token, or a room to enter.
  [[nodiscard]] bool is_needed() const noexcept;
  /// What goes out first, before any line was read.
  [[nodiscard]] std::string first_words() const;

  /// A line of the server, without its end.
  Step on_line(std::string_view line);
  [[nodiscard]] const std::string& to_send() const noexcept { return to_send_; }
  [[nodiscard]] const std::string& sentence() const noexcept { return sentence_; }

 private:
  enum class Stage : std::uint8_t { greeting, name, room, over };
  Step on_object(std::string_view line);
  Step on_plain(std::string_view line);
  Step came_in();
  Step refuse(std::string_view sentence);
  /// The token is not good any more: the name then, if there is one.
  Step say_name(std::string_view sentence);

  const std::string name_;
  const std::string room_;  // with its password
  const bool is_json_;
  std::string token_;
  Stage stage_ = Stage::greeting;
  std::string to_send_;
  std::string sentence_;
};

}  // namespace grotto::client
