// WebDoor: a browser or a program that speaks HTTP/1.1 (RFC 9112) on the line port.
//
// Requests are answered one after the other, in their order: the page's files, what those who watch
// ask (watch_pages.h), what the service answers itself (Service::web_api()), and /ws, where a
// WebSocketSession takes over. Nobody is asked twice: a request that cannot be read is answered
// with its status, and the connection ends. An idle one owns no memory beyond this object.
// Threads: its worker's only. Lifetime: `service` and `site` outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "door/web_site.h"
#include "grotto/service.h"
#include "grotto/timer_wheel.h"
#include "grotto/web_api.h"
#include "net/connection.h"
#include "web/request_reader.h"
#include "web/response.h"

namespace grotto {

class WebDoor final : public ConnectionHandler, private Timer {
 public:
  WebDoor(Service& service, const WebSite& site) noexcept : service_(service), site_(site) {}

  // ConnectionHandler
  void on_open(Connection& connection) override;
  void on_bytes(Connection& connection, std::string_view bytes) override;
  void on_end_of_input(Connection& connection) override;
  void on_outbox_low(Connection& connection) override;
  [[nodiscard]] bool save(Connection& connection, StateWriter& state) override;
  void restore(Connection& connection, StateReader& state) override;
  void summarize(PeerSummary& summary) const noexcept override;
  void on_closed(Connection& connection, CloseReason reason) override;

 private:
  void on_timer() override;
  void on_due();
  void take_input(std::string_view input);
  void await_rest();
  void end_when_input_ended();

  /// False: the connection has another handler now, which was given `rest`.
  [[nodiscard]] bool serve(const Request& request, std::string_view rest);
  [[nodiscard]] bool upgrade(const Request& request, std::string_view rest);
  [[nodiscard]] bool stream(std::unique_ptr<ApiStream> events);
  /// Nothing: no path of the service's.
  [[nodiscard]] std::optional<ApiAnswer> ask_service(const Request& request, std::string_view path);
  [[nodiscard]] Response respond(const Request& request, std::string_view path);
  /// Whether a page or a name that is not ours asks.
  [[nodiscard]] const HttpFault* find_foreign(const Request& request) const;
  void answer(const Request& request, const Response& response);
  void refuse(const HttpFault& fault, CloseReason reason);
  [[nodiscard]] std::unique_ptr<RequestReader> make_reader() const;

  Service& service_;
  const WebSite& site_;
  Connection* connection_ = nullptr;
  std::unique_ptr<RequestReader> reader_;  // while a request is half here
  std::string pending_;                    // behind a full outbox: at most what one read took
  std::uint32_t requests_ = 0;
  bool is_choked_ = false;  // the outbox is full
  bool is_in_body_ = false;
  bool has_input_ended_ = false;
};

}  // namespace grotto
