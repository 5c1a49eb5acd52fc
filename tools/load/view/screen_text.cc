#include "load/view/screen_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "line/text.h"
#include "load/result/rates.h"
#include "load/result/tally_fields.h"
#include "load/result/units.h"

namespace grotto::load {

namespace {

constexpr std::size_t kLabelColumns = 9;
constexpr std::size_t kNarrow = 40;  // below, what goes on below its label stands further left
constexpr std::size_t kBarColumnsMax = 60;
constexpr std::size_t kBarColumnsMin = 5;

enum class Tone { plain, faint, alarm };

std::string toned(const std::string& text, Tone tone, const ScreenLook& look) {
  if (!look.has_color || tone == Tone::plain || text.empty()) return text;
  return (tone == Tone::faint ? "\x1b[2m" : "\x1b[1;31m") + text + "\x1b[0m";
}

std::string in_charset_visible(std::string_view text, Charset charset) {
  return in_charset(visible(text), charset);
}

struct Row {
  std::string_view label;
  std::vector<std::string> fields;
  Tone tone = Tone::plain;
};

/// The label and behind it the fields, two blanks apart, on as many lines as they need.
void add_row(const Row& row, std::size_t columns, const ScreenLook& look,
             std::vector<std::string>& lines) {
  const std::size_t indent = columns < kNarrow ? 2 : kLabelColumns;
  std::string label = cut_to(row.label, columns, look.charset);
  std::string line = toned(label, Tone::faint, look);
  std::size_t used = display_width(label);
  bool is_first = true;
  for (const std::string& field : row.fields) {
    const std::string text = in_charset(field, look.charset);
    const std::size_t width = display_width(text);
    const std::size_t begin = is_first ? std::max(used + 1, kLabelColumns) : used + 2;
    if (begin + width <= columns) {
      line += std::string(begin - used, ' ');
      used = begin + width;
      line += toned(text, row.tone, look);
    } else {
      lines.push_back(std::move(line));
      const std::size_t shift = std::min(indent, columns);
      const std::string cut = cut_to(text, columns - shift, look.charset);
      line = std::string(shift, ' ') + toned(cut, row.tone, look);
      used = shift + display_width(cut);
    }
    is_first = false;
  }
  lines.push_back(std::move(line));
}

std::string left_text(const ScreenMoment& moment) {
  if (moment.last == nullptr || !(moment.share_done > 0) || moment.share_done >= 1) return {};
  const double left_s = moment.last->at_s * (1 - moment.share_done) / moment.share_done;
  return fmt::format("  {} left", duration_text(left_s * 1e9));
}

std::string progress(const ScreenMoment& moment, std::size_t columns, const ScreenLook& look) {
  const double share = std::clamp(moment.share_done, 0.0, 1.0);
  const std::string text = fmt::format(" {:3.0f} %{}", std::floor(share * 100), left_text(moment));
  const std::string shown = in_charset(text, look.charset);
  const std::size_t width = display_width(shown);
  if (columns < width + 2 + kBarColumnsMin) return cut_to(shown, columns, look.charset);
  const std::size_t bar = std::min(columns - width - 2, kBarColumnsMax);
  const auto done = static_cast<std::size_t>(std::floor(share * static_cast<double>(bar)));
  const bool is_utf8 = look.charset == Charset::utf8;
  std::string line = "[";
  for (std::size_t i = 0; i < bar; ++i)
    line += i < done ? (is_utf8 ? "\u2588" : "#") : (is_utf8 ? "\u2591" : "-");
  return line + "]" + shown;
}

std::string rate_text(const Sample& sample) {
  return count_text(received_per_s(sample).value_or(0)) + "/s";
}

std::string latency_text(std::string_view name, double us) {
  return fmt::format("{} {}", name, duration_text(us * 1e3));
}

Row errors_row(const Tally& tally) {
  Row row{"errors", {}, tally.errors() == 0 ? Tone::plain : Tone::alarm};
  for (const TallyField& kind : kErrorFields) {
    if (tally.*kind.count != 0)
      row.fields.push_back(fmt::format("{} {}", kind.words, grouped_text(tally.*kind.count)));
  }
  if (row.fields.empty()) row.fields.emplace_back("none");
  return row;
}

void add_rate(const ScreenMoment& moment, std::size_t columns, const ScreenLook& look,
              std::vector<std::string>& lines) {
  add_row({"rate", {rate_text(*moment.last)}}, columns, look, lines);
  constexpr std::size_t kRateColumns = kLabelColumns + 12;  // so that the curve begins at one place
  constexpr std::size_t kCurveColumnsMin = 8;
  if (columns < kRateColumns + kCurveColumnsMin) return;
  const std::size_t used = columns_of(lines.back());
  const std::size_t begin = std::max(used + 1, kRateColumns);
  const std::size_t room = std::min(columns - begin, kBarColumnsMax);
  lines.back() += std::string(begin - used, ' ') + sparkline(moment.rates, room, look.charset);
}

}  // namespace

std::string sparkline(const std::vector<double>& values, std::size_t columns, Charset charset) {
  static constexpr std::array<const char*, 8> kBlocks{"\u2581", "\u2582", "\u2583", "\u2584",
                                                      "\u2585", "\u2586", "\u2587", "\u2588"};
  static constexpr std::string_view kAscii = " .:-=+*#";
  const std::size_t first = values.size() > columns ? values.size() - columns : 0;
  double highest = 0;
  for (std::size_t i = first; i < values.size(); ++i) highest = std::max(highest, values[i]);
  std::string line;
  for (std::size_t i = first; i < values.size(); ++i) {
    const double share = highest > 0 ? std::clamp(values[i] / highest, 0.0, 1.0) : 0;
    const auto level = static_cast<std::size_t>(std::lround(share * (kBlocks.size() - 1)));
    if (charset == Charset::utf8) {
      line += kBlocks[level];
    } else {
      line += kAscii[level];
    }
  }
  return line;
}

std::size_t columns_of(std::string_view line) {
  std::string seen;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\x1b') {
      i = std::min(line.find('m', i), line.size());
    } else {
      seen += line[i];
    }
  }
  return display_width(seen);
}

