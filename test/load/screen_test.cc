#include "load/view/screen.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "base/escape.h"
#include "load/made_up_report.h"

using namespace grotto::load;
using grotto::test::made_up_failure;
using grotto::test::made_up_report;

namespace {

/// A terminal that knows what the screen uses: line ends, up, erase; when it becomes narrower it
/// breaks its lines into more rows, as most do.
class Terminal {
 public:
  explicit Terminal(std::size_t columns) : columns_(columns) {}

  void takes(std::string_view text) {
    for (std::size_t i = 0; i < text.size();) {
      if (text[i] == '\x1b') {
        REQUIRE(text[i + 1] == '[');
        const std::size_t end = text.find_first_not_of("0123456789;", i + 2);
        obeys(text[end], std::string(text.substr(i + 2, end - i - 2)));
        i = end + 1;
      } else if (text[i] == '\r') {
        column_ = 0;
        ++i;
      } else if (text[i] == '\n') {
        column_ = 0;
        if (++row_ == rows_.size()) rows_.emplace_back();
        ++i;
      } else {
        char32_t letter = 0;
        const std::size_t bytes = grotto::utf8_sequence(text.substr(i), letter);
        REQUIRE(bytes > 0);
        REQUIRE(column_ < columns_);  // nothing is drawn that breaks by itself
        auto& row = rows_[row_];
        if (row.size() <= column_) row.resize(column_ + 1, U' ');
        row[column_++] = letter;
        i += bytes;
      }
    }
  }

  void becomes(std::size_t columns) {
    std::vector<std::u32string> broken;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (i == row_) row_ = broken.size();
      std::u32string rest = rows_[i];
      for (; rest.size() > columns; rest.erase(0, columns))
        broken.push_back(rest.substr(0, columns));
      broken.push_back(rest);
    }
    rows_ = broken;
    columns_ = columns;
  }

  /// The rows that are not empty, of each the first `columns` letters.
  [[nodiscard]] std::vector<std::u32string> shows() const {
    std::vector<std::u32string> filled;
    for (const auto& row : rows_)
      if (!row.empty()) filled.push_back(row);
    return filled;
  }
  [[nodiscard]] bool shows(std::u32string_view part) const {
    for (const auto& row : rows_)
      if (row.find(part) != std::u32string::npos) return true;
    return false;
  }
  [[nodiscard]] std::size_t columns() const { return columns_; }

 private:
  void obeys(char command, const std::string& number) {
    if (command == 'A') {
      const std::size_t up = std::stoul(number);
      REQUIRE(up <= row_);
      row_ -= up;
    } else if (command == 'K') {
      rows_[row_].resize(std::min(rows_[row_].size(), column_));
    } else if (command == 'J') {
      rows_[row_].resize(std::min(rows_[row_].size(), column_));
      rows_.resize(row_ + 1);
    } else {
      REQUIRE(command == 'm');
    }
  }

  std::size_t columns_;
  std::size_t row_ = 0;
  std::size_t column_ = 0;
  std::vector<std::u32string> rows_{{}};
};

/// A screen that draws on a terminal of ours, or into a text, with a clock of ours.
class Stage {
 public:
  Stage(ScreenKind kind, std::size_t columns)
      : terminal(columns),
        out_(std::tmpfile()),
        screen({out_,
                kind,
                {Charset::utf8, true},
                [this] { return terminal.columns(); },
                [this] { return now_; }},
               "echo of 127.0.0.1:7000") {
    REQUIRE(out_ != nullptr);
  }
  ~Stage() { std::fclose(out_); }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  /// What was written since the last call; the terminal gets it too.
  std::string written() {
    std::string text;
    std::fseek(out_, read_, SEEK_SET);
    for (int c = std::fgetc(out_); c != EOF; c = std::fgetc(out_)) text += static_cast<char>(c);
    read_ = std::ftell(out_);
    std::fseek(out_, 0, SEEK_END);
    return text;
  }
  void see() { terminal.takes(written()); }
  void waits(std::chrono::milliseconds time) { now_ += time; }

  Terminal terminal;

 private:
  std::FILE* out_;
  long read_ = 0;
  std::chrono::steady_clock::time_point now_;

 public:
  Screen screen;
};

}  // namespace

