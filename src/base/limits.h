// Limits: every bound that a peer can run into, with its default, in one place. What happens at
// each is said beside it. The configuration may change them before the first worker starts;
// afterwards they are constant.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/address.h"

namespace grotto {

struct Limits {
  // Lines and connections.
  std::size_t line_bytes_max = 4096;     // longer lines are refused whole, with a sentence
  std::size_t clients_max = 0;           // 0: the descriptor limit less a reserve; one line, close
  std::size_t clients_per_address = 16;  // IPv6: per /64; one line, close
  std::vector<Network> exempt = loopback_networks();  // from what is counted per address
  std::size_t descriptors_reserved = 64;              // not for clients: files, the store, programs
  std::size_t accepts_per_turn = 64;                  // of a listener; then the others' turn
  std::uint64_t accept_pause_ms = 10;         // after an accept that failed; then twice as long,
  std::uint64_t accept_pause_max_ms = 1'000;  // up to this
  std::size_t waiting_max = 100;              // --wait-turn: beyond it the refusal line
  std::size_t outbox_bytes_max = 256 * 1024;  // private output: reading stops
  std::size_t outbox_bytes_busy =
      16 * 1024;  // lines from others beyond it are refused to their sender
  std::size_t pending_bytes_max = 64 * 1024;  // input behind a line that waits: read no further
  std::size_t telnet_sub_bytes_max = 1024;    // a longer subnegotiation is skipped

  // Times, in milliseconds.
  std::uint64_t first_bytes_ms = 150;       // silence after which a peer is greeted
  std::uint64_t silent_hello_ms = 10'000;   // no first bytes where lines are not spoken, or half a
                                            // PROXY header: one line, close
  std::uint64_t tls_handshake_ms = 10'000;  // a TLS handshake that is not over: close
  std::uint64_t hello_timeout_ms = 60'000;  // no name given: one line, close
  std::uint64_t idle_timeout_ms = 0;        // 0: off
  std::uint64_t keep_alive_ms = 60'000;     // TCP: silence before a probe; then every sixth of it,
                                            // six times; 0: off
  std::uint64_t vanished_ms = 30'000;       // unsent data, probes and no answer: gone
  std::uint64_t no_progress_ms = 10'000;    // private output that does not move: closed as slow
  std::uint64_t close_drain_ms = 1'000;     // input is read and dropped so long after our shutdown
  std::uint64_t stop_ms = 8'000;            // a stopping server waits so long for last lines

  // HTTP and WebSocket. What is over a bound is refused with its status or code; then the end.
  std::size_t http_line_bytes_max = 8 * 1024;    // 414; what RFC 9112 section 3 asks for
  std::size_t http_fields_bytes_max = 8 * 1024;  // 431
  std::size_t http_fields_max = 100;             // 431
  std::size_t http_body_bytes_max = 64 * 1024;   // 413
  std::size_t http_requests_max = 1'000;         // of a connection; the last answer says `close`
  std::uint64_t http_head_ms = 10'000;           // 408
  std::uint64_t http_body_ms = 30'000;           // 408
  std::uint64_t http_keep_alive_ms = 60'000;     // between two requests; closed without a word
  std::size_t websocket_message_bytes_max = 64 * 1024;        // lines: 1009
  std::size_t websocket_binary_bytes_max = 16 * 1024 * 1024;  // a service of bytes: 1009
  std::size_t websocket_pings_per_second_max = 20;            // 1008
  std::uint64_t websocket_ping_ms = 30'000;                   // nothing heard for so long: a ping
  std::size_t websocket_missed_pings_max = 2;  // unanswered; then the peer has vanished
  std::uint64_t event_comment_ms = 30'000;     // to who follows by events: a comment

  // Flood control, per member of chat.
  double rate_lines_per_second = 5;  // 0: off; delayed by not reading
  double rate_burst_lines = 20;
  double rate_bytes_per_second = 16 * 1024;
  std::size_t rate_members = 5'000;  // a line to more costs several

  // Rooms.
  std::size_t window_bytes_total = 64 * 1024 * 1024;  // window = clamp(this / members, min, max)
  std::size_t window_bytes_min = 64 * 1024;
  std::size_t window_bytes_max = 1024 * 1024;
  std::size_t window_lines_max = 2'500;  // the say waits
  std::size_t kept_windows = 4;  // of a room's log; what is older goes, unless a patient member
                                 // needs it
  std::uint64_t patience_ms = 2'000;  // then the slow one is lapped
  std::uint64_t patience_newcomer_ms = 200;
  std::uint64_t newcomer_ms = 10'000;  // at the head for so long: no newcomer any more
  std::uint64_t forgiven_ms = 30'000;  // at the head for so long: waited for again
  std::size_t log_memory_bytes =
      256 * 1024 * 1024;                   // all logs together; the coldest room goes first
  std::size_t restored_lines_max = 2'500;  // of a room's kept log, at the start; so many bytes
  std::size_t restored_bytes_max = 256 * 1024;
  std::size_t rooms_max = 10'000;
  std::size_t kept_rooms_max = 1'000;  // of these: there though nobody is in them; refused
  std::size_t rooms_per_person_max = 16;
  std::size_t rooms_per_address_max = 32;   // founded from there and still open; a sentence
  std::uint64_t resume_grace_ms = 30'000;   // who comes back within it was never away
  std::size_t accounts_max = 100'000;       // beyond it nobody registers
  std::size_t access_entries_max = 10'000;  // of each list of bans, mutes and who is let in
  std::size_t entries_listed_max = 50;      // by /bans and /allow; then `and 3 more`
  std::size_t rooms_listed_max = 50;        // by /rooms; then `and 3 more`
  std::size_t members_listed_max = 1'000;   // to who asks (/who, /ban); then `and 412 more`
  std::size_t arrival_listed_max = 100;     // to who comes in (`Connected users:`), the same
  std::size_t quiet_room_members = 100;     // beyond it joins and leaves are told once a second

  // Log.
  std::size_t ends_logged_per_second = 100;     // of each reason and worker a line of their own;
                                                // beyond it one, with the count
  std::size_t refusals_logged_per_second = 20;  // of each kind and worker, the same: who is not let
                                                // in, is banned, does not know a password, and what
                                                // operators of rooms do

  [[nodiscard]] bool is_exempt(const Address& peer) const noexcept {
    return std::any_of(exempt.begin(), exempt.end(),
                       [&](const Network& network) { return network.contains(peer); });
  }
};

}  // namespace grotto
