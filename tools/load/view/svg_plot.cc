#include "load/view/svg_plot.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>

namespace grotto::load {

namespace {

// The picture's units; its texts are 12 units high, so that they can still be read where a phone
// makes the picture three quarters as large.
constexpr double kWidth = 460;
constexpr double kHeight = 260;
constexpr double kTop = 12;
constexpr double kBottom = 44;
constexpr double kRight = 16;
constexpr double kLetter = 6.8;  // width of a digit, about

struct Range {
  double lowest = std::numeric_limits<double>::infinity();
  double highest = -std::numeric_limits<double>::infinity();
};

/// Maps values to the picture.
struct Frame {
  double left = 0;
  double x_highest = 1;
  double y_lowest = 0;
  double y_highest = 1;
  bool is_logarithmic = false;

  [[nodiscard]] double x(double value) const {
    return left + (kWidth - kRight - left) * std::clamp(value / x_highest, 0.0, 1.0);
  }
  [[nodiscard]] double y(double value) const {
    const double share = is_logarithmic
                             ? std::log(value / y_lowest) / std::log(y_highest / y_lowest)
                             : (value - y_lowest) / (y_highest - y_lowest);
    return kHeight - kBottom - (kHeight - kBottom - kTop) * std::clamp(share, 0.0, 1.0);
  }
};

bool has_value(const Curve& curve) {
  return std::any_of(curve.points.begin(), curve.points.end(),
                     [](const Point& point) { return point.y.has_value(); });
}

/// Of the values above 0.
Range range_of(const std::vector<Curve>& curves) {
  Range range;
  for (const Curve& curve : curves) {
    for (const Point& point : curve.points) {
      if (!point.y || !(*point.y > 0) || !std::isfinite(*point.y)) continue;
      range.lowest = std::min(range.lowest, *point.y);
      range.highest = std::max(range.highest, *point.y);
    }
  }
  return range;
}

/// A point of a curve in the picture, or a gap.
struct Spot {
  double x = 0;
  double y = 0;
  bool is_gap = false;
};

std::vector<Spot> spots_of(const Curve& curve, const Frame& frame) {
  std::vector<Spot> spots;
  spots.reserve(curve.points.size());
  for (const auto& [x, y] : curve.points) {
    const bool is_shown = y && std::isfinite(*y) && (!frame.is_logarithmic || *y > 0);
    spots.push_back({frame.x(x), is_shown ? frame.y(*y) : 0, !is_shown});
  }
  return spots;
}

/// The first, lowest, highest and last of each run of spots within one column, in order.
std::vector<Spot> thinned(const std::vector<Spot>& spots) {
  if (spots.size() <= static_cast<std::size_t>(kWidth)) return spots;
  std::vector<Spot> kept;
  for (std::size_t begin = 0, end = 0; begin < spots.size(); begin = end) {
    std::size_t lowest = begin;
    std::size_t highest = begin;
    for (end = begin; end < spots.size() && spots[end].is_gap == spots[begin].is_gap &&
                      std::floor(spots[end].x) == std::floor(spots[begin].x);
         ++end) {
      if (spots[end].y > spots[lowest].y) lowest = end;
      if (spots[end].y < spots[highest].y) highest = end;
    }
    std::vector<std::size_t> wanted{begin, lowest, highest, end - 1};
    std::sort(wanted.begin(), wanted.end());
    wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
    for (const std::size_t index : wanted) kept.push_back(spots[index]);
  }
  return kept;
}

std::string class_of(const Curve& curve) {
  const char* const dash = curve.dash == Dash::dashed   ? " dashed"
                           : curve.dash == Dash::dotted ? " dotted"
                                                        : "";
  return fmt::format("curve c{}{}", curve.color % kPlotColors, dash);
}

/// One path; a value between two gaps becomes a circle, as a line of no length is not seen.
std::string drawn(const Curve& curve, const Frame& frame) {
  std::string path;
  std::string circles;
  const std::vector<Spot> spots = thinned(spots_of(curve, frame));
  for (std::size_t i = 0; i < spots.size(); ++i) {
    const auto [x, y, is_gap] = spots[i];
    if (is_gap) continue;
    const bool begins = i == 0 || spots[i - 1].is_gap;
    const bool ends = i + 1 == spots.size() || spots[i + 1].is_gap;
    if (begins && ends) {
      fmt::format_to(std::back_inserter(circles),
                     R"(<circle class="spot c{}" cx="{:.1f}" cy="{:.1f}" r="3"/>)",
                     curve.color % kPlotColors, x, y);
    } else {
      fmt::format_to(std::back_inserter(path), "{}{:.1f} {:.1f}", begins ? "M" : "L", x, y);
    }
  }
  if (!path.empty()) path = fmt::format(R"(<path class="{}" d="{}"/>)", class_of(curve), path);
  return path + circles;
}

std::string y_axis(const std::vector<Tick>& ticks, const Frame& frame) {
  std::string svg;
  for (const Tick& tick : ticks) {
    const double y = frame.y(tick.value);
    fmt::format_to(std::back_inserter(svg), R"(<path class="grid" d="M{:.1f} {:.1f}H{:.1f}"/>)",
                   frame.left, y, kWidth - kRight);
    if (tick.label.empty()) continue;
    fmt::format_to(std::back_inserter(svg),
                   R"(<text class="right" x="{:.1f}" y="{:.1f}">{}</text>)", frame.left - 7, y + 4,
                   html_escaped(tick.label));
  }
  return svg;
}

std::string x_axis(const Plot& plot, const Frame& frame) {
  std::string svg;
  const double bottom = kHeight - kBottom;
  double free_from = 0;  // labels that would touch the one before are left out
  for (const Tick& tick : plot.x_ticks) {
    const double x = frame.x(tick.value);
    fmt::format_to(std::back_inserter(svg), R"(<path class="grid" d="M{:.1f} {:.1f}V{:.1f}"/>)", x,
                   kTop, bottom + 4);
    const double half = static_cast<double>(tick.label.size()) * kLetter / 2;
    const double middle = std::min(x, kWidth - half - 1);
    if (tick.label.empty() || middle - half < free_from) continue;
    fmt::format_to(std::back_inserter(svg),
                   R"(<text class="middle" x="{:.1f}" y="{:.1f}">{}</text>)", middle, bottom + 18,
                   html_escaped(tick.label));
    free_from = middle + half + kLetter;
  }
  fmt::format_to(std::back_inserter(svg), R"(<text class="middle" x="{:.1f}" y="{:.1f}">{}</text>)",
                 (frame.left + kWidth - kRight) / 2, kHeight - 6, html_escaped(plot.x_title));
  return svg;
}

std::string legend(const std::vector<Curve>& curves) {
  std::string list = R"(<ul class="legend">)";
  for (const Curve& curve : curves) {
    fmt::format_to(
        std::back_inserter(list),
        R"(<li><svg class="swatch" viewBox="0 0 28 8" aria-hidden="true"><path class="{}" )"
        R"(d="M2 4H26"/></svg> {}</li>)",
        class_of(curve), html_escaped(curve.name));
  }
  return list + "</ul>";
}

}  // namespace

std::string html_escaped(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '&': escaped += "&amp;"; break;
      case '<': escaped += "&lt;"; break;
      case '>': escaped += "&gt;"; break;
      case '"': escaped += "&quot;"; break;
      case '\'': escaped += "&#39;"; break;
      default: escaped += c;
    }
  }
  return escaped;
}