TEST_CASE("Screen: a terminal sees one part that is drawn over in place") {
  Stage stage(ScreenKind::redrawn, 80);
  stage.terminal.takes("$ grotto-load echo\n");
  stage.screen.say("connecting 1 of 50");
  stage.see();
  CHECK(stage.terminal.shows(U"connecting 1 of 50"));
  const Report report = made_up_report();
  for (std::size_t i = 0; i < report.samples.size(); ++i) {
    stage.screen.show(report, report.samples[i], 0.1 * static_cast<double>(i + 1));
    stage.see();
  }
  CHECK(stage.terminal.shows(U"$ grotto-load echo"));
  CHECK_FALSE(stage.terminal.shows(U"connecting"));
  CHECK(stage.terminal.shows(U"20.0 k/s"));
  CHECK(stage.terminal.shows(U"100 %"));
  CHECK(stage.terminal.shows().size() == 1 + 7);
  SUBCASE("whose last state stays, and what comes later stands below") {
    stage.screen.end();
    stage.screen.say("draining");
    stage.see();
    CHECK(stage.terminal.shows(U"100 %"));
    CHECK(stage.terminal.shows(U"draining"));
  }
}

TEST_CASE("Screen: a terminal that changes its width between two drawings keeps one whole part") {
  for (const std::size_t before : {20U, 31U, 40U, 80U, 200U}) {
    for (const std::size_t after : {20U, 40U, 79U, 200U}) {
      INFO(before << " columns become " << after);
      const Report report = made_up_failure();
      Stage changed(ScreenKind::redrawn, before);
      changed.terminal.takes("above\n");
      changed.screen.show(report, report.samples[0], 0.5);
      changed.see();
      changed.terminal.becomes(after);
      changed.screen.show(report, report.samples[0], 0.5);
      changed.see();
      Stage fresh(ScreenKind::redrawn, after);
      fresh.terminal.takes("above\n");
      fresh.screen.show(report, report.samples[0], 0.5);
      fresh.screen.show(report, report.samples[0], 0.5);
      fresh.see();
      CHECK(changed.terminal.shows() == fresh.terminal.shows());
    }
  }
}

TEST_CASE("Screen: a phase is drawn at most ten times a second, a new phase at once") {
  Stage stage(ScreenKind::redrawn, 80);
  for (int i = 1; i <= 1'000; ++i) {
    stage.screen.say("connecting " + std::to_string(i) + " of 1 000");
    stage.waits(std::chrono::milliseconds(1));
  }
  const std::string text = stage.written();
  std::size_t drawn = 0;
  for (auto at = text.find("connecting"); at != std::string::npos;
       at = text.find("connecting", at + 1))
    ++drawn;
  CHECK(drawn == 10);
  stage.screen.say("warming up");
  CHECK(stage.written().find("warming up") != std::string::npos);
}

TEST_CASE("Screen: a pipe gets plain lines: one per phase and one per interval") {
  Stage stage(ScreenKind::lines, 20);
  stage.screen.say("connecting 1 of 50");
  stage.waits(std::chrono::seconds(5));
  stage.screen.say("connecting 50 of 50");
  stage.screen.say("warming up");
  CHECK(stage.written() == "connecting 1 of 50\nwarming up\n");
  const Report report = made_up_failure();
  stage.screen.show(report, report.samples[0], 0.1);
  const std::string line = stage.written();
  CHECK(line.find("1.0 s   10 %    20.0 k/s  p50 ") != std::string::npos);
  CHECK(line.find("errors 6 (lost 3, corrupted 1, timed out 2)") != std::string::npos);
  CHECK(line.find('\x1b') == std::string::npos);
  CHECK(line.find('\n') == line.size() - 1);
  stage.screen.end();
  CHECK(stage.written().empty());
}

TEST_CASE("Screen: who wants quiet gets nothing") {
  Stage stage(ScreenKind::none, 80);
  const Report report = made_up_report(1);
  stage.screen.say("connecting");
  stage.screen.show(report, report.samples[0], 1);
  stage.screen.end();
  CHECK(stage.written().empty());
}

TEST_CASE("Screen: a file is no terminal, and its width is the usual one") {
  std::FILE* const file = std::tmpfile();
  REQUIRE(file != nullptr);
  CHECK(screen_kind_of(file) == ScreenKind::lines);
  CHECK(terminal_columns(file) == 80);
  std::fclose(file);
}
