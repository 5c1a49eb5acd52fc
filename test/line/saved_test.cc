// What lines, telnet and the editor write down for another process: cut at any byte, the stream
// goes on there as it would have here.
#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

#include "grotto/state.h"
#include "line/line_editor.h"
#include "line/line_framer.h"
#include "line/telnet.h"

using namespace grotto;

namespace {

constexpr std::size_t kLineMax = 16;

/// The same thing in another process.
template <class Thing, class... Arguments>
Thing moved(const Thing& thing, Arguments... arguments) {
  StateWriter written;
  thing.save(written);
  Thing made(arguments...);
  StateReader read(written.bytes());
  made.restore(read);
  CHECK(read.is_good());
  CHECK(read.is_at_end());
  return made;
}

std::vector<std::string> lines_of(LineFramer& framer, std::string_view input) {
  std::vector<std::string> out;
  for (;;) {
    std::string_view line;
    switch (framer.next(input, line)) {
      case LineFramer::Next::line: out.emplace_back(line); break;
      case LineFramer::Next::too_long: out.emplace_back("too long"); break;
      case LineFramer::Next::need_more: return out;
    }
  }
}

std::string talk_of(Telnet& telnet, std::string_view input) {
  std::string out;
  std::string replies;
  for (;;) {
    std::string_view data;
    switch (telnet.next(input, data, replies)) {
      case Telnet::Step::data: out += data; break;
      case Telnet::Step::drop_line: out += "<drop>"; break;
      case Telnet::Step::erase_character: out += "<erase>"; break;
      case Telnet::Step::changed: out += "<changed>"; break;
      case Telnet::Step::need_more: return out + "|" + replies;
    }
  }
}

std::string keys_of(LineEditor& editor, std::string_view input) {
  std::string out;
  for (;;) {
    std::string_view line;
    switch (editor.next(input, line, out)) {
      case LineEditor::Next::line: out.append("<").append(line).append(">"); break;
      case LineEditor::Next::too_long: out += "<too long>"; break;
      case LineEditor::Next::leave: out += "<leave>"; break;
      case LineEditor::Next::need_more: return out;
    }
  }
}

}  // namespace

TEST_CASE("LineFramer: a stream that is cut at any byte goes on in another process") {
  constexpr std::string_view kStream =
      "one\r\ntwo\nfar too long to be taken\r\nfour\rfive\r\n\nsix";
  LineFramer whole(kLineMax);
  const auto expected = lines_of(whole, kStream);
  for (std::size_t cut = 0; cut <= kStream.size(); ++cut) {
    CAPTURE(cut);
    LineFramer first(kLineMax);
    auto heard = lines_of(first, kStream.substr(0, cut));
    LineFramer second = moved(first, kLineMax);
    for (std::string& each : lines_of(second, kStream.substr(cut))) heard.push_back(each);
    CHECK(heard == expected);
    CHECK(second.partial() == "six");
  }
}

TEST_CASE("LineFramer: what is longer than a lower limit is refused no more and taken no less") {
  LineFramer first(kLineMax);
  CHECK(lines_of(first, "twelve bytes").empty());
  LineFramer second = moved(first, std::size_t{8});
  CHECK(lines_of(second, " more\nnext\n") == std::vector<std::string>{"next"});
}

TEST_CASE("Telnet: a negotiation that is cut at any byte goes on in another process") {
  using namespace std::string_view_literals;
  constexpr std::string_view kStream =
      "ab\xFF\xFD\x01"
      "c\xFF\xFD\x03\xFF\xFB\x1F\xFF\xFA\x1F\0\x64\0\x28\xFF\xF0"
      "d\xFF\xFA\x18\0XTERM\xFF\xF0\xFF\xFF\xFF\xFD\x63\xFF\xFD\x63\xFF\xF8z"sv;
  const auto start = [](Telnet& telnet) {
    std::string replies;
    telnet.start(replies);
  };
  Telnet whole(64);
  start(whole);
  const std::string expected = talk_of(whole, kStream);
  for (std::size_t cut = 0; cut <= kStream.size(); ++cut) {
    CAPTURE(cut);
    Telnet first(64);
    start(first);
    const std::string before = talk_of(first, kStream.substr(0, cut));
    Telnet second = moved(first, std::size_t{64});
    const std::string after = talk_of(second, kStream.substr(cut));
    const auto parts = [](const std::string& talk) {
      const std::size_t bar = talk.find('|');
      return std::pair(talk.substr(0, bar), talk.substr(bar + 1));
    };
    CHECK(parts(before).first + parts(after).first == parts(expected).first);
    CHECK(parts(before).second + parts(after).second == parts(expected).second);
    CHECK(second.is_character_mode() == whole.is_character_mode());
    CHECK(second.columns() == whole.columns());
    CHECK(second.terminal() == whole.terminal());
  }
}

TEST_CASE("LineEditor: keys that are cut at any byte go on in another process") {
  constexpr std::string_view kStream =
      "ab\xC3\xA9\x7F\x1B[Dcd ef\x17gh\r\nmore than sixteen bytes\r\nx\x15yz";
  for (std::size_t cut = 0; cut <= kStream.size(); ++cut) {
    CAPTURE(cut);
    LineEditor whole(kLineMax);
    std::string expected = keys_of(whole, kStream.substr(0, cut));
    expected += keys_of(whole, kStream.substr(cut));
    LineEditor first(kLineMax);
    const std::string before = keys_of(first, kStream.substr(0, cut));
    LineEditor second = moved(first, kLineMax);
    CHECK(before + keys_of(second, kStream.substr(cut)) == expected);
    CHECK(second.partial() == whole.partial());
  }
}

TEST_CASE("StateReader: what is cut is not good, wherever it is cut") {
  StateWriter written;
  written.number(0);
  written.number(~std::uint64_t{0});
  written.text("kaixo");
  written.flag(true);
  const auto read = [](std::string_view bytes) {
    StateReader state(bytes);
    const bool is_same = state.number() == 0 && state.number() == ~std::uint64_t{0} &&
                         state.text() == "kaixo" && state.flag();
    return is_same && state.is_good();
  };
  CHECK(read(written.bytes()));
  for (std::size_t cut = 0; cut < written.bytes().size(); ++cut) {
    CAPTURE(cut);
    CHECK_FALSE(read(std::string_view(written.bytes()).substr(0, cut)));
  }
  StateReader lying("\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01xyz");
  CHECK(lying.text().empty());
  CHECK_FALSE(lying.is_good());
}
