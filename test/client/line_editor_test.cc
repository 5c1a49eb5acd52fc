#include "client/terminal/line_editor.h"

#include <doctest/doctest.h>

#include <clocale>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "client/terminal/wide_text.h"

using namespace grotto::client;  // NOLINT: a test of one layer

namespace {

using Kind = LineEditor::Event::Kind;

class Typist {
 public:
  explicit Typist(KeyMap keys = KeyMap::emacs, const std::string& history_file = "") {
    std::setlocale(LC_CTYPE, "C.UTF-8");  // NOLINT: before its thread runs
    LineEditor::Setup setup;
    setup.keys = keys;
    setup.reads_editrc = false;
    setup.history_file = history_file;
    setup.complete = [](const std::string& word, bool is_first) {
      std::vector<std::string> found;
      for (const std::string name : {"oskar", "oskarrek", "luzmi", "ñoño"}) {
        if (name.starts_with(word)) found.push_back(is_first ? name + ":" : name);
      }
      return found;
    };
    setup.may_keep = [](const std::string& line) { return line != "secret"; };
    auto made = LineEditor::open(std::move(setup));
    REQUIRE(made.has_value());
    editor_ = std::move(*made);
  }

  /// What happened, each as a word: "line:kaixo".
  std::vector<std::string> types(std::string_view keys) {
    std::vector<std::string> happened;
    for (const auto& event : editor_->feed(keys)) {
      constexpr const char* kWords[] = {"line",  "interrupt", "end",     "suspend",
                                        "clear", "quit",      "choices", "bell"};
      happened.push_back(std::string(kWords[static_cast<int>(event.kind)]) + ":" + event.text);
    }
    return happened;
  }
  std::string line() { return to_utf8(editor_->typed().text); }
  std::size_t cursor() { return editor_->typed().cursor; }

 private:
  std::unique_ptr<LineEditor> editor_;
};

using Events = std::vector<std::string>;

}  // namespace

TEST_CASE("LineEditor: what is typed and entered is a line") {
  Typist typist;
  CHECK(typist.types("kaixo 你👋é").empty());
  CHECK(typist.line() == "kaixo 你👋é");
  CHECK(typist.cursor() == 9);
  CHECK(typist.types("\r") == Events{"line:kaixo 你👋é"});
  CHECK(typist.line().empty());
}

TEST_CASE("LineEditor: several lines in one paste are several lines, in order") {
  Typist typist;
  CHECK(typist.types("one\rtwo\n\rthree") == Events{"line:one", "line:two", "line:"});
  CHECK(typist.line() == "three");
}

TEST_CASE("LineEditor: emacs keys move, kill and yank") {
  Typist typist;
  typist.types("one two\x01X");
  CHECK(typist.line() == "Xone two");
  typist.types("\x05\x17");  // end, kill the word
  CHECK(typist.line() == "Xone ");
  typist.types("\x19");
  CHECK(typist.line() == "Xone two");
  typist.types("\x15");
  CHECK(typist.line().empty());
}

TEST_CASE("LineEditor: keys that are several bytes may come in parts") {
  const std::string keys = "ab\x1b[D\x1b[D\x1b[3~X\x1b[F!";
  for (std::size_t cut = 0; cut <= keys.size(); ++cut) {
    Typist typist;
    typist.types(std::string_view(keys).substr(0, cut));
    typist.types(std::string_view(keys).substr(cut));
    CHECK(typist.line() == "Xb!");
  }
}

TEST_CASE("LineEditor: vi keys, with what waits for a further key") {
  Typist typist(KeyMap::vi);
  typist.types("one two three");
  typist.types("\x1b");
  typist.types("0");
  typist.types("f");
  typist.types("t");
  CHECK(typist.cursor() == 4);
  typist.types("dwi");
  typist.types("X");
  CHECK(typist.line() == "one Xthree");
  CHECK(typist.types("\r") == Events{"line:one Xthree"});
  CHECK(typist.types("again\r") == Events{"line:again"});
}

TEST_CASE("LineEditor: history by arrows and by search, which a read may interrupt anywhere") {
  Typist typist;
  typist.types("first line\rsecond line\r");
  typist.types("\x1b[A");
  CHECK(typist.line() == "second line");
  typist.types("\x1b[A");
  CHECK(typist.line() == "first line");
  typist.types("\x1b[B\x1b[B");
  CHECK(typist.line().empty());
  typist.types("\x12");
  typist.types("f");
  typist.types("ir");
  CHECK(typist.line() == "first line\nbck:fir");
  CHECK(typist.types("\r") == Events{"line:first line"});
}

TEST_CASE("LineEditor: history is kept between sessions, but for what may not be kept") {
  const std::string folder = std::filesystem::temp_directory_path() / "grotto-editor-XXXXXX";
  std::string made = folder;
  REQUIRE(::mkdtemp(made.data()) != nullptr);
  const std::string file = made + "/state/history";
  {
    Typist typist(KeyMap::emacs, file);
    typist.types("kept ñ\rsecret\r");
  }
  Typist again(KeyMap::emacs, file);
  again.types("\x1b[A");
  CHECK(again.line() == "kept ñ");
  again.types("\x1b[A");
  CHECK(again.line() == "kept ñ");
  std::filesystem::remove_all(made);
}

TEST_CASE("LineEditor: Tab completes, and says what could be meant") {
  Typist typist;
  CHECK(typist.types("l\t").empty());
  CHECK(typist.line() == "luzmi: ");
  typist.types(
      "\x15"
      "hi ñ\t");
  CHECK(typist.line() == "hi ñoño ");
  typist.types(
      "\x15"
      "hi o\t");
  CHECK(typist.line() == "hi oskar");
  CHECK(typist.types("\t") == Events{"choices:oskar  oskarrek"});
  CHECK(typist.types("\x15z\t") == Events{"bell:"});
}

TEST_CASE("LineEditor: Ctrl-C clears, Ctrl-D ends, Ctrl-Z and Ctrl-L are told") {
  Typist typist;
  CHECK(typist.types("half\x03") == Events{"interrupt:half"});
  CHECK(typist.line().empty());
  CHECK(typist.types("\x03") == Events{"interrupt:"});
  CHECK(typist.types("\x04") == Events{"end:"});
  CHECK(typist.types("a\x1a\x0c\x1c") == Events{"suspend:", "clear:", "quit:"});
  CHECK(typist.types("\x01\x04").empty());  // deletes forward
  CHECK(typist.line().empty());
  typist.types("\x12q");
  CHECK(typist.types("\x03") == Events{"interrupt:"});
}

TEST_CASE("LineEditor: an endless line has an end") {
  Typist typist;
  const Events happened = typist.types(std::string(LineEditor::kCharactersMax + 100, 'x'));
  CHECK(happened == Events{"bell:"});
  CHECK(typist.line().size() == LineEditor::kCharactersMax);
  CHECK(typist.types("\r").size() == 1);
}

TEST_CASE("LineEditor: bytes that are no UTF-8 and random keys harm nobody") {
  std::uint32_t random = 12345;
  for (const KeyMap keys : {KeyMap::emacs, KeyMap::vi}) {
    Typist typist(keys);
    for (int i = 0; i < 3'000; ++i) {
      random = random * 1664525U + 1013904223U;
      const char byte = static_cast<char>(random >> 24U);
      if (byte == '\x03' && i % 7 != 0) continue;
      typist.types({&byte, 1});
    }
    typist.types("\x07\x03");
    CHECK(typist.line().size() <= 8 * LineEditor::kCharactersMax);
  }
}
