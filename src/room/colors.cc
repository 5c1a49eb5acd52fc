#include "room/colors.h"

#include <array>
#include <cstdint>

#include "room/line_parts.h"

namespace grotto {

namespace {

// Neither the terminal's blue nor its bright yellow: one cannot be read on black, one on white.
constexpr std::array<std::string_view, 8> kNames = {"\x1b[31m",   "\x1b[32m",   "\x1b[35m",
                                                    "\x1b[36m",   "\x1b[1;31m", "\x1b[1;32m",
                                                    "\x1b[1;35m", "\x1b[1;36m"};

std::string_view color_of(std::string_view name) noexcept {
  std::uint32_t hash = 2166136261U;  // FNV-1a
  for (const char each : name) hash = (hash ^ static_cast<unsigned char>(each)) * 16777619U;
  return kNames[(hash >> 16U) % kNames.size()];
}

}  // namespace

void append_name(std::string_view name, std::string& out) {
  out += color_of(name);
  out += name;
  out += kPlain;
}

void append_colored(LineKind kind, std::string_view line, std::string& out) {
  const LineParts parts = parts_of(kind, line);
  if (!is_said(kind)) {
    out += kDim;
    out += parts.text;
    out += kPlain;
    out += "\r\n";
    return;
  }
  if (parts.from.empty()) {
    out += line;
    return;
  }
  const auto name_at = static_cast<std::size_t>(parts.from.data() - line.data());
  out += line.substr(0, name_at);
  append_name(parts.from, out);
  out += line.substr(name_at + parts.from.size());
}

}  // namespace grotto
