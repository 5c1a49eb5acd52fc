// Settings: everything that a run is told, after all sources are layered. Plain data.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/address.h"
#include "base/limits.h"
#include "base/log.h"

namespace grotto {

enum class NamingChoice : std::uint8_t { ask, address, none };
enum class TlsChoice : std::uint8_t { automatic, only, off };
enum class SlowChoice : std::uint8_t { skip, drop };

/// A room that is there without anybody in it.
struct RoomChoice {
  std::string name;
  std::string topic;
};

/// A program that is a member of the chat.
struct BotChoice {
  std::string name;
  std::string room;  // empty: the lobby
  std::string command;
};

/// One `[[listener]]`, or one `--listen`.
struct ListenerSettings {
  std::string service;             // "chat", "echo", or the one service of another program
  std::string endpoint;            // "127.0.0.1:5001", "[::1]:0", "unix:/run/grotto.sock"
  std::vector<std::string> doors;  // empty: the service's own
  bool telnet_first = false;       // the server negotiates without being asked
};

struct Settings {
  // The program itself, for an upgrade: its file as it was at the start, and the words of its call.
  std::string program;
  std::vector<std::string> words;

  // Listening.
  std::string service = "chat";
  std::vector<std::string> listen{"127.0.0.1:5001"};
  std::optional<std::uint16_t> port;        // replaces the port of each TCP endpoint in `listen`
  std::vector<ListenerSettings> listeners;  // those of the file, opened after those of `listen`
  unsigned workers = 0;                     // 0 until resolved: one per core
  std::vector<std::string> doors;
  bool udp = false;
  std::string pid_file;                // empty: the usual place; "none"
  std::vector<std::string> web_hosts;  // names by which browsers ask
  std::string web_base;                // "/chat": the page's prefix behind a proxy

  // The process.
  std::string user;          // "NAME[:GROUP]"; empty: stays who it is
  bool is_filtered = false;  // by system calls
  bool leaves_core = false;

  // Watching.
  std::string admin;  // where; empty: /metrics is on the web door
  std::vector<Network> metrics_readers = loopback_networks();

  // TLS.
  TlsChoice tls = TlsChoice::automatic;
  std::vector<std::string> tls_cert;  // a file for each certificate
  std::vector<std::string> tls_key;   // as many
  std::string tls_client_ca;
  bool self_signed = false;

  // Chat.
  NamingChoice names = NamingChoice::ask;
  std::string greeting;  // empty: the sentence that goes with `names`
  std::vector<std::string> quit_words{"{quit}", "exit", "/quit"};
  std::vector<RoomChoice> rooms;  // beside the lobby
  SlowChoice slow = SlowChoice::skip;
  std::vector<BotChoice> bots;
  bool bot_commands = false;
  std::string motd_file;
  std::string motd;  // what the file held

  // What is kept.
  std::size_t history = 20;
  std::string store;  // empty: in the state directory; "none"
  std::uint64_t store_days = 90;
  std::uint64_t store_lines = 1'000'000;  // of each room
  std::uint64_t store_bytes = 1ULL << 30U;

  // Questions.
  std::string script;   // the file; empty: none
  std::string answers;  // a file, "store", "none"; empty: the store if there is one
  bool is_preview = false;
  std::string host_key_file;
  std::string host_key;  // what the file held

  // Who is let in.
  std::vector<Network> allow;  // empty: everybody
  std::vector<Network> deny;
  std::vector<Network> trusted_proxies;
  bool wait_turn = false;
  bool requires_login = false;
  std::string server_password_file;
  std::string server_password;         // what the file held
  std::vector<std::string> operators;  // names
  std::string api_token_file;
  std::string api_token;  // what the file held

  Limits limits;
  LogOptions log;
};

/// What is opened, in this order: `listen`, then `listeners`.
std::vector<ListenerSettings> all_listeners(const Settings& settings);

}  // namespace grotto
