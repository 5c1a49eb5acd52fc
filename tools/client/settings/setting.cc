#include "client/settings/setting.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/numbers.h"
#include "client/settings/target.h"
#include "line/text.h"

namespace grotto::client {

namespace {

using Expected = std::optional<std::string_view>;
constexpr std::size_t kTextBytesMax = 4096;

bool is_line(const std::string& text) {
  return !text.empty() && text.size() <= kTextBytesMax && is_clean(text);
}

Expected set_server(Options& options, const std::string& text) {
  if (!Target::parse(text)) return Target::kExpected;
  options.server = text;
  return {};
}

Expected set_name(Options& options, const std::string& text) {
  if (!is_line(text) || text.front() == '/') return "a name";
  options.name = text;
  return {};
}

Expected set_room(Options& options, const std::string& text) {
  if (!is_line(text)) return "a room, and its password if it has one";
  options.room = text;
  return {};
}

Expected set_switch(bool& value, const std::string& text) {
  if (text == "true" || text == "yes" || text == "on" || text == "1") {
    value = true;
  } else if (text == "false" || text == "no" || text == "off" || text == "0") {
    value = false;
  } else {
    return "true or false";
  }
  return {};
}

/// Seconds, or a number with ms, s, m or h; at most a day.
Expected set_timeout(Options& options, const std::string& text) {
  constexpr double kMs = 1'000;
  constexpr double kDay = 86'400'000;
  std::string_view number = text;
  double unit = kMs;
  for (const auto& [suffix, ms] : {std::pair<std::string_view, double>{"ms", 1},
                                   {"s", kMs},
                                   {"m", 60 * kMs},
                                   {"h", 3600 * kMs}}) {
    if (!number.ends_with(suffix)) continue;
    number.remove_suffix(suffix.size());
    unit = ms;
    break;
  }
  const auto value = parse_decimal(number);
  if (!value || *value * unit < 1 || *value * unit > kDay) return "a time, such as 10s or 500ms";
  options.timeout_ms = static_cast<std::uint64_t>(*value * unit);
  return {};
}

Expected set_reconnect(Options& options, const std::string& text) {
  if (text == "on" || text == "true") {
    options.reconnect = Reconnect{Reconnect::kEndless};
  } else if (text == "off" || text == "false") {
    options.reconnect = Reconnect{0};
  } else if (const auto tries = parse_whole(text)) {
    options.reconnect = Reconnect{*tries};
  } else {
    return "on, off or how often";
  }
  return {};
}

Expected set_color(Options& options, const std::string& text) {
  if (text == "auto") {
    options.color = ColorWhen::automatic;
  } else if (text == "always") {
    options.color = ColorWhen::always;
  } else if (text == "never") {
    options.color = ColorWhen::never;
  } else {
    return "auto, always or never";
  }
  return {};
}

Expected set_keys(Options& options, const std::string& text) {
  if (text != "emacs" && text != "vi") return "emacs or vi";
  options.keys = text == "vi" ? KeyMap::vi : KeyMap::emacs;
  return {};
}

Expected set_log(Options& options, const std::string& text) {
  if (text.empty()) return "a file's name";
  options.log_file = text;
  return {};
}

Expected set_tls_ca(Options& options, const std::string& text) {
  if (text.empty()) return "a file's name";
  options.tls_ca = text;
  return {};
}

Expected set_exec(Options& options, const std::string& text) {
  if (text.empty()) return "a command";
  options.exec = text;
  return {};
}

using Kind = Setting::Kind;
constexpr std::array<Setting, 14> kSettings{{
    {"server", Kind::text, set_server},
    {"name", Kind::text, set_name},
    {"room", Kind::text, set_room},
    {"resume", Kind::on_off,
     [](Options& o, const std::string& text) { return set_switch(o.resumes, text); }},
    {"json", Kind::on_off,
     [](Options& o, const std::string& text) { return set_switch(o.is_json, text); }},
    {"raw", Kind::on_off,
     [](Options& o, const std::string& text) { return set_switch(o.is_raw, text); }},
    {"timeout", Kind::seconds, set_timeout},
    {"reconnect", Kind::word, set_reconnect},
    {"tls_ca", Kind::text, set_tls_ca},
    {"tls_insecure", Kind::on_off,
     [](Options& o, const std::string& text) { return set_switch(o.is_insecure, text); }},
    {"log", Kind::text, set_log},
    {"color", Kind::text, set_color},
    {"keys", Kind::text, set_keys},
    {"exec", Kind::text, set_exec},
}};

}  // namespace

std::string Setting::flag() const {
  std::string name = "--" + std::string(key);
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::string Setting::variable() const {
  std::string name = "GROTTO_CLIENT_" + std::string(key);
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

std::span<const Setting> all_settings() noexcept {
  return kSettings;
}

}  // namespace grotto::client
