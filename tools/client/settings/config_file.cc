#include "client/settings/config_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sysexits.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>

#include "base/escape.h"
#include "client/settings/setting.h"

// After all else: its header is long and must not leak macros into ours.
#include <toml++/toml.h>

namespace grotto::client {

namespace {

constexpr std::int64_t kFileBytesMax = 1024 * 1024;

std::optional<std::string> text_of(const toml::node& node, Setting::Kind kind) {
  if (const auto text = node.value_exact<std::string>()) return text;
  const auto flag = node.value_exact<bool>();
  const auto whole = node.value_exact<std::int64_t>();
  switch (kind) {
    case Setting::Kind::text: break;
    case Setting::Kind::on_off:
      if (flag) return *flag ? "true" : "false";
      break;
    case Setting::Kind::seconds:
      if (whole) return std::to_string(*whole);
      if (const auto value = node.value_exact<double>()) return fmt::format("{}", *value);
      break;
    case Setting::Kind::word:
      if (flag) return *flag ? "on" : "off";
      if (whole) return std::to_string(*whole);
      break;
  }
  return std::nullopt;
}

Error fault(const std::string& path, const toml::source_region& where, std::string_view sentence) {
  return {fmt::format("{}:{}: {}", path, where.begin.line, sentence), EX_CONFIG};
}

}  // namespace

Result<Done> read_config_text(std::string_view text, const std::string& path, Options& options) {
  const auto settings = all_settings();
  try {
    const toml::table root = toml::parse(text, path);
    for (const auto& [key, node] : root) {
      const auto row = std::find_if(settings.begin(), settings.end(), [&](const Setting& setting) {
        return setting.key == key.str();
      });
      if (row == settings.end()) {
        return fault(path, key.source(),
                     fmt::format("{} is no key of this file; the options of --help are.",
                                 escaped(std::string(key.str()))));
      }
      const auto value = text_of(node, row->kind);
      if (!value) {
        return fault(path, node.source(), fmt::format("{} has a value of another type.", row->key));
      }
      if (const auto expected = row->set(options, *value)) {
        return fault(
            path, node.source(),
            fmt::format("{}: expected {}, not \"{}\".", row->key, *expected, escaped(*value)));
      }
    }
  } catch (const toml::parse_error& error) {
    return fault(path, error.source(),
                 fmt::format("not TOML: {}.", escaped(std::string(error.description()))));
  }
  return Done{};
}

Result<Done> read_config_file(const std::string& path, Options& options) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) {
    return Error{fmt::format("{}: {}.", path, std::strerror(errno)), EX_CONFIG};
  }
  // Reading a pipe could hang the start for ever.
  if (!S_ISREG(about.st_mode) || about.st_size > kFileBytesMax) {
    return Error{fmt::format("{}: expected a plain file of at most 1 MiB.", path), EX_CONFIG};
  }
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (!file.good() && !file.eof()) {
    return Error{fmt::format("{}: it cannot be read.", path), EX_CONFIG};
  }
  return read_config_text(text, path, options);
}

}  // namespace grotto::client
