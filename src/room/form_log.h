// FormLog: a room's lines in a derived wire form (with times, colours, as JSON), rendered once per
// line and worker.
//
// It covers the window only, the newest lines; a member further behind gets its lines rendered
// again into a page of their own. Windows, trimming and laps count canonical lines, so no form is
// lapped before another. Threads: one worker's.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "room/line_form.h"
#include "room/transcript.h"

namespace grotto {

/// How a line looks in a form that is not canonical. Times are in the server's time zone.
class LineRenderer {
 public:
  /// `room`: its name; outlives the renderer.
  LineRenderer(LineForm form, std::string_view room) noexcept : form_(form), room_(room) {}

  /// Appends the line with its line end. `line` is the canonical one.
  void operator()(LineNumber number, const Entry& entry, std::string_view line,
                  std::string& out) const;

 private:
  LineForm form_;
  std::string_view room_;
};

class FormLog final : public LogView {
 public:
  /// `canonical` and the renderer's room outlive the form log.
  FormLog(const Snapshot& canonical, const LineRenderer& render, std::size_t lines_max,
          std::size_t bytes_max)
      : canonical_(canonical), render_(render), lines_max_(lines_max), bytes_max_(bytes_max) {}

  LineNumber prepare(LineNumber from, LineNumber to) override;
  [[nodiscard]] LineRun run(LineNumber from, LineNumber to,
                            std::size_t bytes_max) const noexcept override;
  [[nodiscard]] std::string_view line(LineNumber line) const noexcept override;
  [[nodiscard]] std::string_view plain(LineNumber line) const noexcept override {
    return canonical_.line(line);
  }
  [[nodiscard]] const Entry& entry(LineNumber line) const noexcept override {
    return canonical_.entry(line);
  }

  /// Bytes rendered and kept.
  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  struct Page {
    LineNumber first = 0;
    std::string bytes;
    std::vector<std::uint32_t> ends;  // of each line, in `bytes`
    [[nodiscard]] LineNumber end() const noexcept { return first + ends.size(); }
    [[nodiscard]] std::size_t start_of(LineNumber line) const noexcept {
      return line == first ? 0 : ends[line - first - 1];
    }
  };
  static constexpr std::size_t kPageBytes = 16 * 1024;

  void render_into(Page& page, LineNumber line);
  void forget_old();
  [[nodiscard]] const Page& page_of(LineNumber line) const noexcept;

  const Snapshot& canonical_;
  const LineRenderer render_;
  const std::size_t lines_max_;
  const std::size_t bytes_max_;
  std::deque<Page> pages_;  // contiguous
  Page again_;              // lines before the first page, for one reader at a time
  std::size_t bytes_ = 0;
};

}  // namespace grotto
