#include "client/terminal/painter.h"

#include <array>
#include <cstdint>

#include "client/chat/mention.h"

namespace grotto::client {

namespace {

constexpr std::string_view kEnds = "\x1b[0m";
constexpr std::string_view kFaint = "\x1b[2m";

// Neither the terminal's blue nor its yellow: one cannot be read on black, one on white.
constexpr std::array<std::string_view, 8> kNames = {"\x1b[31m",   "\x1b[32m",   "\x1b[35m",
                                                    "\x1b[36m",   "\x1b[1;31m", "\x1b[1;32m",
                                                    "\x1b[1;35m", "\x1b[1;36m"};

std::string look_of(const Part& part) {
  switch (part.look) {
    case Look::plain: return {};
    case Look::name: return std::string(Painter::color_of(part.text));
    case Look::own_name: return "\x1b[1m";
    case Look::mention: return "\x1b[1;7m";
    case Look::faint: return std::string(kFaint);
    case Look::refusal: return "\x1b[33m";
    case Look::client: return "\x1b[2;3m";
  }
  return {};
}

}  // namespace

std::string_view Painter::color_of(std::string_view name) {
  // FNV-1a: the same on every machine and in every session.
  std::uint32_t hash = 2166136261U;
  for (const char byte : folded(name)) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 16777619U;
  }
  return kNames[(hash >> 16U) % kNames.size()];
}

std::string Painter::paint(const ShownLine& line) const {
  std::string out;
  if (line.rings) out += '\a';
  for (const Part& part : line.parts) {
    std::string look = has_colors_ ? look_of(part) : std::string();
    if (has_colors_ && line.is_earlier) look += kFaint;
    out += look;
    out += part.text;
    if (!look.empty()) out += kEnds;
  }
  return out + '\n';
}

std::string Painter::prompt_look() const {
  return has_colors_ ? std::string(kFaint) : std::string();
}

}  // namespace grotto::client
