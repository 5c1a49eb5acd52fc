#include "daemon/command_line.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <CLI/CLI.hpp>
#include <utility>

#include "base/escape.h"
#include "daemon/values.h"

namespace grotto {
namespace {

struct Row {
  const Option* option;
  CLI::Option* parsed;
};

/// What the user must write: "--history", "-p".
std::string shown_name(const Option& option) {
  return option.is_word() ? fmt::format("the {}", option.flag) : fmt::format("--{}", option.flag);
}

CLI::Option* add_row(CLI::App& app, const Option& option) {
  const std::string flag(option.flag);
  if (option.is_word()) return app.add_option(flag);
  if (option.kind == OptionKind::on_off) return app.add_flag("--" + flag);
  return app.add_option(flag == "port" ? "-p,--port" : "--" + flag);
}

Result<Done> collect(const std::vector<Row>& rows, CommandLine& line) {
  for (const auto& [option, parsed] : rows) {
    Texts texts = parsed->results();
    if (texts.empty()) continue;
    if (texts.size() > 1 && option->kind != OptionKind::list) {
      return Error{
          fmt::format("{} is given {} times; once is enough.", shown_name(*option), texts.size()),
          EX_USAGE};
    }
    if (option->kind == OptionKind::comma) texts = split_list(texts.front());
    line.given[std::string(option->flag)] = std::move(texts);
  }
  return Done{};
}

}  // namespace

Result<CommandLine> parse_command_line(const ProgramKind& program, const std::vector<Option>& table,
                                       int argc, const char* const* argv) {
  CLI::App app("", program.name);
  app.set_help_flag();
  std::vector<Row> rows;
  for (const Option& option : table) {
    CLI::Option* const parsed = add_row(app, option);
    // Repetitions are ours to judge: some rows are lists.
    parsed->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    rows.push_back({&option, parsed});
  }
  CLI::Option* const config = app.add_option("--config");
  CLI::Option* const check = app.add_flag("--check-config");
  CLI::Option* const print = app.add_flag("--print-config");
  CLI::Option* const check_script = program.has_prompt ? app.add_flag("--check") : nullptr;
  CLI::Option* const preview = program.has_prompt ? app.add_flag("--preview") : nullptr;
  CLI::Option* const help = app.add_flag("-h,--help");
  CLI::Option* const version = app.add_flag("-V,--version");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Error{fmt::format("{} (see --help)", escaped(error.what())), EX_USAGE};
  }

  CommandLine line;
  if (auto done = collect(rows, line); !done) return done.error();
  if (config->count() > 0) {
    line.config_file = config->results().back();
    if (line.config_file.empty()) return Error{"--config: expected a file's name.", EX_USAGE};
  }
  line.act = help->count() > 0                                 ? Act::help
             : version->count() > 0                            ? Act::version
             : print->count() > 0                              ? Act::print_config
             : check->count() > 0                              ? Act::check_config
             : program.has_prompt && check_script->count() > 0 ? Act::check_script
             : program.has_prompt && preview->count() > 0      ? Act::preview
                                                               : Act::run;
  return line;
}

}  // namespace grotto
