#include "web/request_rules.h"

#include <algorithm>
#include <array>

#include "base/numbers.h"

namespace grotto {

namespace {

constexpr std::array<std::string_view, 9> kMethods = {
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"};

HttpFault bad(std::string_view sentence) {
  return {400, "bad-request", sentence};
}

bool is_visible(std::string_view text) noexcept {
  return std::all_of(text.begin(), text.end(),
                     [](char each) { return each > ' ' && each < '\x7F'; });
}

bool is_digit(char each) noexcept {
  return each >= '0' && each <= '9';
}

}  // namespace

std::optional<RequestLine> judge_request_line(std::string_view line, HttpFault& fault) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == 0 || first == std::string_view::npos || last == first) {
    fault = bad("A request line has three words.");
    return std::nullopt;
  }
  RequestLine made{line.substr(0, first), line.substr(first + 1, last - first - 1)};
  const std::string_view version = line.substr(last + 1);
  if (made.target.empty() || !is_visible(made.target) || !is_visible(made.method)) {
    fault = bad("A request line has three words, of visible characters.");
    return std::nullopt;
  }
  if (version.size() != 8 || !version.starts_with("HTTP/") || !is_digit(version[5]) ||
      version[6] != '.' || !is_digit(version[7])) {
    fault = bad("A request line ends with a version.");
    return std::nullopt;
  }
  if (version[5] != '1') {
    fault = {505, "version-not-supported", "This server speaks HTTP/1.1."};
    return std::nullopt;
  }
  if (std::find(kMethods.begin(), kMethods.end(), made.method) == kMethods.end()) {
    fault = {501, "method-not-known", "This server does not know that method."};
    return std::nullopt;
  }
  made.minor_version = version[7] == '0' ? 0 : 1;
  return made;
}

bool judge_target(std::string_view target, Request& request, HttpFault& fault) {
  if (request.method_name == "CONNECT") return true;  // of a proxy; no path
  if (target == "*") {
    if (request.method_name == "OPTIONS") return true;
    fault = bad("The target * is for OPTIONS.");
    return false;
  }
  if (!target.starts_with('/')) {
    const std::size_t colon = target.find("://");
    const std::string_view scheme = target.substr(0, std::min(colon, target.size()));
    if (colon == std::string_view::npos ||
        (!equals_in_any_case(scheme, "http") && !equals_in_any_case(scheme, "https"))) {
      fault = bad("A target begins with a slash.");
      return false;
    }
    target.remove_prefix(colon + 3);
    const std::size_t end = std::min(target.find_first_of("/?#"), target.size());
    const auto host = Authority::parse(target.substr(0, end));
    if (!host) {
      fault = bad("The target's host is none.");
      return false;
    }
    request.host = *host;
    target.remove_prefix(end);
  }
  if (target.find('#') != std::string_view::npos) {
    fault = bad("A target has no fragment.");
    return false;
  }
  const std::size_t question = target.find('?');
  const auto path = decode_percent(target.substr(0, question));
  if (!path) {
    fault = bad("The target's path cannot be decoded.");
    return false;
  }
  request.path = path->empty() ? "/" : *path;
  if (question != std::string_view::npos) request.query = target.substr(question + 1);
  return true;
}

bool judge_host(Request& request, HttpFault& fault) {
  const std::size_t hosts = request.count("host");
  if (hosts > 1) {
    fault = bad("There is more than one Host.");
    return false;
  }
  if (hosts == 0) {
    if (request.is_http_1_0) return true;
    fault = bad("The Host is missing.");
    return false;
  }
  const auto host = Authority::parse(request.field("host").value_or(std::string_view()));
  if (!host) {
    fault = bad("The Host is none.");
    return false;
  }
  if (request.host.host.empty()) request.host = *host;
  return true;
}

std::optional<BodyLength> judge_body(const Request& request, std::size_t body_bytes_max,
                                     HttpFault& fault) {
  const std::size_t lengths = request.count("content-length");
  const std::size_t encodings = request.count("transfer-encoding");
  if (lengths > 0 && encodings > 0) {
    fault = bad("There is both a Content-Length and a Transfer-Encoding.");
    return std::nullopt;
  }
  if (lengths > 1 || encodings > 1) {
    fault = bad("The body's length is told twice.");
    return std::nullopt;
  }
  if (encodings == 1) {
    const std::string encoding =
        lower_case(request.field("transfer-encoding").value_or(std::string_view()));
    if (request.is_http_1_0) {
      fault = bad("HTTP/1.0 has no Transfer-Encoding.");
      return std::nullopt;
    }
    if (!encoding.ends_with("chunked")) {
      fault = bad("The last Transfer-Encoding is not chunked.");
      return std::nullopt;
    }
    if (encoding != "chunked") {
      fault = {501, "encoding-not-known", "This server knows no Transfer-Encoding but chunked."};
      return std::nullopt;
    }
    return BodyLength{0, true};
  }
  if (lengths == 0) {
    if (request.method != Request::Method::post) return BodyLength{};
    fault = {411, "length-required", "The body's length is not told."};
    return std::nullopt;
  }
  const std::string_view digits = request.field("content-length").value_or(std::string_view());
  const bool is_number = !digits.empty() && std::all_of(digits.begin(), digits.end(), is_digit);
  if (!is_number) {
    fault = bad("The Content-Length is no number.");
    return std::nullopt;
  }
  const auto bytes = parse_whole(digits);
  if (!bytes || *bytes > body_bytes_max) {  // not even a number of this machine
    fault = {413, "body-too-large", "The body is too large."};
    return std::nullopt;
  }
  return BodyLength{*bytes, false};
}

bool judge_wishes(Request& request, HttpFault& fault) {
  request.keeps_alive = !request.is_http_1_0 && !request.has_token("connection", "close");
  const auto expected = request.field("expect");
  if (!expected || request.is_http_1_0) return true;
  if (!equals_in_any_case(*expected, "100-continue")) {
    fault = {417, "expectation-failed", "This server meets no expectation but 100-continue."};
    return false;
  }
  request.expects_continue = true;
  return true;
}

}  // namespace grotto
