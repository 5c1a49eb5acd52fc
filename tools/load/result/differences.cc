#include "load/result/differences.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/escape.h"
#include "load/result/units.h"

namespace grotto::load {

namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

/// Above this share of the cores the hypervisor is worth a word.
constexpr double kStealShareMax = 0.01;

void add(std::vector<std::string>& all, std::string_view what, std::string_view a,
         std::string_view b) {
  if (a == b) return;
  all.push_back(fmt::format("they differ in {}: {} and {}", escaped(what),
                            a.empty() ? "none" : escaped(a), b.empty() ? "none" : escaped(b)));
}

std::string_view value_of(const Pairs& pairs, std::string_view name) {
  const auto found = std::find_if(pairs.begin(), pairs.end(),
                                  [&](const auto& pair) { return pair.first == name; });
  return found == pairs.end() ? std::string_view{} : found->second;
}

void add(std::vector<std::string>& all, const Pairs& a, const Pairs& b) {
  for (const auto& [name, value] : a) add(all, name, value, value_of(b, name));
  for (const auto& [name, value] : b) {
    const bool is_of_b_only =
        std::none_of(a.begin(), a.end(), [&](const auto& pair) { return pair.first == name; });
    if (is_of_b_only) add(all, name, "", value);
  }
}

void add(std::vector<std::string>& all, std::string_view which, const Report& report) {
  const bool has_failed = report.verdict == Verdict::failed;
  if (has_failed || report.verdict == Verdict::inconclusive) {
    all.push_back(fmt::format("{} {}: {}", which, has_failed ? "failed" : "was inconclusive",
                              escaped(report.judgement)));
  }
  if (report.steal_share > kStealShareMax) {
    all.push_back(fmt::format("the hypervisor took {} of the cores during {}",
                              share_text(report.steal_share), which));
  }
}

}  // namespace

std::vector<std::string> differences(const Report& a, const Report& b) {
  std::vector<std::string> all;
  add(all, "A", a);
  add(all, "B", b);
  add(all, "workload", a.workload, b.workload);
  add(all, "dialect", a.dialect, b.dialect);
  add(all, "loop", a.is_open_loop ? "open" : "closed", b.is_open_loop ? "open" : "closed");
  add(all, a.options, b.options);
  add(all, a.environment, b.environment);
  return all;
}

}  // namespace grotto::load
