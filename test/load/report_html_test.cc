#include "load/view/report_html.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

#include "load/made_up_report.h"

using namespace grotto::load;
using grotto::test::made_up_failure;
using grotto::test::made_up_report;

namespace {

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::size_t times(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// The first element that is not closed in its turn; "" if all are.
std::string first_unclosed(const std::string& html) {
  const std::set<std::string> without_end{"meta", "!DOCTYPE"};
  std::vector<std::string> open;
  for (auto at = html.find('<'); at != std::string::npos; at = html.find('<', at + 1)) {
    const bool is_end = html[at + 1] == '/';
    const auto begin = at + (is_end ? 2 : 1);
    const std::string name = html.substr(begin, html.find_first_of(" />", begin) - begin);
    if (html[html.find('>', at) - 1] == '/' || without_end.contains(name)) continue;
    if (!is_end) {
      open.push_back(name);
    } else if (open.empty() || open.back() != name) {
      return "/" + name;
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

/// What every page keeps, whatever it shows.
void check_page(const std::string& html) {
  CHECK(first_unclosed(html) == "");
  const std::string body = html.substr(html.find("<body>"));
  CHECK(times(body, "<") == times(body, ">"));
  for (const char* const outside : {"http://", "https://", "src=", "href=", "url(", "@import",
                                    "<script", "<link", "<img", "onload", "\x1b"}) {
    INFO(outside);
    CHECK_FALSE(has(html, outside));
  }
  CHECK(has(html, "prefers-color-scheme:dark"));
  CHECK(has(html, "name=\"viewport\""));
  CHECK_FALSE(has(html, "nan"));
  std::set<std::string> seen;
  for (auto at = html.find(" id=\""); at != std::string::npos; at = html.find(" id=\"", at + 1)) {
    const std::string id = html.substr(at + 5, html.find('"', at + 5) - at - 5);
    INFO(id);
    CHECK(seen.insert(id).second);
  }
  CHECK(times(html, "role=\"img\"") == times(html, "<desc "));
}

}  // namespace

TEST_CASE(
    "ReportHtml: a page of one run has its judgement, its numbers, four plots and how to repeat "
    "it") {
  const Report report = made_up_report();
  const std::string html = report_html({{"", &report}});
  check_page(html);
  for (const char* const part :
       {"<h1>echo of 127.0.0.1:7000</h1>", "Good: every assertion holds.",
        "<th scope=\"row\">response</th>", "<th scope=\"col\">p99.9</th>", "<td>40.1 ms</td>",
        "<th scope=\"row\">lines sent</th><td>200 000</td>", "</svg> lag</li>",
        "grotto-load echo 127.0.0.1:7000 -c 50 -R 20000 -d 10s --pid 4711", "131072",
        "<th scope=\"row\">p99&lt;5ms</th><td>holds, found 261 \u00b5s</td>"}) {
    INFO(part);
    CHECK(has(html, part));
  }
  CHECK(times(html, "<figure") == 4);
  CHECK(html.size() < 100'000);
}

TEST_CASE("ReportHtml: errors get a plot and rows of their own, and words of a server stay words") {
  const Report report = made_up_failure();
  const std::string html = report_html({{"", &report}});
  check_page(html);
  CHECK(times(html, "<figure") == 5);
  CHECK(has(html, "<th scope=\"row\">errors: timed out</th><td>2</td>"));
  CHECK_FALSE(has(html, "errors: duplicated"));
  CHECK(has(html, "\\u{1b}[2J\\u{1b}]0;owned\\u{7}&lt;script&gt;alert(1)&lt;/script&gt;&quot;"));
  CHECK(has(html, "interrupted after 8.20 s"));
}

TEST_CASE("ReportHtml: of several runs each is a column, a judgement and a colour") {
  const Report fast = made_up_report(10);
  const Report slow = made_up_report(5, 3);
  Report closed = made_up_report(3);
  closed.is_open_loop = false;
  closed.response.clear();
  closed.environment.push_back({"only here", "yes"});
  const std::string html = report_html({{"fast", &fast}, {"<slow>", &slow}, {"closed", &closed}});
  check_page(html);
  CHECK(has(html, "<th scope=\"col\">fast</th><th scope=\"col\">&lt;slow&gt;</th>"));
  CHECK(has(html, "<th scope=\"row\">lines sent</th><td>200 000</td><td>100 000</td>"));
  CHECK(times(html, "class=\"judgement good\"") == 3);
  for (const char* const part :
       {"</svg> fast: response</li>", "</svg> &lt;slow&gt;: p99</li>",
        "</svg> closed: service</li>", "</svg> closed: generator</li>", "class=\"curve c2\"",
        "<th scope=\"row\">only here</th><td>\u2013</td><td>\u2013</td><td>yes</td>"}) {
    INFO(part);
    CHECK(has(html, part));
  }
  CHECK_FALSE(has(html, "lag</li>"));
  const auto row = html.find("<th scope=\"row\">response p50</th>");
  REQUIRE(row != std::string::npos);
  CHECK(has(html.substr(row, html.find("</tr>", row) - row), " \u00b5s</td><td>\u2013</td>"));
}

TEST_CASE("ReportHtml: a run that could not be done has a page that says why") {
  Report report;
  report.workload = "idle";
  report.target = "unix:</title>&";
  report.failure = "The server refuses connections.";
  report.judgement = "The run failed.";
  report.verdict = Verdict::failed;
  const std::string html = report_html({{"", &report}});
  check_page(html);
  CHECK(has(html, "class=\"judgement bad\""));
  CHECK(has(html, "The run failed. The server refuses connections."));
  CHECK(has(html, "<h1>idle of unix:&lt;/title&gt;&amp;</h1>"));
  CHECK_FALSE(has(html, "Plots"));
}

TEST_CASE("ReportHtml: each verdict has its colour and a sign") {
  Report report = made_up_report(1);
  for (const auto& [verdict, style] : {std::pair{Verdict::good, "judgement good"},
                                       {Verdict::failed, "judgement bad"},
                                       {Verdict::assertion_failed, "judgement bad"},
                                       {Verdict::inconclusive, "judgement warn"}}) {
    report.verdict = verdict;
    CHECK(has(report_html({{"", &report}}), style));
  }
}
