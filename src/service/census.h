// Census: what is asked of everybody in the chat, each on his own worker.
// Threads: the worker's of `who`.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace grotto {

class ChatService;
class Participant;

/// What was found of one person.
struct Found {
  std::string text;
  std::int64_t rank = 0;  // the higher, the earlier in the list
};

/// Runs on the worker of each person that has a name; adds what it finds.
using LookAt = std::function<void(Participant& each, std::vector<Found>& found)>;
/// Runs on the worker of `who`, with all that was found, the highest rank first.
using TakeFound = std::function<void(Participant& who, const std::vector<Found>& found)>;

/// `who` is served no further line until all have been looked at.
void look_at_everybody(ChatService& chat, Participant& who, const LookAt& look, TakeFound take);

}  // namespace grotto
