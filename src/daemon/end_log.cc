#include "daemon/end_log.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <new>
#include <vector>

#include "net/peer_summary.h"

namespace grotto {

namespace {
constexpr std::uint64_t kTogetherMs = 250;
}  // namespace

void EndLog::note(const Connection& connection, CloseReason reason) noexcept {
  if (!log::is_on(LogLevel::info)) return;
  if (!is_armed()) wheel_.arm(*this, kTogetherMs);
  const auto count = gates_[static_cast<std::size_t>(reason)].pass(wheel_.now_ms());
  if (!count) return;
  try {
    if (*count > 1) tell_untold(reason, *count - 1);
    tell(connection, reason);
  } catch (const std::bad_alloc&) {
    return;  // no memory for a log line must not cost more
  }
}

void EndLog::tell(const Connection& connection, CloseReason reason) {
  PeerSummary peer;
  connection.summarize(peer);
  const std::string address = connection.peer().to_string();
  std::vector<LogField> fields;
  fields.reserve(10);
  fields.emplace_back("peer", address);
  if (!peer.name.empty()) fields.emplace_back("name", peer.name);
  fields.emplace_back("service", services_[std::min(connection.service(), services_.size() - 1)]);
  fields.emplace_back("door", to_string(connection.door()));
  fields.emplace_back("seconds", connection.lasted_s());
  if (peer.lines_in) fields.emplace_back("lines_in", *peer.lines_in);
  if (peer.requests) fields.emplace_back("requests", *peer.requests);
  fields.emplace_back("bytes_in", connection.bytes_in());
  fields.emplace_back("bytes_out", connection.bytes_out());
  fields.emplace_back("why", to_string(reason));
  log::write_later(LogLevel::info, "disconnected", fields);
}

void EndLog::tell_untold(CloseReason reason, std::uint64_t count) {
  const std::array<LogField, 2> fields = {LogField("why", to_string(reason)),
                                          LogField("count", count)};
  log::write_later(LogLevel::info, "disconnected_untold", fields);
}

void EndLog::on_timer() {
  const std::uint64_t now = wheel_.now_ms();
  bool has_rest = false;
  for (std::size_t i = 0; i < gates_.size(); ++i) {
    if (const auto count = gates_[i].take_if_due(now)) {
      tell_untold(static_cast<CloseReason>(i), *count);
    }
    has_rest = has_rest || gates_[i].has_rest();
  }
  log::flush();
  if (has_rest) wheel_.arm(*this, kTogetherMs);
}

}  // namespace grotto
