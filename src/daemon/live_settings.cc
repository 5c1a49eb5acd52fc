#include "daemon/live_settings.h"

#include <algorithm>
#include <array>

namespace grotto {

namespace {

struct LiveOption {
  std::string_view flag;
  void (*take)(Settings& into, const Settings& from);
};

template <auto field>
void take(Settings& into, const Settings& from) {
  into.*field = from.*field;
}
template <auto field>
void take_limit(Settings& into, const Settings& from) {
  into.limits.*field = from.limits.*field;
}
template <auto field>
void take_log(Settings& into, const Settings& from) {
  into.log.*field = from.log.*field;
}
template <auto name, auto text>
void take_file(Settings& into, const Settings& from) {
  into.*name = from.*name;
  into.*text = from.*text;
}

constexpr std::array kLive{
    // Certificates: the next handshake has them.
    LiveOption{"tls-cert", take<&Settings::tls_cert>},
    LiveOption{"tls-key", take<&Settings::tls_key>},
    LiveOption{"tls-client-ca", take<&Settings::tls_client_ca>},
    LiveOption{"self-signed", take<&Settings::self_signed>},
    // Chat.
    LiveOption{"greeting", take<&Settings::greeting>},
    LiveOption{"quit-word", take<&Settings::quit_words>},
    LiveOption{"motd", take_file<&Settings::motd_file, &Settings::motd>},
    LiveOption{"history", take<&Settings::history>},
    // Who is let in.
    LiveOption{"allow", take<&Settings::allow>},
    LiveOption{"deny", take<&Settings::deny>},
    LiveOption{"max-clients", take_limit<&Limits::clients_max>},
    LiveOption{"clients-per-address", take_limit<&Limits::clients_per_address>},
    LiveOption{"wait-turn", take<&Settings::wait_turn>},
    LiveOption{"waiting-max", take_limit<&Limits::waiting_max>},
    LiveOption{"require-login", take<&Settings::requires_login>},
    LiveOption{"server-password-file",
               take_file<&Settings::server_password_file, &Settings::server_password>},
    LiveOption{"api-token-file", take_file<&Settings::api_token_file, &Settings::api_token>},
    // What one peer may cost.
    LiveOption{"idle-timeout", take_limit<&Limits::idle_timeout_ms>},
    LiveOption{"rate", take_limit<&Limits::rate_lines_per_second>},
    LiveOption{"rate-burst", take_limit<&Limits::rate_burst_lines>},
    LiveOption{"rate-bytes", take_limit<&Limits::rate_bytes_per_second>},
    LiveOption{"rate-members", take_limit<&Limits::rate_members>},
    LiveOption{"hello-timeout", take_limit<&Limits::hello_timeout_ms>},
    LiveOption{"first-bytes", take_limit<&Limits::first_bytes_ms>},
    LiveOption{"silent-hello", take_limit<&Limits::silent_hello_ms>},
    LiveOption{"tls-handshake", take_limit<&Limits::tls_handshake_ms>},
    LiveOption{"keep-alive", take_limit<&Limits::keep_alive_ms>},
    LiveOption{"vanished", take_limit<&Limits::vanished_ms>},
    LiveOption{"no-progress", take_limit<&Limits::no_progress_ms>},
    LiveOption{"close-drain", take_limit<&Limits::close_drain_ms>},
    LiveOption{"stop-time", take_limit<&Limits::stop_ms>},
    LiveOption{"accepts-per-turn", take_limit<&Limits::accepts_per_turn>},
    LiveOption{"accept-pause", take_limit<&Limits::accept_pause_ms>},
    LiveOption{"accept-pause-max", take_limit<&Limits::accept_pause_max_ms>},
    // HTTP and WebSocket.
    LiveOption{"http-requests-max", take_limit<&Limits::http_requests_max>},
    LiveOption{"http-head", take_limit<&Limits::http_head_ms>},
    LiveOption{"http-body", take_limit<&Limits::http_body_ms>},
    LiveOption{"http-keep-alive", take_limit<&Limits::http_keep_alive_ms>},
    LiveOption{"websocket-pings-max", take_limit<&Limits::websocket_pings_per_second_max>},
    LiveOption{"websocket-ping", take_limit<&Limits::websocket_ping_ms>},
    LiveOption{"websocket-missed-pings-max", take_limit<&Limits::websocket_missed_pings_max>},
    LiveOption{"event-comment", take_limit<&Limits::event_comment_ms>},
    // Rooms: what each worker's chat reads for itself.
    LiveOption{"rooms-per-person", take_limit<&Limits::rooms_per_person_max>},
    LiveOption{"rooms-listed-max", take_limit<&Limits::rooms_listed_max>},
    LiveOption{"entries-listed-max", take_limit<&Limits::entries_listed_max>},
    LiveOption{"members-listed-max", take_limit<&Limits::members_listed_max>},
    LiveOption{"arrival-listed-max", take_limit<&Limits::arrival_listed_max>},
    LiveOption{"quiet-room-members", take_limit<&Limits::quiet_room_members>},
    LiveOption{"resume-grace", take_limit<&Limits::resume_grace_ms>},
    // The log.
    LiveOption{"log-level", take_log<&LogOptions::level>},
    LiveOption{"log-format", take_log<&LogOptions::format>},
};

/// What a file of the configuration holds, beside its name.
struct FileText {
  std::string_view flag;
  std::string Settings::* text;
};
constexpr std::array kFileTexts{FileText{"motd", &Settings::motd},
                                FileText{"server-password-file", &Settings::server_password},
                                FileText{"api-token-file", &Settings::api_token},
                                FileText{"host-key-file", &Settings::host_key}};

bool is_equal(const ListenerSettings& one, const ListenerSettings& other) {
  return one.service == other.service && one.endpoint == other.endpoint &&
         one.doors == other.doors && one.telnet_first == other.telnet_first;
}

bool holds_other_text(std::string_view flag, const Settings& running, const Settings& wanted) {
  return std::any_of(kFileTexts.begin(), kFileTexts.end(), [&](const FileText& each) {
    return each.flag == flag && running.*each.text != wanted.*each.text;
  });
}

}  // namespace

bool is_live(std::string_view flag) noexcept {
  return std::any_of(kLive.begin(), kLive.end(),
                     [flag](const LiveOption& each) { return each.flag == flag; });
}

std::vector<std::string_view> live_flags() {
  std::vector<std::string_view> flags;
  flags.reserve(kLive.size());
  for (const LiveOption& each : kLive) flags.push_back(each.flag);
  return flags;
}

Changes compare_settings(const ProgramKind& program, const Settings& running,
                         const Settings& wanted) {
  Changes changes;
  for (const Option& option : option_table(program)) {
    if (!option.show) continue;
    std::string from = option.show(running);
    std::string to = option.show(wanted);
    const bool has_other_text = holds_other_text(option.flag, running, wanted);
    if (from == to && !has_other_text) continue;
    if (!is_live(option.flag)) {
      changes.restarts.push_back(option.key());
    } else if (from == to) {
      changes.now.push_back({option.key(), {}, {}});
    } else {
      changes.now.push_back({option.key(), std::move(from), std::move(to)});
    }
  }
  if (!std::equal(running.listeners.begin(), running.listeners.end(), wanted.listeners.begin(),
                  wanted.listeners.end(), is_equal)) {
    changes.restarts.emplace_back("listener");
  }
  return changes;
}

Settings with_live(const Settings& running, const Settings& wanted) {
  Settings settings = running;
  for (const LiveOption& each : kLive) each.take(settings, wanted);
  return settings;
}

}  // namespace grotto
