#include "script/template.h"

#include <fmt/format.h>

#include <algorithm>

#include "line/text.h"
#include "script/words.h"

namespace grotto {
namespace {

constexpr std::size_t kAnswerBytesMax = 4096;

std::string_view without_line_ends(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return text;
}

}  // namespace

void Template::add_text(std::string_view text) {
  if (text.empty()) return;
  if (pieces_.empty() || pieces_.back().of != Of::text) pieces_.push_back({Of::text, {}});
  pieces_.back().text += text;
}

std::variant<Template, Template::Misfit> Template::parse(std::string_view text,
                                                         std::span<const std::string_view> ids) {
  Template parsed;
  text = without_line_ends(text);
  for (std::size_t at = 0; at != text.size();) {
    const std::size_t brace = std::min(text.find('{', at), text.size());
    parsed.add_text(text.substr(at, brace - at));
    if (brace == text.size()) break;
    if (text.substr(brace, 2) == "{{") {
      parsed.add_text("{");
      at = brace + 2;
      continue;
    }
    const std::size_t close = text.find_first_of("{}\n", brace + 1);
    if (close == std::string_view::npos || text[close] != '}') {
      return Misfit{brace, "This `{` has no `}`; a brace that is to be seen is written as `{{`."};
    }
    const std::string_view inside = text.substr(brace + 1, close - brace - 1);
    const std::string_view id = trimmed(inside);
    const auto offset = id.empty() ? brace : static_cast<std::size_t>(id.data() - text.data());
    const auto known = std::find(ids.begin(), ids.end(), id);
    if (id.empty()) {
      return Misfit{offset, "Expected the id of a question between `{` and `}`."};
    }
    if (id == "score") {
      parsed.pieces_.push_back({Of::score, {}});
    } else if (id == "round") {
      parsed.pieces_.push_back({Of::round, {}});
    } else if (known != ids.end()) {
      const auto ask = static_cast<std::size_t>(known - ids.begin());
      parsed.pieces_.push_back({Of::answer, {}, ask});
      add_mention(parsed.mentions_, {ask, offset});
    } else {
      return Misfit{
          offset, fmt::format("There is no question {}.{}", in_quotes(id), did_you_mean(id, ids))};
    }
    at = close + 1;
  }
  return parsed;
}

std::string Template::fill(const Facts& facts) const {
  std::string out;
  std::string scratch;
  for (const Piece& piece : pieces_) {
    switch (piece.of) {
      case Of::text: out += piece.text; break;
      case Of::answer:
        out += clean_text(to_text(facts.answer(piece.ask)), scratch, kAnswerBytesMax);
        break;
      case Of::score: out += to_text(facts.score()); break;
      case Of::round: out += to_text(facts.round()); break;
    }
  }
  out.resize(without_line_ends(out).size());
  return out;
}

}  // namespace grotto
