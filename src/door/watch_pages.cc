#include "door/watch_pages.h"

#include <algorithm>

#include "door/read_only.h"

namespace grotto {

namespace {

constexpr HttpFault kNotAllowed{
    403, "not-allowed",
    "The metrics are not for you: see --metrics-readers and --admin of the server."};

Response health(const std::string& service) {
  Response made;
  made.body = "{\"status\":\"ok\"";
  if (!service.empty()) made.body += ",\"service\":\"" + service + '"';
  made.body += "}\n";
  return made;
}

/// A proxy on this machine is not who asks.
bool was_passed_on(const Request& request) noexcept {
  return request.field("forwarded") || request.field("x-forwarded-for") || request.field("via");
}

bool may_read(const WatchPages& pages, const Request& request, const Address& peer) noexcept {
  if (pages.is_all) return true;
  return !was_passed_on(request) &&
         std::any_of(pages.readers.begin(), pages.readers.end(),
                     [&](const Network& each) { return each.contains(peer); });
}

}  // namespace

std::optional<Response> watch_response(const WatchPages& pages, const std::string& service,
                                       const Request& request, std::string_view path,
                                       const Address& peer) {
  const bool is_metrics = path == "/metrics" && pages.metrics;
  if (!is_metrics && path != "/healthz") return std::nullopt;
  if (!is_read_only(request)) return bad_method();
  Response made;
  if (!is_metrics) {
    made = health(service);
  } else if (may_read(pages, request, peer)) {
    // https://prometheus.io/docs/instrumenting/exposition_formats/
    made.media_type = "text/plain; version=0.0.4";
    made.body = pages.metrics();
  } else {
    made = error_response(kNotAllowed);
  }
  made.fields.emplace_back("Cache-Control", "no-store");
  return made;
}

}  // namespace grotto
