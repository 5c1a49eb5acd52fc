// CommandLine: what the user wrote, read and checked: which act, with which options, outputs and
// assertions. Threads: a value.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "load/engine/options.h"
#include "load/result/assertion.h"

namespace grotto::load {

enum class Act { run, compare, report, help, version };

struct CommandLine {
  Act act = Act::run;
  LoadOptions options;
  bool is_quiet = false;
  std::vector<Assertion> assertions;
  std::optional<Assertion> find_max;
  /// Where results go: "json", "csv", "hgrm" or "html", and the file ("-": standard output).
  std::vector<std::pair<std::string, std::string>> outputs;
  std::vector<std::string> files;  // of compare and report
  std::string repeated;            // the command, to be pasted again

  /// The file of that kind of output; empty: none is wanted.
  [[nodiscard]] std::string output(std::string_view kind) const;
  [[nodiscard]] bool uses_standard_output() const;
};

/// Errors: one sentence and exit status 64; 73 for an output that cannot be written.
Result<CommandLine> parse_command_line(int argc, const char* const* argv);

/// All options with their defaults and units, and examples; at most 100 columns.
std::string help_text();

}  // namespace grotto::load
