#include "script/flow.h"

namespace grotto {
namespace {

bool is_asked(const Script& script, const Ask& ask, const Facts& facts) {
  if (!ask.when.holds(facts)) return false;
  return ask.section == kNoSection || script.sections[ask.section].when.holds(facts);
}

}  // namespace

std::size_t first_ask(const Script& script, const Facts& facts) {
  return ask_from(script, 0, facts);
}

std::size_t next_ask(const Script& script, std::size_t ask, const Facts& facts) {
  for (const Goto& way : script.asks[ask].gotos) {
    if (way.when.holds(facts)) return ask_from(script, way.to, facts);
  }
  return ask_from(script, ask + 1, facts);
}

std::size_t ask_from(const Script& script, std::size_t ask, const Facts& facts) {
  for (; ask < script.asks.size(); ++ask) {
    if (is_asked(script, script.asks[ask], facts)) return ask;
  }
  return kScriptEnd;
}

}  // namespace grotto
