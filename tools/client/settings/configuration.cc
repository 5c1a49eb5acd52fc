#include "client/settings/configuration.h"

#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <map>
#include <vector>

#include "base/escape.h"
#include "client/settings/config_file.h"
#include "client/settings/setting.h"

namespace grotto::client {

namespace {

struct Given {
  Act act = Act::run;
  std::string config_file;
  std::map<std::string_view, std::string> values;  // by key
};

CLI::Option* add(CLI::App& app, const Setting& setting) {
  if (setting.key == "server") return app.add_option("server");
  const std::string flag = setting.key == "name" ? "-n,--name" : setting.flag();
  if (setting.kind == Setting::Kind::on_off) return app.add_flag(flag);
  return app.add_option(flag);
}

std::string shown(const Setting& setting) {
  return setting.key == "server" ? "the server" : setting.flag();
}

Result<Given> parse(int argc, const char* const* argv) {
  CLI::App app("", "grotto");
  app.set_help_flag();
  std::vector<std::pair<const Setting*, CLI::Option*>> rows;
  for (const Setting& setting : all_settings()) {
    CLI::Option* const row = add(app, setting);
    row->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);  // repetitions are ours to judge
    rows.emplace_back(&setting, row);
  }
  CLI::Option* const config = app.add_option("--config");
  CLI::Option* const help = app.add_flag("-h,--help");
  CLI::Option* const version = app.add_flag("-V,--version");
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return Error{fmt::format("{} (see --help)", escaped(error.what())), EX_USAGE};
  }
  Given given;
  for (const auto& [setting, row] : rows) {
    const auto texts = row->results();
    if (texts.size() > 1) {
      return Error{
          fmt::format("{} is given {} times; once is enough.", shown(*setting), texts.size()),
          EX_USAGE};
    }
    if (!texts.empty()) given.values[setting->key] = texts.front();
  }
  if (config->count() > 0) given.config_file = config->results().back();
  if (version->count() > 0) given.act = Act::version;
  if (help->count() > 0) given.act = Act::help;
  return given;
}

Result<Done> take(const Setting& setting, const std::string& text, const std::string& name,
                  int status, Options& options) {
  const auto expected = setting.set(options, text);
  if (!expected) return Done{};
  return Error{fmt::format("{}: expected {}, not \"{}\".", name, *expected, escaped(text)), status};
}

/// What no option alone can say.
Result<Done> check(const Options& options) {
  if (options.is_raw &&
      (options.is_json || !options.name.empty() || !options.room.empty() || options.resumes)) {
    return Error{
        "--raw is for other line servers: --name, --room, --resume and --json mean nothing "
        "there.",
        EX_USAGE};
  }
  if (!options.room.empty() && options.name.empty() && !options.resumes && !options.exec.empty()) {
    return Error{"--room with --exec needs --name.", EX_USAGE};
  }
  return Done{};
}

}  // namespace

Result<Configuration> configure(int argc, const char* const* argv, const Environment& environment,
                                const std::string& default_file) {
  const auto given = parse(argc, argv);
  if (!given) return given.error();
  Configuration made;
  made.act = given->act;
  if (made.act != Act::run) return made;
  std::string file = given->config_file;
  if (file.empty()) file = environment("GROTTO_CLIENT_CONFIG").value_or("");
  if (file.empty() && !default_file.empty() && ::access(default_file.c_str(), F_OK) == 0) {
    file = default_file;
  }
  if (!file.empty()) {
    if (auto done = read_config_file(file, made.options); !done) return done.error();
  }
  for (const Setting& setting : all_settings()) {
    const auto text = environment(setting.variable());
    if (!text) continue;
    if (auto done = take(setting, *text, setting.variable(), EX_CONFIG, made.options); !done) {
      return done.error();
    }
  }
  for (const Setting& setting : all_settings()) {
    const auto found = given->values.find(setting.key);
    if (found == given->values.end()) continue;
    if (auto done = take(setting, found->second, shown(setting), EX_USAGE, made.options); !done) {
      return done.error();
    }
  }
  // What is said of a grotto server in the file or the environment does not hold for another one.
  if (given->values.contains("raw")) {
    if (!given->values.contains("name")) made.options.name.clear();
    if (!given->values.contains("room")) made.options.room.clear();
    if (!given->values.contains("resume")) made.options.resumes = false;
    if (!given->values.contains("json")) made.options.is_json = false;
  }
  if (auto done = check(made.options); !done) return done.error();
  return made;
}

}  // namespace grotto::client
