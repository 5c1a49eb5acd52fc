#include "room/names.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

using grotto::Name;
using grotto::NameFault;
using grotto::NameRules;

namespace {

struct Door {
  NameRules rules{{"{quit}", "exit", "/quit"}};

  std::optional<NameFault> fault(std::string_view raw) const {
    const auto result = rules.check(raw);
    const auto* found = std::get_if<NameFault>(&result);
    return found ? std::optional(*found) : std::nullopt;
  }
  std::string name(std::string_view raw) const {
    const auto result = rules.check(raw);
    const auto* found = std::get_if<Name>(&result);
    return found ? found->text : "refused: " + std::string(sentence(std::get<NameFault>(result)));
  }
  bool clash(std::string_view one, std::string_view other) const {
    return std::get<Name>(rules.check(one))
        .key.clashes_with(std::get<Name>(rules.check(other)).key);
  }
};

std::string times(int count, std::string_view text) {
  std::string result;
  for (int i = 0; i < count; ++i) result += text;
  return result;
}

}  // namespace

TEST_CASE("NameRules: names of many scripts pass unchanged") {
  const Door door;
  for (const char* name :
       {"luzmi", "Ñabarra", "Oñati-7", "zoë",    "Nguyễn", "Ζωή", "Луиза", "สมชาย",   "ที่รัก",
        "لوزمي", "מִרְיָם",    "小明",    "ルズミ", "민준",   "देवी", "தமிழ்",  "ተስፋ",     "Ա",
        "ქეთი",  "ᾧ",       "🦇",      "🦇ana",  "👍🏽",   "x",   "7",     "a.b_c-d", "ana's"}) {
    CAPTURE(name);
    CHECK(door.name(name) == name);
  }
}

TEST_CASE("NameRules: blanks at both ends are dropped and the rest is NFKC") {
  const Door door;
  CHECK(door.name("  luzmi\t") == "luzmi");
  CHECK(door.name("luzmi\r\n") == "luzmi");
  CHECK(door.name("ｌｕｚｍｉ") == "luzmi");
  CHECK(door.name("ﬁn") == "fin");
  CHECK(door.name("e\u0301va") == "éva");
  CHECK(door.name("❤\uFE0F") == "❤");
}

TEST_CASE("NameRules: the length is 1 to 32 code points after NFKC") {
  const Door door;
  CHECK(door.fault("") == NameFault::empty);
  CHECK(door.fault(" \t ") == NameFault::empty);
  CHECK(door.name(times(32, "ñ")) == times(32, "ñ"));
  CHECK(door.name(times(32, "🦇")) == times(32, "🦇"));
  CHECK(door.fault(times(33, "ñ")) == NameFault::too_long);
  CHECK(door.fault(times(17, "ﬁ")) == NameFault::too_long);
  CHECK(door.name(times(32, "e\u0301")) == times(32, "é"));
  CHECK(door.name(times(32, "\u1100\u1161\u11a8")) == times(32, "각"));
  CHECK(door.fault(times(4096, "a")) == NameFault::too_long);
}

TEST_CASE("NameRules: each kind of character that a name may not hold is told apart") {
  const Door door;
  CHECK(door.fault("ana maria") == NameFault::white_space);
  CHECK(door.fault("ana\tmaria") == NameFault::white_space);
  CHECK(door.fault("ana\u00a0maria") == NameFault::white_space);
  CHECK(door.fault("ana\u3000maria") == NameFault::white_space);
  CHECK(door.fault("ana\u2028maria") == NameFault::white_space);
  CHECK(door.fault("\u2800") == NameFault::white_space);
  CHECK(door.fault("ana:maria") == NameFault::colon);
  CHECK(door.fault("ana：") == NameFault::colon);
  CHECK(door.fault("ana\ua789") == NameFault::colon);
  CHECK(door.fault("ana\u2236") == NameFault::colon);
  CHECK(door.fault("ana\x1b[31m") == NameFault::control);
  CHECK(door.fault("ana\x7f") == NameFault::control);
  CHECK(door.fault("ana\u0085x") == NameFault::control);
  CHECK(door.fault(std::string_view("a\0b", 3)) == NameFault::control);
  CHECK(door.fault("ana\u202eairam") == NameFault::bidi);
  CHECK(door.fault("ana\u200f") == NameFault::bidi);
  CHECK(door.fault("ana\u2066x\u2069") == NameFault::bidi);
  CHECK(door.fault("ana\u061c") == NameFault::bidi);
  CHECK(door.fault("an\u200ba") == NameFault::invisible);
  CHECK(door.fault("an\u200da") == NameFault::invisible);
  CHECK(door.fault("👩\u200d🚀") == NameFault::invisible);
  CHECK(door.fault("an\u00ada") == NameFault::invisible);
  CHECK(door.fault("\ufeffana") == NameFault::invisible);
  CHECK(door.fault("\u3164") == NameFault::invisible);
  CHECK(door.fault("\ufe0f") == NameFault::invisible);
  CHECK(door.fault("ana\ue000") == NameFault::unassigned);
  CHECK(door.fault("ana\U0010ffff") == NameFault::unassigned);
  CHECK(door.fault("ana\xff") == NameFault::not_utf8);
  CHECK(door.fault("\xc3") == NameFault::not_utf8);
  CHECK(door.fault("\xed\xa0\x80") == NameFault::not_utf8);
}

