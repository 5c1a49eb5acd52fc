#include "door/web_door.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/time_text.h"
#include "door/event_session.h"
#include "door/read_only.h"
#include "door/saved_door.h"
#include "door/websocket_session.h"
#include "grotto/web_api.h"
#include "net/peer_summary.h"
#include "net/worker.h"
#include "web/websocket_accept.h"

namespace grotto {

namespace {

constexpr HttpFault kForeignHost{421, "foreign-host",
                                 "This server is not known by that name (--web-host)."};
constexpr HttpFault kForeignOrigin{403, "foreign-origin",
                                   "A page from elsewhere may not speak here (--web-host)."};
constexpr HttpFault kNotFound{404, "not-found", "There is no such page."};
constexpr HttpFault kTimeout{408, "request-timeout", "The rest of the request did not come."};
constexpr HttpFault kNoUpgrade{426, "upgrade-required", "Here one speaks WebSocket, version 13."};
constexpr HttpFault kBadKey{400, "bad-key", "The Sec-WebSocket-Key is not 16 bytes in base64."};

/// What stands behind `Bearer` (RFC 6750 section 2.1); empty: none.
std::string_view bearer_token(const Request& request) noexcept {
  constexpr std::string_view kScheme = "bearer ";
  const std::string_view field = request.field("authorization").value_or(std::string_view());
  if (!equals_in_any_case(field.substr(0, kScheme.size()), kScheme)) return {};
  const std::string_view token = field.substr(kScheme.size());
  return token.substr(std::min(token.find_first_not_of(' '), token.size()));
}

Response to_response(ApiAnswer& answer) {
  Response made;
  made.status = answer.status;
  made.body = std::move(answer.body);
  made.body += '\n';
  made.fields.emplace_back("Cache-Control", "no-store");
  if (!answer.allow.empty()) made.fields.emplace_back("Allow", answer.allow);
  if (answer.retry_after > 0) {
    made.fields.emplace_back("Retry-After", std::to_string(answer.retry_after));
  }
  if (answer.status == 401) made.fields.emplace_back("WWW-Authenticate", "Bearer");
  return made;
}

}  // namespace

std::unique_ptr<RequestReader> WebDoor::make_reader() const {
  const Limits& limits = connection_->worker().limits();
  RequestReader::Bounds bounds;
  bounds.head = {.line_bytes_max = limits.http_line_bytes_max,
                 .fields_bytes_max = limits.http_fields_bytes_max,
                 .fields_max = limits.http_fields_max};
  bounds.body_bytes_max = limits.http_body_bytes_max;
  return std::make_unique<RequestReader>(bounds);
}

// ---- Requests as they come ---------------------------------------------------------------------

void WebDoor::on_open(Connection& connection) {
  connection_ = &connection;
  connection.count_as(DoorKind::http);
  connection.worker().wheel().arm(*this, connection.worker().limits().http_head_ms);
}

/// Only between requests: who is in the middle of one is answered by this process.
bool WebDoor::save(Connection& /*connection*/, StateWriter& state) {
  if (reader_ != nullptr || is_choked_ || has_input_ended_) return false;
  state.choice(SavedDoor::web);
  state.number(requests_);
  return true;
}

void WebDoor::restore(Connection& connection, StateReader& state) {
  connection_ = &connection;
  connection.count_as(DoorKind::http);
  state.choice(SavedDoor::arrival);
  requests_ = static_cast<std::uint32_t>(state.number());
  connection.worker().wheel().arm(*this, connection.worker().limits().http_keep_alive_ms);
}

void WebDoor::on_bytes(Connection& /*connection*/, std::string_view bytes) {
  take_input(bytes);
}

void WebDoor::take_input(std::string_view input) {
  const Limits& limits = connection_->worker().limits();
  while (!input.empty() && connection_->is_open()) {
    if (connection_->outbox_bytes() > limits.outbox_bytes_max) {
      pending_ = input;
      is_choked_ = true;
      return connection_->pause_reading();
    }
    if (reader_ == nullptr) {
      reader_ = make_reader();
      is_in_body_ = false;
      if (requests_ > 0) connection_->worker().wheel().arm(*this, limits.http_head_ms);
    }
    switch (reader_->next(input)) {
      case RequestReader::Step::need_more: await_rest(); break;
      case RequestReader::Step::fault: return refuse(reader_->fault(), CloseReason::protocol_error);
      case RequestReader::Step::whole: {
        const Request request = std::move(reader_->request());
        reader_.reset();
        ++requests_;
        connection_->worker().wheel().arm(*this, limits.http_keep_alive_ms);
        if (!serve(request, input)) return;
        break;
      }
    }
  }
}

/// The body has a deadline of its own, and who asks first is told whether it is wanted.
void WebDoor::await_rest() {
  if (!reader_->is_in_body() || is_in_body_) return;
  is_in_body_ = true;
  connection_->worker().wheel().arm(*this, connection_->worker().limits().http_body_ms);
  const Request& request = reader_->request();
  if (const HttpFault* const fault = find_foreign(request)) {
    return refuse(*fault, CloseReason::refused);
  }
  if (request.expects_continue && request.body.empty()) {
    connection_->write("HTTP/1.1 100 Continue\r\n\r\n");
  }
}

void WebDoor::on_outbox_low(Connection& connection) {
  if (is_choked_ && connection.is_open()) connection.worker().wheel().arm(*this, 0);
}

void WebDoor::on_timer() {
  connection_->attempt([this] { on_due(); });
}

void WebDoor::on_due() {
  if (!connection_->is_open()) return;
  if (is_choked_) {
    if (connection_->outbox_bytes() > connection_->worker().limits().outbox_bytes_max) return;
    is_choked_ = false;
    connection_->worker().wheel().arm(*this, connection_->worker().limits().http_head_ms);
    const std::string pending = std::exchange(pending_, {});
    Connection& connection = *connection_;
    take_input(pending);
    if (is_choked_ || !connection.is_open()) return;
    connection.resume_reading();
    return end_when_input_ended();
  }
  // A browser's spare connection that was never used, or not used again, ends without a word.
  if (reader_ == nullptr) return connection_->finish(CloseReason::idle_timeout);
  refuse(kTimeout, CloseReason::hello_timeout);
}

void WebDoor::on_end_of_input(Connection& /*connection*/) {
  has_input_ended_ = true;
  if (!is_choked_) end_when_input_ended();
}

void WebDoor::end_when_input_ended() {
  // Half a request has no answer (RFC 9112 section 8).
  if (has_input_ended_) connection_->finish(CloseReason::peer_closed);
}

void WebDoor::summarize(PeerSummary& summary) const noexcept {
  summary.requests = requests_;
}

void WebDoor::on_closed(Connection& /*connection*/, CloseReason /*reason*/) {
  cancel();
}

// ---- Answers -----------------------------------------------------------------------------------

const HttpFault* WebDoor::find_foreign(const Request& request) const {
  // HTTP/1.0 knows no Host, and no browser speaks it.
  if (!request.host.host.empty() && !site_.hosts.knows(request.host)) return &kForeignHost;
  const auto origin = request.field("origin");
  if (origin && !site_.hosts.lets_speak(*origin, request.host)) return &kForeignOrigin;
  return nullptr;
}

bool WebDoor::serve(const Request& request, std::string_view rest) {
  if (const HttpFault* const fault = find_foreign(request)) {
    answer(request, error_response(*fault));
    return true;
  }
  std::string_view path = request.path;
  const bool is_below = path.starts_with(site_.base) &&
                        (path.size() == site_.base.size() || path[site_.base.size()] == '/');
  if (!path.empty() && !is_below) {
    answer(request, error_response(kNotFound));
    return true;
  }
  if (is_below) path.remove_prefix(site_.base.size());
  if (auto told = watch_response(site_.watch, site_.service, request, path, connection_->peer())) {
    answer(request, *told);
    return true;
  }
  if (site_.watch.is_all) {
    answer(request, error_response(kNotFound));
    return true;
  }
  if (path == "/ws") return upgrade(request, rest);
  if (auto answered = ask_service(request, path)) {
    if (answered->stream != nullptr && request.method != Request::Method::head) {
      return stream(std::move(answered->stream));
    }
    answer(request, to_response(*answered));
  } else {
    answer(request, respond(request, path));
  }
  return true;
}

std::optional<ApiAnswer> WebDoor::ask_service(const Request& request, std::string_view path) {
  WebApi* const api = service_.web_api();
  if (api == nullptr || path.empty()) return std::nullopt;
  const std::string peer_host = connection_->peer().host();
  const bool is_head = request.method == Request::Method::head;
  return api->answer({.method = is_head ? std::string_view("GET") : request.method_name,
                      .path = path,
                      .query = request.query,
                      .body = request.body,
                      .token = bearer_token(request),
                      .last_event_id = request.field("last-event-id").value_or(std::string_view()),
                      .peer_host = peer_host});
}

/// An answer whose end is the connection's. What the peer sends after its request is dropped.
bool WebDoor::stream(std::unique_ptr<ApiStream> events) {
  cancel();
  Response response;
  response.media_type = "text/event-stream";
  response.is_endless = true;
  response.fields.emplace_back("Cache-Control", "no-store");
  std::string head;
  append_response(response, {.keeps_alive = false, .now_ms = wall_clock_ms()}, head);
  connection_->write(head);
  connection_->set_handler(std::make_unique<EventSession>(std::move(events)));
  return false;
}

Response WebDoor::respond(const Request& request, std::string_view path) {
  if (path.empty() && !request.path.empty()) {
    if (!is_read_only(request)) return bad_method();
    Response made;
    made.status = 308;
    made.media_type = {};
    made.fields.emplace_back("Location", site_.base + "/");
    return made;
  }
  if (const Asset* const asset = find_asset(site_.assets, path)) {
    if (path == "/") site_.visitors->note(connection_->peer());
    return is_read_only(request) ? asset_response(*asset, request) : bad_method();
  }
  // No resource of ours takes what stands for a whole server, or for a proxy.
  const bool is_known = request.method != Request::Method::other;
  return is_known && !path.empty() ? error_response(kNotFound) : bad_method();
}

void WebDoor::answer(const Request& request, const Response& response) {
  const bool is_last = requests_ >= connection_->worker().limits().http_requests_max;
  const bool keeps_alive = request.keeps_alive && !is_last && !response.closes;
  const ResponseForm form{.is_head = request.method == Request::Method::head,
                          .is_http_1_0 = request.is_http_1_0,
                          .keeps_alive = keeps_alive,
                          .now_ms = wall_clock_ms()};
  std::string out;
  append_response(response, form, out);
  connection_->write(out);
  if (!keeps_alive) connection_->finish(CloseReason::service_ended);
}

/// Where the next request would begin is not known: the connection ends.
void WebDoor::refuse(const HttpFault& fault, CloseReason reason) {
  std::string out;
  append_response(error_response(fault), {.keeps_alive = false, .now_ms = wall_clock_ms()}, out);
  connection_->write(out);
  connection_->finish(reason);
}

// ---- WebSocket ---------------------------------------------------------------------------------

/// RFC 6455 section 4.2.
bool WebDoor::upgrade(const Request& request, std::string_view rest) {
  const auto refuse_upgrade = [&](const HttpFault& fault) {
    Response response = error_response(fault);
    if (fault.status == 405) response.fields.emplace_back("Allow", "GET");
    if (fault.status == 426) {
      response.fields.emplace_back("Upgrade", "websocket");
      response.fields.emplace_back("Connection", "Upgrade");
      response.fields.emplace_back("Sec-WebSocket-Version", "13");
    }
    answer(request, response);
    return true;
  };
  if (request.method != Request::Method::get) return refuse_upgrade(kBadMethod);
  if (request.is_http_1_0 || !request.has_token("connection", "upgrade") ||
      !request.has_token("upgrade", "websocket") ||
      request.field("sec-websocket-version") != "13") {
    return refuse_upgrade(kNoUpgrade);
  }
  const auto key = request.field("sec-websocket-key");
  const auto accept = websocket_accept(key.value_or(std::string_view()));
  if (!accept || request.count("sec-websocket-key") != 1 || !request.body.empty())
    return refuse_upgrade(kBadKey);

  cancel();
  std::string head;
  append_upgrade(*accept, head);
  connection_->write(head);
  Connection& connection = *connection_;
  const bool has_input_ended = has_input_ended_;
  auto session = std::make_unique<WebSocketSession>(service_, connection.worker().limits());
  WebSocketSession& next = *session;
  connection.set_handler(std::move(session));  // this one is kept until the round's end
  if (!rest.empty() && connection.is_open()) next.on_bytes(connection, rest);
  if (has_input_ended && connection.is_open()) next.on_end_of_input(connection);
  return false;
}

}  // namespace grotto
