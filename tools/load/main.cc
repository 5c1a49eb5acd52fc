// grotto-load: what it is asked for on the command line, done in order: run, judge, show, write.
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <sstream>
#include <string>

#include "load/command_line.h"
#include "load/engine/run.h"
#include "load/find_max.h"
#include "load/result/compare.h"
#include "load/result/judge.h"
#include "load/result/report_csv.h"
#include "load/result/report_file.h"
#include "load/result/report_json.h"
#include "load/result/units.h"
#include "load/result/verdict.h"
#include "load/version.h"
#include "load/view/report_html.h"
#include "load/view/screen.h"
#include "load/view/summary.h"
#include "net/platform.h"

namespace {

using namespace grotto;        // NOLINT: the program
using namespace grotto::load;  // NOLINT

constexpr int kUsage = 64;

int complain(const Error& error) {
  std::string sentence = error.sentence;
  if (!sentence.ends_with('.')) sentence += '.';
  fmt::print(stderr, "grotto-load: {}\n", sentence);
  return error.exit_status;
}

class ScreenObserver final : public RunObserver {
 public:
  explicit ScreenObserver(Screen& screen) noexcept : screen_(screen) {}
  void on_phase(std::string_view text) override { screen_.say(text); }
  void on_interval(const Report& so_far, const Sample& last, double share_done) override {
    screen_.show(so_far, last, share_done);
  }

 private:
  Screen& screen_;
};

std::string hgrm_of(const Report& report) {
  std::ostringstream out;
  report.latency().write_hgrm(out);
  return out.str();
}

Result<Done> write_outputs(const CommandLine& line, const Report& report) {
  for (const auto& [kind, path] : line.outputs) {
    const std::string text = kind == "json"   ? to_json(report)
                             : kind == "csv"  ? to_csv(report)
                             : kind == "hgrm" ? hgrm_of(report)
                                              : report_html({{"", &report}});
    if (auto done = write_report_file(path, text); !done) return done.error();
  }
  return Done{};
}

int finish(const CommandLine& line, Report& report) {
  report.command = line.repeated;
  const int status = judge(report, line.assertions);
  // What is written to standard output is for a program: then the summary goes beside it.
  std::FILE* const out = line.uses_standard_output() ? stderr : stdout;
  if (!line.is_quiet) {
    fmt::print(out, "{}", summary(report, charset_of_environment()));
  } else if (!report.failure.empty()) {
    complain({report.failure, status});
  }
  std::fflush(out);
  if (const auto done = write_outputs(line, report); !done) {
    complain(done.error());
    return status == 0 ? 1 : status;
  }
  return status;
}

Result<Report> run_once(const CommandLine& line, const LoadOptions& options,
                        const std::string& title) {
  ScreenPlace place = screen_place_of(stderr);
  if (line.is_quiet) place.kind = ScreenKind::none;
  Screen screen(place, title);
  ScreenObserver observer(screen);
  auto report = run(options, observer);
  screen.end();
  return report;
}

std::string title_of(const LoadOptions& options) {
  return fmt::format("{} {}, {} connections", to_string(options.workload), options.target,
                     grouped_text(options.members()));
}

int search(const CommandLine& line, const Assertion& bound) {
  constexpr double kFirstRate = 1000;
  LoadOptions options = line.options;
  const double first = options.is_open_loop() ? options.rate : kFirstRate;
  auto found = find_max(bound, first, [&](double rate) -> Result<Report> {
    options.rate = rate;
    if (const auto possible = check_limits(options); !possible) return possible.error();
    return run_once(line, options,
                    fmt::format("{}, {} lines/s", title_of(options), count_text(rate)));
  });
  if (!found) return complain(found.error());
  if (!found->best) found->best = std::move(found->last);
  Report report = std::move(found->best).value_or(Report{});
  for (const std::string& attempt : found->attempts) report.notes.push_back(attempt);
  const std::string sentence =
      found->rate == 0
          ? fmt::format("{} did not hold at any rate that was tried", bound.text)
          : fmt::format(
                "{} lines/s is the highest rate at which {} held{}",
                grouped_text(static_cast<std::uint64_t>(found->rate)), bound.text,
                found->is_generator_limited ? "; beyond it the generator was the bottleneck" : "");
  if (found->rate == 0 && report.failure.empty()) report.failure = sentence;
  const int status = finish(line, report);
  if (found->rate > 0) fmt::print(line.uses_standard_output() ? stderr : stdout, "{}.\n", sentence);
  return status;
}

int compare_runs(const CommandLine& line) {
  const auto text = compare_files(line.files[0], line.files[1]);
  if (!text) return complain({text.error().sentence, kUsage});
  fmt::print("{}", *text);
  return 0;
}

int report_runs(const CommandLine& line) {
  std::vector<Report> reports;
  reports.reserve(line.files.size());
  std::vector<NamedRun> runs;
  for (const std::string& file : line.files) {
    auto report = read_report(file);
    if (!report) return complain({report.error().sentence, kUsage});
    reports.push_back(std::move(*report));
    runs.push_back({file, &reports.back()});
  }
  if (const auto done = write_report_file(line.output("html"), report_html(runs)); !done)
    return complain({done.error().sentence, 1});
  return 0;
}

int run_and_judge(const CommandLine& line) {
  if (const auto possible = check_limits(line.options); !possible)
    return complain(possible.error());
  if (line.find_max) return search(line, *line.find_max);
  auto report = run_once(line, line.options, title_of(line.options));
  if (!report) return complain(report.error());
  return finish(line, *report);
}

}  // namespace

int main(int argc, char** argv) {
  const auto line = parse_command_line(argc, argv);
  if (!line) return complain({line.error().sentence, kUsage});
  switch (line->act) {
    case Act::help: fmt::print("{}", help_text()); return 0;
    case Act::version:
      fmt::print("grotto-load {} ({}), {}, libuv {}\n", kVersion, kCommit, kCompiler,
                 libuv_version());
      return 0;
    case Act::compare: return compare_runs(*line);
    case Act::report: return report_runs(*line);
    case Act::run: return run_and_judge(*line);
  }
  return kUsage;
}
