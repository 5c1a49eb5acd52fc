// LineEditor: libedit's editing, fed with the bytes that the loop has read.
//
// libedit wants to read: its search, its multi-key commands, vi's f and / and quoted insertion each
// wait for further keys deep inside one call, so that neither its unbuffered mode nor its readline
// callbacks can be left there (both lose a key sequence that comes in two reads, and block in a
// search). So it runs on a thread of its own that is only ever in its turn: feed() hands the keys
// over and waits until libedit has used them up and asks for the next. No two threads run at once.
//
// What it draws is thrown away, for it counts columns by the C library's table (emoji, combining
// marks) and knows nothing of lines that arrive; we draw typed() ourselves. And its terminal is a
// pseudo-terminal that nobody sees, so that it cannot change the modes of the real one.
// Threads: its owner's, but for complete(), which is called in libedit's turn while the owner
// waits.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "client/settings/options.h"
#include "client/terminal/input_layout.h"

namespace grotto::client {

class LineEditor {
 public:
  struct Event {
    enum class Kind : std::uint8_t {
      line,       // Enter: `text` was typed
      interrupt,  // Ctrl-C; the line was `text`, and is cleared
      end,        // Ctrl-D on an empty line
      suspend,    // Ctrl-Z
      clear,      // Ctrl-L
      quit,       // Ctrl-backslash
      choices,    // Tab: `text` is what could be meant
      bell,       // a key that can do nothing
    };
    Kind kind;
    std::string text;
  };

  struct Setup {
    KeyMap keys = KeyMap::emacs;
    bool reads_editrc = true;
    std::string history_file;  // empty: the history ends with the session
    /// What could stand in the place of `word`; `is_first`: at the start of the line.
    std::function<std::vector<std::string>(const std::string& word, bool is_first)> complete;
    /// Whether that line may be kept in the history.
    std::function<bool(const std::string& line)> may_keep;
  };

  /// Lines longer than that take no more characters.
  static constexpr std::size_t kCharactersMax = 8 * 1024;

  /// Errors: no pseudo-terminal or no memory; exit status 71.
  static Result<std::unique_ptr<LineEditor>> open(Setup setup);
  virtual ~LineEditor() = default;

  /// Keys, as bytes of UTF-8, in parts as they come. What happened, in order.
  virtual std::vector<Event> feed(std::string_view bytes) = 0;
  /// The line as it is now.
  [[nodiscard]] virtual TypedLine typed() = 0;
};

}  // namespace grotto::client
