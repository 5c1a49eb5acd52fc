// Marked: a script with a `§` where its fault is expected, and what the loader says of it.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "script/load_script.h"

namespace grotto::test {

inline constexpr std::string_view kMark = "§";

/// The text without its marks, and their places in it.
struct Marked {
  std::string text;
  std::vector<Place> places;
};

inline Marked marked(std::string_view source) {
  Marked made;
  Place place;
  for (std::size_t at = 0; at != source.size();) {
    if (source.substr(at).starts_with(kMark)) {
      made.places.push_back(place);
      at += kMark.size();
      continue;
    }
    const char byte = source[at++];
    made.text += byte;
    if (byte == '\n') {
      place = {place.line + 1, 1};
    } else if ((static_cast<unsigned char>(byte) & 0xC0U) != 0x80U && made.text != "\xEF\xBB\xBF" &&
               made.text != "\xEF") {
      ++place.column;
    }
  }
  return made;
}

inline std::string told(const std::vector<ScriptFault>& faults) {
  std::string out;
  for (const ScriptFault& fault : faults) out += to_string(fault, "x.toml") + '\n';
  return out;
}

/// The loader finds exactly these faults, in this order, each at its mark.
inline void faults(std::string_view source, const std::vector<std::string>& sentences) {
  const Marked given = marked(source);
  const LoadedScript loaded = load_script(given.text);
  INFO(source << "\n" << told(loaded.faults));
  REQUIRE(given.places.size() == sentences.size());
  REQUIRE(loaded.faults.size() == sentences.size());
  for (std::size_t i = 0; i != sentences.size(); ++i) {
    CHECK(loaded.faults[i].sentence == sentences[i]);
    CHECK(loaded.faults[i].place.line == given.places[i].line);
    CHECK(loaded.faults[i].place.column == given.places[i].column);
  }
  CHECK((loaded.script == nullptr) == !sentences.empty());
}

inline std::shared_ptr<const Script> script_of(std::string_view text) {
  LoadedScript loaded = load_script(text);
  INFO(text << "\n" << told(loaded.faults));
  REQUIRE(loaded.script != nullptr);
  return loaded.script;
}

}  // namespace grotto::test
