#include "daemon/open_tls.h"

#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <vector>

#include "daemon/state_folder.h"

namespace grotto {

namespace {

/// Names under which somebody on this machine or in its network may ask for it.
std::vector<std::string> own_hosts() {
  std::vector<std::string> hosts{"localhost", "127.0.0.1", "::1"};
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return hosts;
  const std::string host(name.data());
  const bool is_name = !host.empty() && std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.';
  });
  if (is_name && host != "localhost") hosts.push_back(host);
  return hosts;
}

Result<TlsPair> keep_self_signed() {
  auto pair = self_signed_pair();
  if (!pair) return pair;
  std::error_code error;
  const bool is_there = std::filesystem::exists(pair->certificate_file, error) &&
                        std::filesystem::exists(pair->key_file, error);
  constexpr std::int64_t kRenewedBefore = 30LL * 86'400;
  if (is_there && is_certificate_good_for(pair->certificate_file, kRenewedBefore)) return pair;
  const auto folder = std::filesystem::path(pair->key_file).parent_path();
  std::filesystem::create_directories(folder, error);
  if (error) {
    return Error{fmt::format("{} cannot be made: {}", folder.string(), error.message()),
                 EX_CANTCREAT};
  }
  if (auto made = make_self_signed(*pair, own_hosts()); !made) return made.error();
  return pair;
}

}  // namespace

Result<TlsPair> self_signed_pair() {
  const std::string folder = state_folder();
  if (folder.empty()) {
    return Error{
        "--self-signed needs a state directory: set STATE_DIRECTORY, XDG_STATE_HOME or HOME",
        EX_CONFIG};
  }
  return TlsPair{folder + "/self-signed.pem", folder + "/self-signed.key"};
}

bool has_certificates(const Settings& settings) noexcept {
  return settings.tls != TlsChoice::off && (settings.self_signed || !settings.tls_cert.empty());
}

std::optional<std::string> fault_of_tls(const Settings& settings) {
  if (settings.tls_cert.size() != settings.tls_key.size()) {
    return fmt::format("--tls-cert is given {} times and --tls-key {} times: they go in pairs.",
                       settings.tls_cert.size(), settings.tls_key.size());
  }
  if (settings.self_signed && !settings.tls_cert.empty()) {
    return "--self-signed is for a server without --tls-cert.";
  }
  if (settings.tls == TlsChoice::only && !has_certificates(settings)) {
    return "--tls only needs a certificate: --tls-cert and --tls-key, or --self-signed.";
  }
  const auto listeners = all_listeners(settings);
  const bool wants_tls = std::any_of(listeners.begin(), listeners.end(), [](const auto& each) {
    return std::find(each.doors.begin(), each.doors.end(), "tls") != each.doors.end();
  });
  if (wants_tls && !has_certificates(settings)) {
    return "The door tls needs a certificate: --tls-cert and --tls-key, or --self-signed.";
  }
  return std::nullopt;
}

Result<std::shared_ptr<const TlsContext>> open_tls(const Settings& settings) {
  if (!has_certificates(settings)) return std::shared_ptr<const TlsContext>();
  TlsServerRules rules;
  rules.client_ca_file = settings.tls_client_ca;
  if (settings.self_signed) {
    auto pair = keep_self_signed();
    if (!pair) return pair.error();
    rules.pairs.push_back(std::move(*pair));
  }
  for (std::size_t i = 0; i < settings.tls_cert.size(); ++i) {
    rules.pairs.push_back({settings.tls_cert[i], settings.tls_key[i]});
  }
  return TlsContext::for_server(rules);
}

}  // namespace grotto
