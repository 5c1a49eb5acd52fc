// The chapters of the option table on what one peer may cost, and on the memory of rooms.
#include "base/numbers.h"
#include "daemon/option_values.h"

namespace grotto {
namespace {

constexpr std::uint64_t kKiB = 1024;
constexpr std::uint64_t kMiB = 1024 * kKiB;
constexpr std::uint64_t kGiB = 1024 * kMiB;
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
}

template <class Field>
Option limit_bytes(std::string_view flag, std::string_view help, Field field, std::uint64_t least,
                   std::uint64_t most, OptionGroup group = OptionGroup::limits) {
  return bytes({flag, "N", group, OptionKind::either, "bytes", help, "", {}, {}}, field, least,
               most);
}

template <class Field>
Option limit_time(std::string_view flag, std::string_view help, Field field, std::uint64_t least,
                  OptionGroup group = OptionGroup::limits) {
  return duration({flag, "TIME", group, OptionKind::either, "", help, "", {}, {}}, field, least);
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
      [](Settings& s) -> Size& { return s.limits.pending_bytes_max; }, kKiB, kGiB));
  table.push_back(limit_bytes(
      "telnet-sub-bytes-max", "A longer telnet subnegotiation is skipped",
      [](Settings& s) -> Size& { return s.limits.telnet_sub_bytes_max; }, 16, kMiB));
}

void add_room_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::rooms;
  using Size = std::size_t;
  using Time = std::uint64_t;
  const auto count = [](std::string_view flag, std::string_view unit, std::string_view help,
                        auto field, std::uint64_t least, std::uint64_t most) {
    return whole({flag, "N", kGroup, OptionKind::number, unit, help, "", {}, {}}, field, least,
                 most);
  };
  table.push_back(limit_bytes(
      "log-memory", "All rooms' kept lines together; the coldest room is trimmed first",
      [](Settings& s) -> Size& { return s.limits.log_memory_bytes; }, kMiB, 1024 * kGiB, kGroup));
  table.push_back(limit_bytes(
      "window-bytes-total", "A room's window: this by its members, within the next two",
      [](Settings& s) -> Size& { return s.limits.window_bytes_total; }, kKiB, 64 * kGiB, kGroup));
  table.push_back(limit_bytes(
      "window-bytes-min", "The least that a room may be ahead of a patient member",
      [](Settings& s) -> Size& { return s.limits.window_bytes_min; }, 8 * kKiB, kGiB, kGroup));
  table.push_back(limit_bytes(
      "window-bytes-max", "The most that a room may be ahead of a patient member",
      [](Settings& s) -> Size& { return s.limits.window_bytes_max; }, 8 * kKiB, kGiB, kGroup));
  table.push_back(count(
      "window-lines-max", "lines", "The same in lines",
      [](Settings& s) -> Size& { return s.limits.window_lines_max; }, 1, 1'000'000));
  table.push_back(limit_time(
      "patience", "A room waits so long for a blocked member",
      [](Settings& s) -> Time& { return s.limits.patience_ms; }, 1, kGroup));
  table.push_back(limit_time(
      "patience-newcomer", "And so long for one that is new",
      [](Settings& s) -> Time& { return s.limits.patience_newcomer_ms; }, 1, kGroup));
  table.push_back(limit_time(
      "newcomer", "Caught up for so long: new no longer",
      [](Settings& s) -> Time& { return s.limits.newcomer_ms; }, 1, kGroup));
  table.push_back(limit_time(
      "forgiven", "Caught up for so long after being slow: waited for again",
      [](Settings& s) -> Time& { return s.limits.forgiven_ms; }, 1, kGroup));
  table.push_back(count(
      "rooms-max", "rooms", "Rooms at once",
      [](Settings& s) -> Size& { return s.limits.rooms_max; }, 1, 10'000'000));
  table.push_back(limit_time(
      "resume-grace", "Who comes back by /resume so soon has not left",
      [](Settings& s) -> Time& { return s.limits.resume_grace_ms; }, 1, kGroup));
  table.push_back(count(
      "accounts-max", "accounts", "Registered names",
      [](Settings& s) -> Size& { return s.limits.accounts_max; }, 0, 10'000'000));
  table.push_back(count(
      "access-entries-max", "entries", "Names and networks in each list of bans and mutes",
      [](Settings& s) -> Size& { return s.limits.access_entries_max; }, 1, 1'000'000));
  table.push_back(count(
      "kept-rooms-max", "rooms", "Founded rooms that may stay when nobody is in them",
      [](Settings& s) -> Size& { return s.limits.kept_rooms_max; }, 0, 1'000'000));
  table.push_back(count(
      "members-listed-max", "members", "Names in the list of a room's members",
      [](Settings& s) -> Size& { return s.limits.members_listed_max; }, 1, 1'000));
  table.push_back(count(
      "quiet-room-members", "members", "In larger rooms joins and leaves are told once a second",
      [](Settings& s) -> Size& { return s.limits.quiet_room_members; }, 1, 10'000'000));
}

void add_logging_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::logging;
  table.push_back(choice({"log-format",
                          "text|json",
                          kGroup,
                          OptionKind::text,
                          "",
                          "Log lines on standard error, for people or programs",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> LogFormat& { return s.log.format; },
                         {{"text", LogFormat::text}, {"json", LogFormat::json}}));
  table.push_back(choice({"log-level",
                          "debug|info|warning|error|off",
                          kGroup,
                          OptionKind::text,
                          "",
                          "The least that is logged; what people say never above debug",
                          "",
                          {},
                          {}},
                         [](Settings& s) -> LogLevel& { return s.log.level; },
                         {{"debug", LogLevel::debug},
                          {"info", LogLevel::info},
                          {"warning", LogLevel::warning},
                          {"error", LogLevel::error},
                          {"off", LogLevel::off}}));
}

}  // namespace grotto
