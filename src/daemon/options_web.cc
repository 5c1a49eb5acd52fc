// The chapter of the option table on HTTP and WebSocket. What happens at each bound: base/limits.h.
#include "daemon/option_values.h"

namespace grotto {

void add_web_options(std::vector<Option>& table) {
  constexpr auto kGroup = OptionGroup::web;
  using Size = std::size_t;
  using Time = std::uint64_t;
  const auto put_bytes = [&](std::string_view flag, std::string_view help, auto field,
                             std::uint64_t least, std::uint64_t most) {
    table.push_back(limit_bytes(flag, help, field, least, most, kGroup));
  };
  const auto put_count = [&](std::string_view flag, std::string_view unit, std::string_view help,
                             auto field, std::uint64_t least, std::uint64_t most) {
    table.push_back(limit_count(flag, unit, help, field, least, most, kGroup));
  };
  const auto put_time = [&](std::string_view flag, std::string_view help, auto field,
                            std::uint64_t least) {
    table.push_back(limit_time(flag, help, field, least, kGroup));
  };
  put_bytes(
      "http-line-bytes-max", "A longer request line is answered 414",
      [](Settings& s) -> Size& { return s.limits.http_line_bytes_max; }, 256, kMiB);
  put_bytes(
      "http-fields-bytes-max", "Longer header fields are answered 431",
      [](Settings& s) -> Size& { return s.limits.http_fields_bytes_max; }, 256, kMiB);
  put_count(
      "http-fields-max", "fields", "More header fields are answered 431",
      [](Settings& s) -> Size& { return s.limits.http_fields_max; }, 8, 10'000);
  put_bytes(
      "http-body-bytes-max", "A longer body is answered 413",
      [](Settings& s) -> Size& { return s.limits.http_body_bytes_max; }, 64, kGiB);
  put_count(
      "http-requests-max", "requests", "Then the connection is closed, as its last answer says",
      [](Settings& s) -> Size& { return s.limits.http_requests_max; }, 1, 1'000'000'000);
  put_time(
      "http-head", "A request's head that takes longer is answered 408",
      [](Settings& s) -> Time& { return s.limits.http_head_ms; }, 100);
  put_time(
      "http-body", "A request's body that takes longer is answered 408",
      [](Settings& s) -> Time& { return s.limits.http_body_ms; }, 100);
  put_time(
      "http-keep-alive", "Between two requests; then the connection is closed",
      [](Settings& s) -> Time& { return s.limits.http_keep_alive_ms; }, 100);
  put_bytes(
      "websocket-message-bytes-max", "A longer message of text ends with 1009",
      [](Settings& s) -> Size& { return s.limits.websocket_message_bytes_max; }, 128, kGiB);
  put_bytes(
      "websocket-binary-bytes-max", "A longer message to echo ends with 1009",
      [](Settings& s) -> Size& { return s.limits.websocket_binary_bytes_max; }, 128, kGiB);
  put_count(
      "websocket-pings-max", "pings per second", "More end with 1008",
      [](Settings& s) -> Size& { return s.limits.websocket_pings_per_second_max; }, 1, 1'000'000);
  put_time(
      "websocket-ping", "A silent browser is pinged after so long",
      [](Settings& s) -> Time& { return s.limits.websocket_ping_ms; }, 100);
  put_count(
      "websocket-missed-pings-max", "pings", "Unanswered ones, then it has vanished",
      [](Settings& s) -> Size& { return s.limits.websocket_missed_pings_max; }, 1, 1'000);
  put_time(
      "event-comment", "Who follows a room by events gets a comment after so long a silence",
      [](Settings& s) -> Time& { return s.limits.event_comment_ms; }, 100);
}

}  // namespace grotto
