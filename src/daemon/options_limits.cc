// The chapter of the option table on what one peer may cost.
#include "base/numbers.h"
#include "daemon/option_values.h"
#include "net/tls_context.h"

namespace grotto {
namespace {

constexpr double kRateMost = 1e9;

std::optional<std::string> set_rate(Settings& settings, const Texts& texts) {
  if (texts.front() == "off") {
    settings.limits.rate_lines_per_second = 0;
    return std::nullopt;
  }
  const auto value = parse_decimal(texts.front());
  if (!value || *value < 0.01 || *value > kRateMost) {
    return "off, or lines per second from 0.01 to 1000000000";
  }
  settings.limits.rate_lines_per_second = *value;
  return std::nullopt;
}

std::string show_rate(const Settings& settings) {
  const double rate = settings.limits.rate_lines_per_second;
  return rate == 0 ? "\"off\"" : fmt::format("{}", rate);
}

void add_rate_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::limits;
  table.push_back({"rate", "off|N", kGroup, OptionKind::either, "lines per second",
                   "Lines that one member may say in the long run", "", set_rate, show_rate});
  table.push_back(whole(
      {"rate-burst",
       "N",
       kGroup,
       OptionKind::number,
       "lines",
       "Lines that may come at once before --rate delays them",
       "",
       {},
       {}},
      [](Settings& s) -> double& { return s.limits.rate_burst_lines; }, 1, 1'000'000));
  table.push_back(bytes(
      {"rate-bytes",
       "N",
       kGroup,
       OptionKind::either,
       "bytes per second",
       "Bytes that one member may say in the long run",
       "",
       {},
       {}},
      [](Settings& s) -> double& { return s.limits.rate_bytes_per_second; }, 64, kGiB));
  table.push_back(limit_count(
      "rate-members", "members",
      "In a larger room a line counts for --rate as many times as this goes into its members",
      [](Settings& s) -> std::size_t& { return s.limits.rate_members; }, 1, 10'000'000));
}

}  // namespace

void add_limit_options(std::vector<Option>& table, const ProgramKind& program) {
  using Size = std::size_t;
  using Time = std::uint64_t;
  table.push_back(limit_bytes(
      "line-bytes-max", "A longer line is refused whole",
      [](Settings& s) -> Size& { return s.limits.line_bytes_max; }, 1, 60 * kKiB));
  table.push_back(limit_time(
      "idle-timeout", "Who sends nothing for so long is closed",
      [](Settings& s) -> Time& { return s.limits.idle_timeout_ms; }, 0));
  if (program.has_chat) {
    add_rate_options(table);
    table.push_back(limit_time(
        "hello-timeout", "Who gives no name for so long is closed",
        [](Settings& s) -> Time& { return s.limits.hello_timeout_ms; }, 1));
  }
  table.push_back(limit_time(
      "first-bytes", "How long a peer's first bytes are awaited before it is greeted",
      [](Settings& s) -> Time& { return s.limits.first_bytes_ms; }, 1));
  table.push_back(limit_time(
      "silent-hello", "Where no lines are spoken, and for a PROXY header: who sends none is closed",
      [](Settings& s) -> Time& { return s.limits.silent_hello_ms; }, 1));
  if (TlsContext::is_built_in()) {
    table.push_back(limit_time(
        "tls-handshake", "A TLS handshake that takes longer is closed",
        [](Settings& s) -> Time& { return s.limits.tls_handshake_ms; }, 100));
  }
  table.push_back(limit_time(
      "keep-alive",
      "TCP asks a silent peer's machine after so long, then each sixth of it, six times",
      [](Settings& s) -> Time& { return s.limits.keep_alive_ms; }, 0));
  table.push_back(limit_time(
      "vanished", "A peer that does not acknowledge what was sent for so long has vanished",
      [](Settings& s) -> Time& { return s.limits.vanished_ms; }, 1'000));
  table.push_back(limit_time(
      "no-progress", "Private output that does not move for so long closes a slow peer",
      [](Settings& s) -> Time& { return s.limits.no_progress_ms; }, 100));
  table.push_back(limit_time(
      "close-drain", "After a goodbye, input is read and dropped for so long",
      [](Settings& s) -> Time& { return s.limits.close_drain_ms; }, 1));
  table.push_back(limit_time(
      "stop-time", "A stopping server waits so long for last lines",
      [](Settings& s) -> Time& { return s.limits.stop_ms; }, 1));
  table.push_back(limit_bytes(
      "outbox-bytes-max", "Private output at which a peer is not read from",
      [](Settings& s) -> Size& { return s.limits.outbox_bytes_max; }, 4 * kKiB, kGiB));
  if (program.has_chat) {
    table.push_back(limit_bytes(
        "outbox-bytes-busy", "Private output at which lines from others are refused",
        [](Settings& s) -> Size& { return s.limits.outbox_bytes_busy; }, kKiB, kGiB));
  }
  table.push_back(limit_bytes(
      "pending-bytes-max", "Input behind a line that waits; beyond it nothing is read",
      [](Settings& s) -> Size& { return s.limits.pending_bytes_max; }, kKiB, 64 * kKiB));
  table.push_back(limit_bytes(
      "telnet-sub-bytes-max", "A longer telnet subnegotiation is skipped",
      [](Settings& s) -> Size& { return s.limits.telnet_sub_bytes_max; }, 16, kMiB));
  table.push_back(limit_count(
      "accepts-per-turn", "connections", "Taken from a listener before it is others' turn",
      [](Settings& s) -> Size& { return s.limits.accepts_per_turn; }, 1, 10'000));
  table.push_back(limit_time(
      "accept-pause", "After an accept that failed; twice as long after each further one",
      [](Settings& s) -> Time& { return s.limits.accept_pause_ms; }, 1));
  table.push_back(limit_time(
      "accept-pause-max", "The longest of these pauses",
      [](Settings& s) -> Time& { return s.limits.accept_pause_max_ms; }, 1));
  table.push_back(limit_count(
      "descriptors-reserved", "descriptors", "Left for files and programs when clients are counted",
      [](Settings& s) -> Size& { return s.limits.descriptors_reserved; }, 16, 1'000'000));
}

}  // namespace grotto
