#include "load/view/screen.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

#include "load/result/rates.h"

namespace grotto::load {

namespace {

std::string without_digits(std::string_view text) {
  std::string name;
  for (const char c : text)
    if ((c < '0' || c > '9') && c != ' ') name += c;
  return name;
}

}  // namespace

ScreenKind screen_kind_of(std::FILE* out) {
  const char* const term = std::getenv("TERM");
  const bool is_dumb = term == nullptr || *term == '\0' || std::strcmp(term, "dumb") == 0;
  return ::isatty(::fileno(out)) != 0 && !is_dumb ? ScreenKind::redrawn : ScreenKind::lines;
}

ScreenLook screen_look_of_environment() {
  const char* const no_color = std::getenv("NO_COLOR");
  return {charset_of_environment(), no_color == nullptr || *no_color == '\0'};
}

std::size_t terminal_columns(std::FILE* out) {
  winsize size{};
  constexpr std::size_t kUsual = 80;
  if (::ioctl(::fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return kUsual;
  return size.ws_col;
}

ScreenPlace screen_place_of(std::FILE* out) {
  ScreenPlace place;
  place.out = out;
  place.kind = screen_kind_of(out);
  place.look = screen_look_of_environment();
  place.columns = [out] { return terminal_columns(out); };
  return place;
}

Screen::Screen(ScreenPlace place, std::string title)
    : place_(std::move(place)), title_(std::move(title)) {}

void Screen::say(std::string_view text) {
  if (place_.kind == ScreenKind::none) return;
  std::string name = without_digits(text);
  const auto now = place_.now();
  const bool is_new = name != phase_name_ || !said_at_;
  if (!is_new && (place_.kind == ScreenKind::lines || now - *said_at_ < kBetweenWords)) return;
  phase_ = text;
  phase_name_ = std::move(name);
  said_at_ = now;
  if (place_.kind == ScreenKind::redrawn) {
    draw();
  } else {
    write(in_charset(visible(phase_), place_.look.charset) + "\n");
  }
}

void Screen::show(const Report& so_far, const Sample& last, double share_done) {
  if (place_.kind == ScreenKind::none) return;
  phase_.clear();
  phase_name_.clear();
  said_at_.reset();
  tally_ = so_far.tally;
  last_ = last;
  share_done_ = share_done;
  if (rates_.size() == kRatesMax) rates_.erase(rates_.begin());
  rates_.push_back(received_per_s(last).value_or(0));
  if (place_.kind == ScreenKind::redrawn) {
    draw();
  } else {
    write(plain_line(moment(), place_.look.charset) + "\n");
  }
}

void Screen::end() {
  drawn_.clear();
}

ScreenMoment Screen::moment() const {
  ScreenMoment moment;
  moment.title = title_;
  moment.phase = phase_;
  moment.tally = tally_ ? &*tally_ : nullptr;
  moment.last = last_ ? &*last_ : nullptr;
  moment.share_done = share_done_;
  moment.rates = rates_;
  return moment;
}

void Screen::draw() {
  const std::size_t columns = std::max<std::size_t>(place_.columns(), 2);
  // A line that fills its row leaves some cursors in it and others below: the last column is free.
  const std::vector<std::string> lines = screen_lines(moment(), columns - 1, place_.look);
  std::size_t rows = 0;
  for (const std::size_t used : drawn_)
    rows += std::max<std::size_t>((used + columns - 1) / columns, 1);
  std::string text = "\r";
  if (rows > 0) text += fmt::format("\x1b[{}A", rows);
  drawn_.clear();
  for (const std::string& line : lines) {
    text += line + "\x1b[K\n";
    drawn_.push_back(columns_of(line));
  }
  write(text + "\x1b[J");
}

void Screen::write(const std::string& text) {
  // A reader who left has no need of the progress, and the run goes on.
  (void)std::fwrite(text.data(), 1, text.size(), place_.out);
  (void)std::fflush(place_.out);
}

}  // namespace grotto::load
