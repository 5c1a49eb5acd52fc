#include "load/result/assertion.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "base/escape.h"
#include "base/numbers.h"
#include "load/result/units.h"

// Grammar: NAME OP VALUE[UNIT], with blanks between any two of them.
namespace grotto::load {

namespace {

constexpr std::array<std::pair<std::string_view, Comparison>, 6> kComparisons{{
    {"<", Comparison::less},
    {"<=", Comparison::at_most},
    {">", Comparison::greater},
    {">=", Comparison::at_least},
    {"==", Comparison::equal},
    {"!=", Comparison::unequal},
}};

std::optional<Comparison> find_comparison(std::string_view sign) noexcept {
  for (const auto& [name, comparison] : kComparisons) {
    if (name == sign) return comparison;
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) noexcept {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

/// The bound of "2ms" in the figure's unit, or what was expected.
struct Bound {
  std::optional<double> value;
  std::string expected;
};

Bound parse_bound(Quantity quantity, std::string_view text) {
  const auto digits = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = parse_decimal(text.substr(0, digits));
  const std::string_view unit = trimmed(text.substr(digits));
  const auto times = [&](std::optional<double> size) -> std::optional<double> {
    if (!number || !size) return std::nullopt;
    return *number * *size;
  };
  switch (quantity) {
    case Quantity::count:
    case Quantity::rate:
      return {times(unit.empty() ? std::optional(1.0) : std::nullopt), "a number without a unit"};
    case Quantity::duration:
      return {times(ns_in(unit)),
              "a duration with its unit, one of us, ms, s, m and h, as in 250us"};
    case Quantity::cost: {
      const auto ns = unit.empty() ? std::optional(1e3) : ns_in(unit);
      return {times(ns ? std::optional(*ns / 1e3) : ns),
              "microseconds or a duration with its unit, such as 0.05us"};
    }
    case Quantity::bytes:
      return {times(unit.empty() ? std::optional(1.0) : bytes_in(unit)),
              "bytes, or a number of KiB, MiB or GiB"};
  }
  return {};
}

bool holds(double found, Comparison comparison, double bound) noexcept {
  switch (comparison) {
    case Comparison::less: return found < bound;
    case Comparison::at_most: return found <= bound;
    case Comparison::greater: return found > bound;
    case Comparison::at_least: return found >= bound;
    case Comparison::equal: return found == bound;
    case Comparison::unequal: return found != bound;
  }
  return false;
}

/// Grows with trouble, so that zero of it can be searched for.
bool is_trouble(std::string_view name) {
  static constexpr std::array<std::string_view, 10> kTroubles{
      "errors", "lost",      "duplicated", "reordered", "corrupted",
      "closed", "timed_out", "foreign",    "skipped",   "connect_failures"};
  return std::find(kTroubles.begin(), kTroubles.end(), name) != kTroubles.end();
}

}  // namespace

Result<Assertion> parse_assertion(std::string_view text) {
  const std::string shown = escaped(text);
  const auto sign = std::min(text.find_first_of("<>=!"), text.size());
  const auto value = std::min(text.find_first_not_of("<>=!", sign), text.size());
  const std::string_view name = trimmed(text.substr(0, sign));
  const auto comparison = find_comparison(text.substr(sign, value - sign));
  if (name.empty() || !comparison) {
    return Error{fmt::format("\"{}\" asserts nothing: expected a name, one of < <= > >= == !=, and "
                             "a value, such as p99<2ms",
                             shown),
                 64};
  }
  const Figure* const figure = find_figure(name);
  if (figure == nullptr) {
    return Error{fmt::format("\"{}\": there is no figure \"{}\"; the nearest is {}", shown,
                             escaped(name), nearest_figure(name).name),
                 64};
  }
  const Bound bound = parse_bound(figure->quantity, trimmed(text.substr(value)));
  if (!bound.value) {
    return Error{fmt::format("\"{}\": {} is compared with {}", shown, name, bound.expected), 64};
  }
  return Assertion{std::string(text), figure, *comparison, *bound.value};
}

Result<Assertion> parse_find_max(std::string_view text) {
  auto parsed = parse_assertion(text);
  if (!parsed) return parsed;
  const auto quantity = parsed->figure->quantity;
  const bool is_upper_bound =
      parsed->comparison == Comparison::less || parsed->comparison == Comparison::at_most;
  const bool is_none = parsed->comparison == Comparison::equal && parsed->bound == 0;
  const bool grows = quantity == Quantity::duration || quantity == Quantity::cost ||
                     parsed->figure->name == "server_bytes_per_connection";
  if ((grows && is_upper_bound) ||
      (is_trouble(parsed->figure->name) && (is_upper_bound || is_none)))
    return parsed;
  return Error{fmt::format("\"{}\" has no highest rate: expected an upper bound of what grows with "
                           "the load, such as p99<5ms, or errors==0",
                           escaped(text)),
               64};
}

Result<Done> check_setting(const Assertion& assertion, const Setting& setting) {
  const auto refusal = [&](std::string_view why) {
    return Error{fmt::format("\"{}\": {} {}", escaped(assertion.text), assertion.figure->name, why),
                 64};
  };
  switch (assertion.figure->needs) {
    case Needs::nothing: break;
    case Needs::open_loop:
      if (!setting.is_open_loop) return refusal("is known in open loop only, with --rate");
      break;
    case Needs::server_pid:
      if (!setting.has_server_pid) return refusal("is known with --pid only");
      break;
  }
  return Done{};
}

AssertResult evaluate(const Assertion& assertion, const Report& report) {
  const auto found = assertion.figure->find(report);
  if (!found) return {assertion.text, false, "nothing measured"};
  return {assertion.text, holds(*found, assertion.comparison, assertion.bound),
          figure_text(assertion.figure->quantity, *found)};
}

Assertion no_errors() {
  return {"errors==0", find_figure("errors"), Comparison::equal, 0};
}

}  // namespace grotto::load
