#include "web/response.h"

#include <fmt/format.h>

#include <array>
#include <ctime>
#include <iterator>

#include "base/json_object.h"

namespace grotto {

namespace {

constexpr std::string_view kSecurityFields =
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data:; media-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "X-Frame-Options: DENY\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n";

bool has_no_body(unsigned status) noexcept {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace

std::string_view reason_phrase(unsigned status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 301: return "Moved Permanently";
    case 304: return "Not Modified";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 411: return "Length Required";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 426: return "Upgrade Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 505: return "HTTP Version Not Supported";
    default: return "";
  }
}

Response error_response(const HttpFault& fault) {
  Response made;
  made.status = fault.status;
  JsonObject(made.body)
      .text("type", "refusal")
      .text("code", fault.code)
      .text("text", fault.sentence)
      .end();
  made.body += '\n';
  made.fields.emplace_back("Cache-Control", "no-store");
  return made;
}

void append_http_date(std::int64_t at_ms, std::string& out) {
  constexpr std::array<std::string_view, 7> kDays = {"Sun", "Mon", "Tue", "Wed",
                                                     "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(at_ms / 1000);
  std::tm at{};
  if (::gmtime_r(&seconds, &at) == nullptr) return;
  fmt::format_to(std::back_inserter(out), "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                 kDays[static_cast<std::size_t>(at.tm_wday)], at.tm_mday,
                 kMonths[static_cast<std::size_t>(at.tm_mon)], at.tm_year + 1900, at.tm_hour,
                 at.tm_min, at.tm_sec);
}

void append_response(const Response& response, const ResponseForm& form, std::string& out) {
  const std::string_view body =
      response.shared_body.empty() ? std::string_view(response.body) : response.shared_body;
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\nDate: ", response.status,
                 reason_phrase(response.status));
  append_http_date(form.now_ms, out);
  out += "\r\n";
  if (!has_no_body(response.status)) {
    if (!response.media_type.empty()) {
      fmt::format_to(std::back_inserter(out), "Content-Type: {}\r\n", response.media_type);
    }
    if (!response.is_endless) {
      fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", body.size());
    }
  }
  for (const auto& [name, value] : response.fields) {
    fmt::format_to(std::back_inserter(out), "{}: {}\r\n", name, value);
  }
  out += kSecurityFields;
  if (!form.keeps_alive || response.closes) out += "Connection: close\r\n";
  out += "\r\n";
  if (!form.is_head && !has_no_body(response.status)) out += body;
}

void append_upgrade(std::string_view accept, std::string& out) {
  fmt::format_to(std::back_inserter(out),
                 "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                 "Sec-WebSocket-Accept: {}\r\n\r\n",
                 accept);
}

}  // namespace grotto