std::vector<std::string> screen_lines(const ScreenMoment& moment, std::size_t columns,
                                      const ScreenLook& look) {
  columns = std::max<std::size_t>(columns, 1);
  std::vector<std::string> lines;
  lines.push_back(cut_to(in_charset_visible(moment.title, look.charset), columns, look.charset));
  if (moment.phase.empty()) {
    lines.push_back(progress(moment, columns, look));
  } else {
    lines.push_back(cut_to(in_charset_visible(moment.phase, look.charset), columns, look.charset));
  }
  if (moment.tally == nullptr || moment.last == nullptr) return lines;
  const Sample& last = *moment.last;
  add_rate(moment, columns, look, lines);
  if (last.max_us > 0) {
    add_row({"latency",
             {latency_text("p50", last.p50_us), latency_text("p99", last.p99_us),
              latency_text("max", last.max_us)}},
            columns, look, lines);
  }
  add_row(errors_row(*moment.tally), columns, look, lines);
  if (moment.tally->skipped > 0)
    add_row({"skipped", {grouped_text(moment.tally->skipped)}}, columns, look, lines);
  Row cpu{"CPU", {"generator " + share_text(last.generator_cpu)}};
  if (last.server_cpu) cpu.fields.push_back("server " + share_text(*last.server_cpu));
  add_row(cpu, columns, look, lines);
  if (last.server_bytes)
    add_row({"memory", {"server " + bytes_text(static_cast<double>(*last.server_bytes))}}, columns,
            look, lines);
  return lines;
}

std::string plain_line(const ScreenMoment& moment, Charset charset) {
  const Sample& last = *moment.last;
  std::string line =
      fmt::format("{:7.1f} s  {:3.0f} %  {:>10}", last.at_s,
                  std::floor(std::clamp(moment.share_done, 0.0, 1.0) * 100), rate_text(last));
  if (last.max_us > 0) {
    line += fmt::format("  {}  {}  {}", latency_text("p50", last.p50_us),
                        latency_text("p99", last.p99_us), latency_text("max", last.max_us));
  }
  const Tally& tally = *moment.tally;
  line += fmt::format("  errors {}", grouped_text(tally.errors()));
  std::string kinds;
  for (const TallyField& kind : kErrorFields) {
    if (tally.*kind.count != 0)
      kinds += fmt::format("{}{} {}", kinds.empty() ? "" : ", ", kind.words,
                           grouped_text(tally.*kind.count));
  }
  if (!kinds.empty()) line += " (" + kinds + ")";
  if (tally.skipped > 0) line += fmt::format("  skipped {}", grouped_text(tally.skipped));
  line += "  CPU " + share_text(last.generator_cpu);
  if (last.server_cpu) line += "  server " + share_text(*last.server_cpu);
  return in_charset(line, charset);
}

}  // namespace grotto::load
