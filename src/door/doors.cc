#include "door/doors.h"

#include <fmt/format.h>

#include "door/byte_door.h"
#include "door/line_door.h"

namespace grotto {

Result<DoorSet> DoorSet::parse(std::string_view list) {
  DoorSet made{.telnet = false};
  bool is_plain = false;
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    const std::string_view door = list.substr(0, comma);
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
    if (door == "plain") {
      is_plain = true;
    } else if (door == "telnet") {
      made.telnet = true;
    } else {
      return Error{fmt::format("there is no door \"{}\" in this version: expected plain, or "
                               "plain,telnet",
                               door),
                   64};
    }
  }
  if (!is_plain) {
    return Error{"the door plain cannot be left out: expected plain, or plain,telnet", 64};
  }
  return made;
}

std::string DoorSet::to_string() const {
  return telnet ? "plain,telnet" : "plain";
}

std::unique_ptr<ConnectionHandler> make_door(Service& service, DoorSet doors) {
  if (service.wants_bytes()) return std::make_unique<ByteDoor>(service, doors);
  return std::make_unique<LineDoor>(service, doors);
}

}  // namespace grotto
