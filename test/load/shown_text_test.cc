#include "load/view/shown_text.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>
#include <string>

#include "base/escape.h"
#include "line/text.h"

using namespace grotto::load;

namespace {

/// Sets the three variables of the language and puts them back.
class Language {
 public:
  explicit Language(const std::map<std::string, std::string>& wanted) {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
      if (const char* const value = std::getenv(name)) before_[name] = value;
      const auto found = wanted.find(name);
      if (found == wanted.end()) {
        ::unsetenv(name);
      } else {
        ::setenv(name, found->second.c_str(), 1);
      }
    }
  }
  ~Language() {
    for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) ::unsetenv(name);
    for (const auto& [name, value] : before_) ::setenv(name.c_str(), value.c_str(), 1);
  }
  Language(const Language&) = delete;
  Language& operator=(const Language&) = delete;

 private:
  std::map<std::string, std::string> before_;
};

Charset charset_with(const std::map<std::string, std::string>& wanted) {
  const Language language(wanted);
  return charset_of_environment();
}

}  // namespace

TEST_CASE("ShownText: the first variable of the language that says something decides the letters") {
  CHECK(charset_with({}) == Charset::ascii);
  CHECK(charset_with({{"LANG", "C"}}) == Charset::ascii);
  CHECK(charset_with({{"LANG", "C.UTF-8"}}) == Charset::utf8);
  CHECK(charset_with({{"LANG", "eu_ES.utf8"}}) == Charset::utf8);
  CHECK(charset_with({{"LANG", "eu_ES.UTF-8"}, {"LC_ALL", "C"}}) == Charset::ascii);
  CHECK(charset_with({{"LANG", "C"}, {"LC_ALL", ""}, {"LC_CTYPE", "UTF-8"}}) == Charset::utf8);
}

TEST_CASE("ShownText: what a server said is made visible once, however often it is asked for") {
  CHECK(visible("caf\u00e9 \x1b[2J\n") == "caf\u00e9 \\u{1b}[2J\\u{a}");
  CHECK(visible("\xff") == "\\xff");
  const std::string escaped = grotto::escaped("\x1b]0;x\x07 \\ \xff\u202e");
  CHECK(visible(escaped) == escaped);
}

TEST_CASE("ShownText: letters that an ASCII terminal lacks are replaced") {
  CHECK(in_charset("84 \u00b5s \u2026 caf\u00e9", Charset::ascii) == "84 us .. caf?");
  CHECK(in_charset("84 \u00b5s", Charset::utf8) == "84 \u00b5s");
}

TEST_CASE("ShownText: a text is cut at every width without going over it or through a letter") {
  const std::string text = "a\u00e9\u6f22e\u0301\U0001f600z";
  for (std::size_t columns = 0; columns < 12; ++columns) {
    INFO(columns);
    const std::string cut = cut_to(text, columns, Charset::utf8);
    CHECK(grotto::display_width(cut) <= columns);
    CHECK(grotto::is_clean(cut));
  }
  CHECK(cut_to(text, 8, Charset::utf8) == text);
  CHECK(cut_to("abcdef", 6, Charset::ascii) == "abcdef");
  CHECK(cut_to("abcdef", 5, Charset::ascii) == "abc..");
  CHECK(cut_to("abcdef", 5, Charset::utf8) == "abcd\u2026");
  CHECK(cut_to("abcdef", 1, Charset::ascii) == ".");
}
