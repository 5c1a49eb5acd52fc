#include "load/view/report_html.h"

#include <fmt/format.h>

#include <string_view>

#include "base/check.h"
#include "load/result/rates.h"
#include "load/result/units.h"
#include "load/view/html_table.h"
#include "load/view/report_plots.h"
#include "load/view/report_tables.h"
#include "load/view/svg_plot.h"

namespace grotto::load {

namespace {

using Runs = std::vector<NamedRun>;

constexpr std::string_view kCss = R"(
:root{color-scheme:light dark;--page:#fff;--ink:#1b1f24;--soft:#57606a;--line:#d9dee4;--card:#f5f7f9;--good:#1a7f37;--bad:#b42318;--warn:#8a5a00}
@media screen and (prefers-color-scheme:dark){:root{--page:#14171b;--ink:#e8ebef;--soft:#a7b0ba;--line:#343b44;--card:#1d2127;--good:#57c46f;--bad:#ff8178;--warn:#e5b046}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,sans-serif}
main{max-width:68rem;margin:0 auto;padding:1.2rem 1rem 3rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .3rem;overflow-wrap:anywhere}
h2{font-size:1.1rem;margin:2rem 0 .6rem}
.about{color:var(--soft);margin:.2rem 0 1rem;overflow-wrap:anywhere}
.judgement{border-left:.3rem solid;padding:.4rem .8rem;margin:.6rem 0;background:var(--card);overflow-wrap:anywhere}
.judgement span{color:var(--ink)}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(9.5rem,1fr));gap:.6rem;margin:1rem 0}
.tiles div{background:var(--card);border-radius:.4rem;padding:.5rem .8rem}
.tiles dt{color:var(--soft);font-size:.85rem}
.tiles dd{margin:0;font-size:1.25rem;font-weight:600;white-space:nowrap}
.columns{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.6rem 2rem;align-items:start}
.columns>*{min-width:0}
.scroll{overflow-x:auto;margin-bottom:1rem}
table{border-collapse:collapse;width:100%;font-size:.92rem}
caption{text-align:left;font-weight:600;padding:.2rem 0}
th,td{padding:.22rem .6rem .22rem 0;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{font-weight:400;color:var(--soft);min-width:6.5rem}
thead th{font-weight:600;vertical-align:bottom;overflow-wrap:anywhere}
.numbers td,.numbers thead th+th{width:16%;min-width:4.5rem;text-align:right;padding:.22rem 0 .22rem .8rem}
.numbers td{white-space:nowrap;font-variant-numeric:tabular-nums}
.words td{overflow-wrap:anywhere;min-width:9rem}
ul.plain{margin:0;padding-left:1.2rem;overflow-wrap:anywhere}
@media print{body{font-size:11px}main{max-width:none;padding:0}.columns{grid-template-columns:1fr 1fr}.scroll{overflow:visible}tr,.tiles div{break-inside:avoid}.judgement,.tiles div{border:1px solid var(--line)}}
)";

struct Mark {
  const char* style;
  const char* sign;  // so that it is not told by colour alone
};

Mark mark_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::good: return {"good", "\u2713"};
    case Verdict::failed:
    case Verdict::assertion_failed: return {"bad", "\u2717"};
    case Verdict::inconclusive: return {"warn", "?"};
  }
  return {"warn", "?"};
}

std::string title_of(const Runs& runs) {
  if (runs.size() > 1) return fmt::format("{} runs of grotto-load", runs.size());
  return fmt::format("{} of {}", runs.front().report->workload, runs.front().report->target);
}

std::string judgement(const Runs& runs, const NamedRun& run) {
  const auto [style, sign] = mark_of(run.report->verdict);
  const std::string name = runs.size() > 1 ? run.name + ": " : "";
  std::string text = run.report->judgement;
  if (text.find(run.report->failure) == std::string::npos) text += " " + run.report->failure;
  return fmt::format(
      R"(<p class="judgement {}"><b aria-hidden="true">{}</b> <span>{}{}</span></p>)", style, sign,
      html_text(name), html_text(text));
}

std::string about(const Report& report) {
  std::string text =
      fmt::format("{} connections, {} loop, {} dialect, {} measured",
                  grouped_text(report.connections), report.is_open_loop ? "open" : "closed",
                  report.dialect, duration_text(report.measured_s * 1e9));
  if (!report.started_at.empty()) text += ", started " + report.started_at;
  return fmt::format(R"(<p class="about">{}</p>)", html_text(text));
}

/// What is looked for first.
std::string tiles(const Report& report) {
  std::string html = R"(<dl class="tiles">)";
  const auto add = [&html](std::string_view name, const std::string& value) {
    html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>", html_text(name), html_text(value));
  };
  if (const auto rate = received_per_s(report))
    add("deliveries per second", count_text(*rate) + "/s");
  if (report.latency().count() > 0) {
    const char* const series = report.is_open_loop ? "response" : "service";
    for (const double percent : {50.0, 99.0}) {
      const auto ns = static_cast<double>(report.latency().percentile(percent));
      add(fmt::format("{} p{:.0f}", series, percent), duration_text(ns));
    }
  }
  add("errors", grouped_text(report.tally.errors()));
  if (const auto cost = server_cpu_us_per_message(report))
    add("server CPU per message", duration_text(*cost * 1e3));
  if (const auto bytes = server_bytes_per_connection(report))
    add("server memory per connection", bytes_text(*bytes));
  return html + "</dl>\n";
}

void add_list(std::string& html, std::string_view heading, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  html += fmt::format("<h2>{}</h2><ul class=\"plain\">", html_text(heading));
  for (const std::string& text : texts) html += fmt::format("<li>{}</li>", html_text(text));
  html += "</ul>\n";
}

std::string words_of(const Runs& runs) {
  std::string html;
  for (const NamedRun& run : runs) {
    const std::string of = runs.size() > 1 ? " of " + run.name : "";
    add_list(html, "First faults" + of, run.report->faults);
    add_list(html, "Notes" + of, run.report->notes);
  }
  return html;
}

}  // namespace

std::string report_html(const std::vector<NamedRun>& runs) {
  GROTTO_CHECK(!runs.empty());
  const std::string title = html_text(title_of(runs));
  // The policy keeps the page to itself, even if a text found a way out of its escaping.
  std::string html = fmt::format(
      R"(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{} - grotto-load</title>
<style>{}{}</style></head>
<body><main>
<h1>{}</h1>
)",
      title, kCss, plot_css(), title);
  for (const NamedRun& run : runs) html += judgement(runs, run) + "\n";
  const bool is_one = runs.size() == 1;
  if (is_one) html += about(*runs.front().report) + tiles(*runs.front().report);
  if (const std::string plots = plots_of(runs); !plots.empty())
    html += "<h2>Plots</h2><div class=\"columns\">\n" + plots + "</div>\n";
  html += "<h2>Numbers</h2>\n";
  if (is_one) html += latency_table(*runs.front().report);
  // One column of numbers is narrow: the assertions have room beside it.
  const std::string numbers = figures_table(runs) + asserts_table(runs);
  html += is_one ? "<div class=\"columns\">\n" + numbers + "</div>\n" : numbers;
  html += words_of(runs);
  html += "<h2>How it was measured</h2><div class=\"columns\">\n" + options_table(runs) +
          environment_table(runs) + "</div>\n</main></body></html>\n";
  return html;
}

}  // namespace grotto::load
