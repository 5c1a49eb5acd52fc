// Screen: the live progress of a run: on a terminal a few lines that are drawn again in place, else
// one plain line per interval, or nothing.
//
// On a terminal it draws N lines, and next time moves up N and draws over them; it hides no cursor
// and takes no other screen, so that the program may end at any time. A terminal that became
// narrower has broken the old lines into more: these are counted. Threads: owned by one.
#pragma once

#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/result/report.h"
#include "load/view/screen_text.h"

namespace grotto::load {

enum class ScreenKind {
  redrawn,  // a terminal
  lines,    // a pipe, a file, or a terminal that cannot move up
  none,     // --quiet
};

/// What `out` is: a terminal unless TERM says that it is dumb.
[[nodiscard]] ScreenKind screen_kind_of(std::FILE* out);
/// Letters by the language, colours unless NO_COLOR is set and not empty.
[[nodiscard]] ScreenLook screen_look_of_environment();
/// Columns of the terminal that `out` is; 80 if it does not say.
[[nodiscard]] std::size_t terminal_columns(std::FILE* out);

struct ScreenPlace {
  std::FILE* out = stderr;  // outlives the screen
  ScreenKind kind = ScreenKind::none;
  ScreenLook look;
  std::function<std::size_t()> columns;  // asked before each drawing
  std::function<std::chrono::steady_clock::time_point()> now = std::chrono::steady_clock::now;
};

/// The place that `out` is.
[[nodiscard]] ScreenPlace screen_place_of(std::FILE* out);

class Screen {
 public:
  Screen(ScreenPlace place, std::string title);

  /// The phase of the run, where the bar is else: "connecting 412 of 1 000", "warming up",
  /// "draining". Texts that differ in digits only are one phase: of these, a terminal sees ten per
  /// second, and a pipe the first.
  void say(std::string_view text);

  /// An interval is over. `share_done` is that of the whole measuring, 0 … 1.
  void show(const Report& so_far, const Sample& last, double share_done);

  /// Leaves what is drawn. What is said or shown later is drawn below it.
  void end();

 private:
  [[nodiscard]] ScreenMoment moment() const;
  void draw();
  void write(const std::string& text);

  static constexpr std::size_t kRatesMax = 200;
  static constexpr std::chrono::milliseconds kBetweenWords{100};

  const ScreenPlace place_;
  const std::string title_;
  std::string phase_;
  std::string phase_name_;  // without its digits
  std::optional<std::chrono::steady_clock::time_point> said_at_;
  std::vector<double> rates_;  // the newest kRatesMax
  double share_done_ = 0;
  std::optional<Sample> last_;
  std::optional<Tally> tally_;
  std::vector<std::size_t> drawn_;  // the columns of each line that is there
};

}  // namespace grotto::load
