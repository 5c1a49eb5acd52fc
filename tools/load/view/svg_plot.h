// SVG plot: draws curves with axes as an HTML figure: heading, picture, legend.
//
// The picture is drawn at the size of a phone and scales with its figure; colours, strokes and
// fonts come from the classes that plot_css() styles, for light, dark and print. Threads: pure
// functions.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "load/view/plot_ticks.h"

namespace grotto::load {

struct Point {
  double x = 0;
  std::optional<double> y;  // nothing: the curve has a gap here
};

enum class Dash { solid, dashed, dotted };

struct Curve {
  std::string name;
  std::vector<Point> points;  // x never falls
  unsigned color = 0;         // below kPlotColors; more begin again
  Dash dash = Dash::solid;
};
inline constexpr unsigned kPlotColors = 8;

enum class Scale {
  linear,       // from 0
  logarithmic,  // what is not above 0 is a gap
  fitting,      // logarithmic if the values span more than a factor of twenty, else linear
};

struct Plot {
  std::string id;           // letters and dashes; once in a page
  std::string title;        // what is drawn
  std::string description;  // a sentence for who does not see the picture
  std::string x_title;
  std::vector<Tick> x_ticks;
  double x_highest = 1;  // the right edge; the left one is 0
  TickLabel y_label;
  Scale y_scale = Scale::linear;
  std::vector<Curve> curves;
};

/// The <figure>. A curve of more points than columns is thinned to the first, lowest, highest and
/// last of each column. Texts are escaped here. Curves without a value are left out; nothing is
/// returned if none is left.
[[nodiscard]] std::string figure_of(const Plot& plot);

/// The style of figure_of()'s classes. REQUIRES of the page: the properties --ink, --soft, --line.
[[nodiscard]] std::string_view plot_css() noexcept;

/// `text` with & < > " ' written out, fit for HTML text and attributes.
[[nodiscard]] std::string html_escaped(std::string_view text);

}  // namespace grotto::load
