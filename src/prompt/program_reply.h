// ProgramReply: a line that a program printed, as what it wants.
//
//   reply   = object on one line
//   object  = { "say": TEXT | [TEXT …],            said to the person
//               "points": NUMBER,                  given for the answer
//               "ask": ID | QUESTION,              the next question: of the script, or its own
//               "next": true,                      the script goes on
//               "end": true,                       the questions are over
//               "session": ID }                    whose it is (`per = "server"`)
//   QUESTION = { "id", "prompt", "type", "choices", "min", "max", "whole", "default", "optional" }
//
// A turn lasts until a line has `ask`, `next` or `end`. Threads: pure functions.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/script.h"

namespace grotto {

struct ProgramReply {
  enum class Then : std::uint8_t { more, next, goes_to, asks, end };

  std::string session;
  std::vector<std::string> say;
  double points = 0;
  Then then = Then::more;
  std::size_t to = kScriptEnd;         // of goes_to
  std::shared_ptr<const Ask> own_ask;  // of asks
};

/// The reply, or what is wrong with it, as the end of a sentence: `"ask" names no question:
/// colour`.
[[nodiscard]] std::variant<ProgramReply, std::string> read_reply(const Script& script,
                                                                 std::string_view line);

}  // namespace grotto
