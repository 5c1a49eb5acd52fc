#include <fmt/format.h>

#include <algorithm>

#include "script/toml_tree.h"

namespace grotto {
namespace {

constexpr unsigned kBracketsMax = 8;
constexpr unsigned kDotsMax = 8;

/// Behind the text that begins at `at`; the end of the line or of all if it does not end.
std::size_t skip_text(std::string_view toml, std::size_t at) {
  const char quote = toml[at];
  const std::string_view three = quote == '"' ? "\"\"\"" : "'''";
  const bool is_multi_line = toml.substr(at, 3) == three;
  at += is_multi_line ? 3 : 1;
  while (at < toml.size()) {
    if (toml[at] == '\\' && quote == '"') {
      at += 2;
    } else if (is_multi_line && toml.substr(at, 3) == three) {
      at += 3;
      for (int more = 0; more != 2 && at < toml.size() && toml[at] == quote; ++more) ++at;
      return at;
    } else if (!is_multi_line && (toml[at] == quote || toml[at] == '\n')) {
      return toml[at] == quote ? at + 1 : at;
    } else {
      ++at;
    }
  }
  return toml.size();
}

}  // namespace

std::optional<ScriptFault> find_deep_nesting(const SourceMap& source) {
  const std::string_view toml = source.text();
  unsigned brackets = 0;
  unsigned dots = 0;
  for (std::size_t at = 0; at < toml.size();) {
    switch (toml[at]) {
      case '"':
      case '\'': at = skip_text(toml, at); continue;
      case '#': at = std::min(toml.find('\n', at), toml.size()); continue;
      case '[':
      case '{':
        ++brackets;
        dots = 0;
        break;
      case ']':
      case '}': brackets -= brackets == 0 ? 0 : 1; break;
      case '.': ++dots; break;
      case '=':
      case ',':
      case '\n': dots = 0; break;
      default: break;
    }
    if (brackets > kBracketsMax || dots > kDotsMax) {
      return ScriptFault{source.place_at(at), "This is nested deeper than anything in a script."};
    }
    ++at;
  }
  return std::nullopt;
}

}  // namespace grotto
