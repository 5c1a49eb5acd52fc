#include "load/view/svg_plot.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <string>

using namespace grotto::load;

namespace {

Plot plot_of(std::vector<Curve> curves) {
  Plot plot;
  plot.id = "rate";
  plot.title = "Rate";
  plot.description = "The rate over time.";
  plot.x_title = "time";
  plot.x_highest = 10;
  plot.x_ticks = time_ticks(10, 5);
  plot.y_label = [](double value) { return fmt::format("{:.4g}/s", value); };
  plot.curves = std::move(curves);
  return plot;
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// The heights (0 is the top) of a curve's points, in order.
std::vector<double> heights(const std::string& svg) {
  const auto curve = svg.find("<path class=\"curve");
  REQUIRE(curve != std::string::npos);
  const auto data = svg.find(" d=\"M", curve) + 4;
  std::string numbers = svg.substr(data, svg.find('"', data) - data);
  std::replace_if(numbers.begin(), numbers.end(), [](char c) { return c == 'M' || c == 'L'; }, ' ');
  std::istringstream pairs(numbers);
  std::vector<double> all;
  for (double x = 0, y = 0; pairs >> x >> y;) all.push_back(y);
  return all;
}

}  // namespace

TEST_CASE("SvgPlot: a picture names itself, its axes and its curves") {
  const std::string svg = figure_of(plot_of({{"received", {{1, 100}, {2, 150}}, 0, Dash::solid},
                                             {"sent", {{1, 90}, {2, 140}}, 1, Dash::dashed}}));
  CHECK(svg.find(R"(role="img" aria-labelledby="rate-title rate-desc")") != std::string::npos);
  CHECK(svg.find(R"(<title id="rate-title">Rate</title>)") != std::string::npos);
  CHECK(svg.find(R"(<desc id="rate-desc">The rate over time.</desc>)") != std::string::npos);
  for (const char* const label : {">150/s<", ">10 s<", ">time<", "</svg> received</li>",
                                  "</svg> sent</li>", "class=\"curve c1 dashed\""}) {
    INFO(label);
    CHECK(svg.find(label) != std::string::npos);
  }
}

TEST_CASE(
    "SvgPlot: a larger value stands higher, on both scales, and 0 at the bottom of the linear "
    "one") {
  Plot plot = plot_of({{"received", {{1, 0}, {2, 10}, {3, 100}}, 0, Dash::solid}});
  const auto linear = heights(figure_of(plot));
  REQUIRE(linear.size() == 3);
  CHECK(linear[0] - linear[1] == doctest::Approx((linear[0] - linear[2]) / 10).epsilon(0.02));
  plot.y_scale = Scale::logarithmic;
  plot.curves[0].points = {{1, 1}, {2, 10}, {3, 100}};
  const auto logarithmic = heights(figure_of(plot));
  REQUIRE(logarithmic.size() == 3);
  CHECK(logarithmic[0] - logarithmic[1] ==
        doctest::Approx(logarithmic[1] - logarithmic[2]).epsilon(0.02));
  SUBCASE("and the fitting scale is logarithmic only for values far apart") {
    plot.y_scale = Scale::fitting;
    CHECK(heights(figure_of(plot)) == logarithmic);
    plot.curves[0].points = {{1, 50}, {2, 75}, {3, 100}};
    const auto near = heights(figure_of(plot));
    CHECK(near[0] - near[1] == doctest::Approx(near[1] - near[2]).epsilon(0.02));
  }
}

TEST_CASE("SvgPlot: a gap breaks the curve, and a lone value is a spot") {
  const std::string svg = figure_of(
      plot_of({{"server", {{1, 1}, {2, 2}, {3, {}}, {4, 3}, {5, {}}, {6, 1}, {7, 2}}, 0, {}}}));
  CHECK(times(svg, "<circle") == 1);
  CHECK(heights(svg).size() == 4);
  const auto data = svg.find("<path class=\"curve c0\" d=\"M");
  REQUIRE(data != std::string::npos);
  const std::string path = svg.substr(data, svg.find("/>", data) - data);
  CHECK(std::count(path.begin(), path.end(), 'M') == 2);
}

TEST_CASE("SvgPlot: a curve without a value is left out, and a picture without a curve too") {
  const Curve empty{"nobody", {{1, {}}, {2, {}}}, 0, {}};
  CHECK(figure_of(plot_of({})).empty());
  CHECK(figure_of(plot_of({empty})).empty());
  CHECK(figure_of(plot_of({empty, {"somebody", {{1, 1}}, 1, {}}})).find("nobody") ==
        std::string::npos);
}

TEST_CASE("SvgPlot: values that are no number, and all zero, are drawn without one") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Scale scale : {Scale::linear, Scale::logarithmic, Scale::fitting}) {
    Plot plot = plot_of({{"odd", {{0, 0}, {1, nan}, {2, 0}, {3, HUGE_VAL}, {4, 0}}, 0, {}}});
    plot.y_scale = scale;
    const std::string svg = figure_of(plot);
    CHECK(svg.find("nan") == std::string::npos);
    CHECK(svg.find("inf") == std::string::npos);
  }
}

TEST_CASE("SvgPlot: a curve of a day is thinned, but its highest and lowest value stay") {
  Curve curve{"rate", {}, 0, {}};
  for (int i = 0; i < 86'400; ++i) curve.points.push_back({i / 8'640.0, 100.0 + i % 7});
  curve.points[43'210].y = 900;
  curve.points[43'213].y = 1;
  const std::string svg = figure_of(plot_of({curve}));
  CHECK(svg.size() < 60'000);
  const auto all = heights(svg);
  const auto [highest, lowest] = std::minmax_element(all.begin(), all.end());
  CHECK(*highest < 40);    // 900 of 1,000 stands near the top …
  CHECK(*lowest > 215.5);  // … and 1 at the bottom
}

TEST_CASE("SvgPlot: no text can break out of the page") {
  Plot plot = plot_of({{"<script>\"'&", {{1, 1}, {2, 1}}, 0, {}}});
  plot.title = plot.description = plot.x_title = plot.id = "</svg><script>\"'&";
  const std::string svg = figure_of(plot);
  CHECK(svg.find("<script>") == std::string::npos);
  CHECK(svg.find("&lt;script&gt;&quot;&#39;&amp;") != std::string::npos);
}
