#include "client/chat/mention.h"

#include <doctest/doctest.h>

#include <string>

using namespace grotto::client;  // NOLINT: a test of one layer

namespace {

std::string found(std::string_view text, std::string_view name) {
  const auto at = find_mention(text, name);
  return at ? std::string(text.substr(at->begin, at->size)) : std::string("-");
}

}  // namespace

TEST_CASE("Mention: a word that folds to the name, whatever stands around it") {
  CHECK(found("kaixo luzmi", "luzmi") == "luzmi");
  CHECK(found("Luzmi, zer moduz?", "luzmi") == "Luzmi");
  CHECK(found("hey @LUZMI:", "luzmi") == "LUZMI");
  CHECK(found("that is luzmi's bag", "luzmi") == "luzmi");
  CHECK(found("(luzmi)", "luzmi") == "luzmi");
  CHECK(found("ez dakit, ÑOÑO.", "ñoño") == "ÑOÑO");
  CHECK(found("see a.b!", "a.b") == "a.b");
}

TEST_CASE("Mention: no part of a word, no empty name, no more than 200 words") {
  CHECK(found("luzmila", "luzmi") == "-");
  CHECK(found("aluzmi", "luzmi") == "-");
  CHECK(found("... !! ,", "luzmi") == "-");
  CHECK(found("", "luzmi") == "-");
  CHECK(found("kaixo", "") == "-");
  std::string many;
  for (int i = 0; i < 200; ++i) many += "a ";
  CHECK(found(many + "luzmi", "luzmi") == "-");
  CHECK(found(many.substr(2) + "luzmi", "luzmi") == "luzmi");
}