TEST_CASE("NameRules: a name does not begin with punctuation") {
  const Door door;
  for (const char* name : {"/who", ".ana", "-ana", "_ana", "@ana", "#ana", "<ana>", "$ana", "=ana",
                           "`ana", "¿ana", "«ana»", "。ana", "(ana)"}) {
    CAPTURE(name);
    CHECK(door.fault(name) == NameFault::punctuation_first);
  }
}

TEST_CASE("NameRules: at most two combining marks stand on one base") {
  const Door door;
  CHECK(door.fault("a\u0301\u0302") == std::nullopt);
  CHECK(door.fault("a\u0301\u0302\u0303") == NameFault::marks);
  CHECK(door.fault("x\u0301\u0302\u0303") == NameFault::marks);
  CHECK(door.fault("x\u0301\u0302x\u0301\u0302") == std::nullopt);
  CHECK(door.fault("\u0301ana") == NameFault::marks);
  CHECK(door.fault("ana" + times(29, "\u0489")) == NameFault::marks);
}

TEST_CASE("NameRules: quit words and the server's own name are refused, look-alikes too") {
  const Door door;
  CHECK(door.fault("{quit}") == NameFault::quit_word);
  CHECK(door.fault("/quit") == NameFault::quit_word);
  CHECK(door.fault("exit") == NameFault::quit_word);
  CHECK(door.fault("EXIT") == NameFault::quit_word);
  CHECK(door.fault("еxit") == NameFault::quit_word);  // Cyrillic е
  CHECK(door.fault("server") == NameFault::reserved);
  CHECK(door.fault("Server") == NameFault::reserved);
  CHECK(door.fault("ｓｅｒｖｅｒ") == NameFault::reserved);
  CHECK(door.fault("sеrver") == NameFault::reserved);  // Cyrillic е
  CHECK(door.fault("ЅERVER") == NameFault::reserved);  // Cyrillic Ѕ, folded: ѕerver
  CHECK(door.fault("servers") == std::nullopt);
  CHECK(NameRules({}).check("exit").index() == 0);
}

TEST_CASE("NameRules: names that fold or look the same clash, others do not") {
  const Door door;
  CHECK(door.clash("ariana", "ariana"));
  CHECK(door.clash("ariana", "Ariana"));
  CHECK(door.clash("straße", "STRASSE"));
  CHECK(door.clash("Σοφος", "σοφοσ"));
  CHECK(door.clash("ariana", "аriana"));  // Cyrillic а
  CHECK(door.clash("ariana", "АRIANA"));  // Cyrillic А: its folded form looks the same
  CHECK(door.clash("ariana", "аrіаna"));  // mixed
  CHECK(door.clash("luzmi", "Iuzmi"));
  CHECK(door.clash("luzmi", "1uzmi"));
  CHECK(door.clash("luzmi", "luzrni"));  // m and rn
  CHECK(door.clash("paypal", "pаypаl"));
  CHECK(door.clash("soso", "ѕоѕо"));  // wholly Cyrillic
  CHECK_FALSE(door.clash("ariana", "oskar"));
  CHECK_FALSE(door.clash("ana", "aná"));
  CHECK_FALSE(door.clash("小明", "小朋"));
  CHECK_FALSE(door.clash("สมชาย", "สมหญิง"));
}

TEST_CASE("NameRules: every fault has a sentence of its own") {
  std::vector<std::string_view> seen;
  for (unsigned value = 0; value <= static_cast<unsigned>(NameFault::reserved); ++value) {
    const auto text = sentence(static_cast<NameFault>(value));
    CHECK(text.ends_with('.'));
    CHECK(std::find(seen.begin(), seen.end(), text) == seen.end());
    seen.push_back(text);
  }
}
