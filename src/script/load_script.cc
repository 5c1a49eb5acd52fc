#include "script/load_script.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <tuple>
#include <utility>

#include "base/escape.h"
#include "script/loading.h"

namespace grotto {
namespace {

constexpr std::size_t kFaultsTold = 100;

void read_all(Loading& loading, const TomlTable& root) {
  read_names(loading, root);
  read_head(loading, root);
  read_sections(loading, root);
  read_asks(loading, root);
  read_run(loading, root);
  read_race(loading, root);
  if (!loading.is_flow_known || loading.script.asks.empty()) return;
  for (ScriptFault& fault : check_flow(loading.script)) {
    loading.fault(fault.place, std::move(fault.sentence));
  }
}

LoadedScript loaded(Loading& loading) {
  auto& faults = loading.faults;
  std::sort(faults.begin(), faults.end(), [](const ScriptFault& one, const ScriptFault& other) {
    return std::tie(one.place, one.sentence) < std::tie(other.place, other.sentence);
  });
  // Two chapters may have stumbled over the same value.
  faults.erase(std::unique(faults.begin(), faults.end(),
                           [](const ScriptFault& one, const ScriptFault& other) {
                             return one.place == other.place && one.sentence == other.sentence;
                           }),
               faults.end());
  if (faults.size() > kFaultsTold) faults.resize(kFaultsTold);
  LoadedScript result;
  if (faults.empty()) result.script = std::make_shared<const Script>(std::move(loading.script));
  result.faults = std::move(faults);
  return result;
}

Error unreadable(const std::string& path, std::string_view why) {
  return {fmt::format("{}: {}.", escaped(path), why), EX_NOINPUT};
}

}  // namespace

LoadedScript load_script(std::string_view text) {
  if (text.size() > kScriptBytesMax) {
    return {nullptr, {{{}, fmt::format("A script has at most {} bytes.", kScriptBytesMax)}}};
  }
  Loading loading(text);
  auto root = parse_toml(loading.source);
  if (auto* const fault = std::get_if<ScriptFault>(&root)) {
    loading.faults.push_back(std::move(*fault));
  } else {
    read_all(loading, std::get<TomlTable>(root));
  }
  return loaded(loading);
}

Result<LoadedScript> load_script_file(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error) return unreadable(path, error.message());
  // Reading a pipe could hang for ever.
  if (!std::filesystem::is_regular_file(status)) return unreadable(path, "expected a plain file");
  std::ifstream file(path, std::ios::binary);
  if (!file) return unreadable(path, "it cannot be read");
  std::string text(kScriptBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) return unreadable(path, "it cannot be read");
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kScriptBytesMax) {
    return unreadable(path, fmt::format("expected at most {} bytes", kScriptBytesMax));
  }
  return load_script(text);
}

}  // namespace grotto
