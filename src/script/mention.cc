#include "script/mention.h"

#include <algorithm>

namespace grotto {

void add_mention(std::vector<Mention>& mentions, Mention mention) {
  const bool is_known = std::any_of(mentions.begin(), mentions.end(),
                                    [&](const Mention& known) { return known.ask == mention.ask; });
  if (!is_known) mentions.push_back(mention);
}

std::vector<std::size_t> mentioned_asks(const std::vector<Mention>& mentions) {
  std::vector<std::size_t> asks;
  asks.reserve(mentions.size());
  for (const Mention& mention : mentions) asks.push_back(mention.ask);
  std::sort(asks.begin(), asks.end());
  return asks;
}

}  // namespace grotto
