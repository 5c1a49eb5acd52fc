#include "script/fault.h"

#include <fmt/format.h>

#include "base/escape.h"

namespace grotto {

std::string to_string(const ScriptFault& fault, std::string_view file) {
  return fmt::format("{}:{}:{}: {}", escaped(file), fault.place.line, fault.place.column,
                     fault.sentence);
}

}  // namespace grotto
