// Lines for one person: what the server says to him alone, as people read it or, if he has asked
// for that, as a JSON object (docs/protocol.md describes each).
// Threads: the worker's of `who`.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace grotto {

class Participant;
class Room;
class Seat;
struct Topic;

/// A sentence of the server without a line end: a refusal if it has a code, else a notice.
[[nodiscard]] std::string phrase(const Participant& who, std::string_view sentence,
                                 std::string_view code = {});

/// A question that his next line answers. `asks`: for what, in a word that programs know: "name".
void ask(Participant& who, std::string_view asks, std::string_view question);

/// Who is in `room`, which he may not be in; people read `sentence`.
void tell_names(Participant& who, const Room& room, std::string_view sentence,
                std::size_t listed_max);

/// What somebody reads who comes in.
struct Arrival {
  std::string_view others;  // what people read before the names of those who are there
  std::string_view nobody;  // or if nobody is
  std::size_t earlier = 0;  // said lines of before, which follow
};
void tell_arrival(Participant& who, const Seat& seat, const Arrival& arrival,
                  std::size_t listed_max);

/// What `room` is about; people read `sentence`.
void tell_topic(Participant& who, const Room& room, const Topic& topic, std::string_view sentence);

/// A private line. `from`, `to`: an empty one is himself.
void tell_private(Participant& who, std::string_view from, std::string_view to,
                  std::string_view text);

}  // namespace grotto
