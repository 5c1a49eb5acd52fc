// The chapter of the option table on who is let in.
#include "daemon/option_values.h"

namespace grotto {
namespace {

/// `field`: from Settings to the place of the networks.
template <class Field>
Option admitted(std::string_view flag, std::string_view help, std::string_view default_note,
                Field field) {
  return networks(
      {flag, "NET", OptionGroup::admission, OptionKind::list, "", help, default_note, {}, {}},
      field);
}

}  // namespace

void add_admission_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::admission;
  using Networks = std::vector<Network>;
  table.push_back(admitted("allow", "Only these networks are served; may be repeated", "all",
                           [](Settings& s) -> Networks& { return s.allow; }));
  table.push_back(admitted("deny", "These networks are refused, also if allowed; may be repeated",
                           "none", [](Settings& s) -> Networks& { return s.deny; }));
  table.push_back(admitted("trusted-proxy",
                           "A PROXY header from there tells the peer's address; may be repeated",
                           "none", [](Settings& s) -> Networks& { return s.trusted_proxies; }));
  Option clients = whole(
      {"max-clients",
       "N",
       kGroup,
       OptionKind::number,
       "clients",
       "Served at once",
       "what the descriptor limit allows, less 64",
       {},
       {}},
      [](Settings& s) -> std::size_t& { return s.limits.clients_max; }, 0, 10'000'000);
  table.push_back(std::move(clients));
  table.push_back(whole(
      {"clients-per-address",
       "N",
       kGroup,
       OptionKind::number,
       "clients",
       "Served at once per IPv4 address or IPv6 /64",
       "",
       {},
       {}},
      [](Settings& s) -> std::size_t& { return s.limits.clients_per_address; }, 1, 10'000'000));
  table.push_back(
      admitted("exempt", "Connections, rooms, accounts are not counted from there; may be repeated",
               "", [](Settings& s) -> Networks& { return s.limits.exempt; }));
  table.push_back(on_off({"wait-turn",
                          "",
                          kGroup,
                          OptionKind::on_off,
                          "",
                          "Beyond --max-clients wait for one's turn, instead of being refused",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> bool& { return s.wait_turn; }));
  table.push_back(whole(
      {"waiting-max",
       "N",
       kGroup,
       OptionKind::number,
       "clients",
       "Waiting at once with --wait-turn",
       "",
       {},
       {}},
      [](Settings& s) -> std::size_t& { return s.limits.waiting_max; }, 0, 100'000));
}

}  // namespace grotto
