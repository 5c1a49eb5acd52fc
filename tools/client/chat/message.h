// Message: one line of a grotto server as an object (docs/protocol.md, JSON), with every text made
// fit for the screen. Threads: a value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grotto::client {

struct Message {
  enum class Type : std::uint8_t {
    say,
    me,
    join,
    leave,
    nick,
    topic,
    notice,
    private_line,
    refusal,
    question,
    names,
    skipped,
    token,
    score,
    end,      // of a script of questions
    unknown,  // of a later version: it is left out
  };

  Type type = Type::unknown;
  std::optional<std::uint64_t> id;  // a line of a room
  std::string room;
  std::string from;
  std::string to;
  std::string text;
  std::string code;
  std::string asks;
  std::string kind;  // of a script's question: text, number, choice …
  std::string hint;
  std::string token;
  bool is_hidden = false;  // a question whose answer is not to be seen
  std::vector<std::string> choices;
  std::string at;  // RFC 3339, UTC: later ones compare greater
  std::vector<std::string> names;
  std::uint64_t more = 0;
  std::uint64_t joined = 0;
  std::uint64_t left = 0;
  std::uint64_t count = 0;
  std::optional<std::uint64_t> next;
  std::optional<std::uint64_t> head;  // the number of the room's next line

  /// Nothing if the line is no JSON object with a `type`.
  static std::optional<Message> parse(std::string_view line);
};

}  // namespace grotto::client
