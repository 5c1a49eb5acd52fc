// Doors: the ways in that a listener has, and the door for a new connection.
// Threads: DoorSet is a value; make_door() is called on the connection's worker.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "grotto/service.h"
#include "net/connection.h"

namespace grotto {

struct DoorSet {
  bool telnet = true;         // IAC is parsed and answered; plain lines are always taken
  bool telnet_first = false;  // the server begins the negotiation, right after the greeting

  /// A list such as "plain,telnet". Errors: exit status 64, the sentence names the door that there
  /// is not.
  static Result<DoorSet> parse(std::string_view list);
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const DoorSet&, const DoorSet&) = default;
};

/// `service` outlives the connection.
std::unique_ptr<ConnectionHandler> make_door(Service& service, DoorSet doors);

}  // namespace grotto