std::string figure_of(const Plot& plot) {
  std::vector<Curve> curves;
  std::copy_if(plot.curves.begin(), plot.curves.end(), std::back_inserter(curves), has_value);
  if (curves.empty()) return {};
  const Range range = range_of(curves);
  constexpr double kWideSpan = 20;
  Frame frame;
  frame.x_highest = plot.x_highest > 0 ? plot.x_highest : 1;
  frame.is_logarithmic =
      range.highest > 0 &&
      (plot.y_scale == Scale::logarithmic ||
       (plot.y_scale == Scale::fitting && range.highest > kWideSpan * range.lowest));
  constexpr unsigned kIntervals = 5;
  constexpr double kHeadroom = 1.02;  // so that a level curve does not lie on the upper edge
  const std::vector<Tick> ticks =
      frame.is_logarithmic ? logarithmic_ticks(range.lowest, range.highest, plot.y_label)
                           : linear_ticks(range.highest * kHeadroom, kIntervals, plot.y_label);
  frame.y_lowest = ticks.front().value;
  frame.y_highest = ticks.back().value;
  std::size_t letters = 0;
  for (const Tick& tick : ticks) letters = std::max(letters, tick.label.size());
  frame.left = 12 + kLetter * static_cast<double>(letters);

  const std::string id = html_escaped(plot.id);
  std::string html = fmt::format(
      R"(<figure class="plot"><figcaption>{0}</figcaption><svg viewBox="0 0 {1} {2}" role="img" )"
      R"(aria-labelledby="{3}-title {3}-desc"><title id="{3}-title">{0}</title>)"
      R"(<desc id="{3}-desc">{4}</desc>)",
      html_escaped(plot.title), kWidth, kHeight, id, html_escaped(plot.description));
  html += y_axis(ticks, frame) + x_axis(plot, frame);
  for (const Curve& curve : curves) html += drawn(curve, frame);
  html += "</svg>" + legend(curves) + "</figure>\n";
  return html;
}

