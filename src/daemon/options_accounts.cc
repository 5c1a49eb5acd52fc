// The chapter of the option table on who has to show who he is.
#include <algorithm>
#include <variant>

#include "daemon/option_values.h"
#include "daemon/plain_file.h"
#include "room/names.h"

namespace grotto {
namespace {

constexpr std::size_t kPasswordBytesMax = 128;
constexpr std::size_t kTokenBytesMin = 16;
constexpr std::size_t kTokenBytesMax = 256;
constexpr std::size_t kOperatorsMax = 1'000;

std::optional<std::string> set_server_password(Settings& settings, const Texts& texts) {
  std::string text;
  if (!texts.front().empty()) {
    if (auto fault = read_secret_file(texts.front(), "a password", 1, kPasswordBytesMax, text)) {
      return fault;
    }
  }
  settings.server_password_file = texts.front();
  settings.server_password = std::move(text);
  return std::nullopt;
}

std::optional<std::string> set_api_token(Settings& settings, const Texts& texts) {
  std::string text;
  if (!texts.front().empty()) {
    if (auto fault =
            read_secret_file(texts.front(), "a token", kTokenBytesMin, kTokenBytesMax, text)) {
      return fault;
    }
  }
  settings.api_token_file = texts.front();
  settings.api_token = std::move(text);
  return std::nullopt;
}

std::optional<std::string> set_operators(Settings& settings, const Texts& texts) {
  const NameRules rules({});
  std::vector<std::string> names;
  for (const std::string& text : texts) {
    auto checked = rules.check(text);
    if (const auto* const fault = std::get_if<NameFault>(&checked)) {
      return fmt::format("names. {}", sentence(*fault));
    }
    names.push_back(std::get<Name>(std::move(checked)).text);
  }
  if (names.size() > kOperatorsMax) return fmt::format("at most {} names", kOperatorsMax);
  settings.operators = std::move(names);
  return std::nullopt;
}

}  // namespace

void add_account_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::admission;
  table.push_back(on_off({"require-login",
                          "",
                          kGroup,
                          OptionKind::on_off,
                          "",
                          "Only who has an account comes into the chat",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> bool& { return s.requires_login; }));
  table.push_back({"server-password-file", "FILE", kGroup, OptionKind::text, "",
                   "Everybody is asked for the password in the file's first line", "none",
                   set_server_password,
                   [](const Settings& s) { return toml_string(s.server_password_file); }});
  table.push_back({"api-token-file", "FILE", kGroup, OptionKind::text, "",
                   "Programs that send the token in the file's first line may say lines over HTTP",
                   "none", set_api_token,
                   [](const Settings& s) { return toml_string(s.api_token_file); }});
  table.push_back({"operator", "NAME", kGroup, OptionKind::list, "",
                   "Who is an operator of the chat, once logged in; may be repeated", "nobody",
                   set_operators, [](const Settings& s) { return toml_list(s.operators); }});
}

}  // namespace grotto
