// The chapter of the option table on TLS.
#include <algorithm>

#include "daemon/option_values.h"

namespace grotto {
namespace {

constexpr auto kGroup = OptionGroup::tls;

Option files(std::string_view flag, std::string_view help,
             std::vector<std::string> Settings::* field) {
  return {flag,
          "FILE",
          kGroup,
          OptionKind::list,
          "",
          help,
          "",
          [field](Settings& settings, const Texts& texts) -> std::optional<std::string> {
            const bool has_empty = std::any_of(texts.begin(), texts.end(),
                                               [](const auto& each) { return each.empty(); });
            if (has_empty) return "a file's name";
            settings.*field = texts;
            return std::nullopt;
          },
          [field](const Settings& settings) { return toml_list(settings.*field); }};
}

}  // namespace

void add_tls_options(std::vector<Option>& table) {
  table.push_back(choice(
      {"tls",
       "auto|only|off",
       kGroup,
       OptionKind::text,
       "",
       "auto: who begins with TLS speaks it; only: nobody else is served; off: nobody speaks it",
       "",
       {},
       {}},
      [](Settings& s) -> TlsChoice& { return s.tls; },
      {{"auto", TlsChoice::automatic}, {"only", TlsChoice::only}, {"off", TlsChoice::off}}));
  table.push_back(
      files("tls-cert",
            "PEM file of a certificate and those above it; may be repeated, each with a "
            "--tls-key; SIGHUP reads them anew",
            &Settings::tls_cert));
  table.push_back(
      files("tls-key", "PEM file of its key, without a passphrase", &Settings::tls_key));
  table.push_back({"tls-client-ca", "FILE", kGroup, OptionKind::text, "",
                   "PEM file of CAs: peers may show certificates that these have signed, and no "
                   "others",
                   "",
                   [](Settings& settings, const Texts& texts) -> std::optional<std::string> {
                     settings.tls_client_ca = texts.front();
                     return std::nullopt;
                   },
                   [](const Settings& settings) { return toml_string(settings.tls_client_ca); }});
  table.push_back(on_off({"self-signed",
                          "",
                          kGroup,
                          OptionKind::on_off,
                          "",
                          "Make a certificate for this machine, to try TLS out, and keep it in the "
                          "state directory",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> bool& { return s.self_signed; }));
}

}  // namespace grotto
