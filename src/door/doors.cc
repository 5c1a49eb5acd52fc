#include "door/doors.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "door/byte_door.h"
#include "door/hello_door.h"

namespace grotto {

namespace {

struct Word {
  std::string_view text;
  bool DoorSet::* door;
};
constexpr std::array kWords = {Word{"plain", &DoorSet::plain}, Word{"telnet", &DoorSet::telnet},
                               Word{"tls", &DoorSet::tls}, Word{"proxy", &DoorSet::proxy},
                               Word{"web", &DoorSet::web}};

}  // namespace

Result<DoorSet> DoorSet::from(const std::vector<std::string>& words) {
  DoorSet made{.plain = false, .telnet = false, .tls = false, .proxy = false, .web = false};
  for (const std::string& text : words) {
    const auto* const word = std::find_if(kWords.begin(), kWords.end(),
                                          [&](const Word& each) { return each.text == text; });
    if (word == kWords.end()) {
      return Error{
          fmt::format("there is no door \"{}\": expected plain, telnet, web, tls or proxy", text),
          64};
    }
    made.*word->door = true;
  }
  if (!made.plain && !made.telnet && !made.web) {
    if (!made.tls) {
      return Error{"nobody could come in: expected plain, telnet, web or tls among the doors", 64};
    }
    made.tls_only = made.plain = made.telnet = made.web = true;
  }
  return made;
}

DoorSet DoorSet::usual(bool wants_bytes) noexcept {
  DoorSet made;
  // An echo gives back whatever comes, a request or a TLS hello too, unless it is told otherwise.
  if (wants_bytes) made.telnet = made.tls = made.web = false;
  return made;
}

std::string_view sentence(const DoorSet& doors) noexcept {
  if (doors.web && doors.site != nullptr)
    return "This listener is for browsers: open it with http:// before its name.";
  return "This listener takes no lines of text.";
}

std::unique_ptr<ConnectionHandler> make_door(Service& service, DoorSet doors,
                                             std::string first_bytes) {
  if (service.wants_bytes() && first_bytes.empty() && !doors.web && !doors.tls) {
    return std::make_unique<ByteDoor>(service, doors);
  }
  return std::make_unique<HelloDoor>(service, doors, std::move(first_bytes));
}

}  // namespace grotto
