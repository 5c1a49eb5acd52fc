// Phrasing: a message as the line that people read. Threads: pure functions.
#pragma once

#include <string>

#include "client/chat/conversation.h"
#include "client/chat/message.h"

namespace grotto::client {

/// Who reads, and where.
struct Reader {
  std::string name;
  std::string focus;  // lines of other rooms say theirs
};

/// A line without parts: nothing is to be shown of it.
ShownLine phrase(const Message& message, const Reader& reader);

/// A sentence of the client itself: "-- … --".
ShownLine own_words(const std::string& sentence);

}  // namespace grotto::client