std::string_view plot_css() noexcept {
  return R"(:root{--c0:#0b62c4;--c1:#c2410c;--c2:#0f7b4d;--c3:#8b3fb5;--c4:#b4174f;--c5:#0e7490;--c6:#8a6d00;--c7:#555f6d}
@media screen and (prefers-color-scheme:dark){:root{--c0:#6cb0ff;--c1:#ff9d5c;--c2:#5fd39a;--c3:#c896f0;--c4:#ff86a8;--c5:#5cd3e5;--c6:#e3c54a;--c7:#b8c0cc}}
.plot{margin:0;break-inside:avoid}
.plot figcaption{font-weight:600;margin-bottom:.3rem}
.plot svg{display:block;width:100%;height:auto}
.plot text{fill:var(--soft);font:12px system-ui,sans-serif}
.plot .right{text-anchor:end}.plot .middle{text-anchor:middle}
.plot .grid{stroke:var(--line);stroke-width:1;fill:none}
.plot .curve{fill:none;stroke-width:2;stroke-linejoin:round}
.plot .dashed{stroke-dasharray:7 4}.plot .dotted{stroke-dasharray:2 3}
.plot .spot{stroke:none}
.plot .c0{stroke:var(--c0)}.plot .c1{stroke:var(--c1)}.plot .c2{stroke:var(--c2)}.plot .c3{stroke:var(--c3)}
.plot .c4{stroke:var(--c4)}.plot .c5{stroke:var(--c5)}.plot .c6{stroke:var(--c6)}.plot .c7{stroke:var(--c7)}
.plot .spot.c0{fill:var(--c0)}.plot .spot.c1{fill:var(--c1)}.plot .spot.c2{fill:var(--c2)}.plot .spot.c3{fill:var(--c3)}
.plot .spot.c4{fill:var(--c4)}.plot .spot.c5{fill:var(--c5)}.plot .spot.c6{fill:var(--c6)}.plot .spot.c7{fill:var(--c7)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;margin:.2rem 0 0;padding:0;font-size:.85rem}
.legend li{overflow-wrap:anywhere}
.plot .legend .swatch{display:inline-block;width:28px;height:8px;vertical-align:middle}
)";
}

}  // namespace grotto::load
