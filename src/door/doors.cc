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
                               Word{"proxy", &DoorSet::proxy}, Word{"web", &DoorSet::web}};

}  // namespace

Result<DoorSet> DoorSet::from(const std::vector<std::string>& words) {
  DoorSet made{.plain = false, .telnet = false, .proxy = false, .web = false};
  for (const std::string& text : words) {
    const auto* const word = std::find_if(kWords.begin(), kWords.end(),
                                          [&](const Word& each) { return each.text == text; });
    if (word == kWords.end()) {
      return Error{
          fmt::format("there is no door \"{}\": expected plain, telnet, web or proxy", text), 64};
    }
    made.*word->door = true;
  }
  if (!made.plain && !made.telnet && !made.web) {
    return Error{"nobody could come in: expected plain, telnet or web among the doors", 64};
  }
  return made;
}

DoorSet DoorSet::usual(bool wants_bytes) noexcept {
  DoorSet made;
  if (wants_bytes) made.telnet = made.web = false;
  return made;
}

std::string_view sentence(const DoorSet& doors) noexcept {
  if (doors.web && doors.site != nullptr)
    return "This listener is for browsers: open it with http:// before its name.";
  return "This listener takes no lines of text.";
}

std::unique_ptr<ConnectionHandler> make_door(Service& service, DoorSet doors,
                                             std::string first_bytes) {
  if (service.wants_bytes() && first_bytes.empty() && !doors.web) {
    return std::make_unique<ByteDoor>(service, doors);
  }
  return std::make_unique<HelloDoor>(service, doors, std::move(first_bytes));
}

}  // namespace grotto
