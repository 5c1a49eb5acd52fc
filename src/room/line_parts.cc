#include "room/line_parts.h"

namespace grotto {

LineParts parts_of(LineKind kind, std::string_view line) noexcept {
  constexpr std::string_view kActionMark = "* ";
  if (line.ends_with("\r\n")) line.remove_suffix(2);
  std::string_view rest = line;
  std::string_view end = " ";
  switch (kind) {
    case LineKind::say: end = ": "; break;
    case LineKind::action:
      if (rest.starts_with(kActionMark)) rest.remove_prefix(kActionMark.size());
      break;
    case LineKind::join:
    case LineKind::leave:
    case LineKind::rename:
    case LineKind::topic: return {rest.substr(0, rest.find(' ')), line};
    case LineKind::notice:
    case LineKind::moves: return {{}, line};
  }
  const std::size_t at = rest.find(end);
  if (at == std::string_view::npos) return {{}, line};
  return {rest.substr(0, at), rest.substr(at + end.size())};
}

}  // namespace grotto
