#include "web/response.h"

#include <doctest/doctest.h>

#include <string>

#include "web/asset.h"
#include "web/websocket_accept.h"

namespace grotto {
namespace {

std::string wire(const Response& response, const ResponseForm& form = {}) {
  std::string out;
  append_response(response, form, out);
  return out;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

Request asking(std::string name, std::string value) {
  Request request;
  request.fields.push_back({std::move(name), std::move(value)});
  return request;
}

TEST_CASE("Response: a fault is told in JSON with its code") {
  const std::string text = wire(error_response({404, "not-found", "There is no \"x\" here."}),
                                {.now_ms = 784'111'777'000});
  CHECK(text.starts_with("HTTP/1.1 404 Not Found\r\nDate: Sun, 06 Nov 1994 08:49:37 GMT\r\n"));
  CHECK(has(text, "Content-Type: application/json\r\nContent-Length: 71\r\n"));
  CHECK(
      text.ends_with("\r\n\r\n{\"type\":\"refusal\",\"code\":\"not-found\",\"text\":\"There is no "
                     "\\\"x\\\" here.\"}\n"));
  CHECK_FALSE(has(text, "Connection:"));
}

TEST_CASE("Response: every answer keeps foreign pages and inline scripts out") {
  for (const unsigned status : {200U, 304U, 404U, 421U}) {
    Response response;
    response.status = status;
    const std::string text = wire(response);
    CHECK(has(text, "Content-Security-Policy: default-src 'none'; script-src 'self'; "));
    CHECK(has(text, "frame-ancestors 'none'\r\n"));
    CHECK(has(text, "X-Content-Type-Options: nosniff\r\n"));
    CHECK(has(text, "Referrer-Policy: no-referrer\r\n"));
    CHECK_FALSE(has(text, "unsafe"));
  }
}

TEST_CASE("Response: RFC 9112 section 9: the connection's end is announced") {
  Response response;
  CHECK(has(wire(response, {.keeps_alive = false}), "\r\nConnection: close\r\n"));
  response.closes = true;
  CHECK(has(wire(response), "\r\nConnection: close\r\n"));
}

TEST_CASE("Response: RFC 9110 section 9.3.2: HEAD gets the head that GET would get") {
  Response response;
  response.body = "kaixo";
  const std::string full = wire(response);
  CHECK(full.ends_with("\r\n\r\nkaixo"));
  CHECK(wire(response, {.is_head = true}) + "kaixo" == full);
}

TEST_CASE("websocket_accept: RFC 6455 section 1.3's own example, and keys that are none") {
  CHECK(websocket_accept("dGhlIHNhbXBsZSBub25jZQ==") == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  for (const char* bad : {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "AAAA",
                          "dGhlIHNhbXBsZSBub25jZQ===", "dGhl!HNhbXBsZSBub25jZQ==",
                          "dGhlIHNhbXBsZSBub25jZWFi", " GhlIHNhbXBsZSBub25jZQ=="}) {
    CAPTURE(bad);
    CHECK_FALSE(websocket_accept(bad).has_value());
  }
  std::string upgrade;
  append_upgrade("x", upgrade);
  CHECK(upgrade ==
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Accept: x\r\n\r\n");
}

constexpr Asset kAsset{"/app.js", "text/javascript", "abc", "plain bytes", "GZ"};

TEST_CASE("Asset: a file is compressed for who takes that (RFC 9110 section 12.5.3)") {
  const auto encoding = [](const char* accepts) {
    return asset_response(kAsset, asking("accept-encoding", accepts)).shared_body;
  };
  for (const char* yes :
       {"gzip", "br, GZIP", "x-gzip", "*", "gzip;q=0.5", "gzip ; q=1", "br;q=1,*"}) {
    CAPTURE(yes);
    CHECK(encoding(yes) == "GZ");
  }
  for (const char* no :
       {"", "identity", "gzip;q=0", "gzip; q=0.000", "*;q=0", "gzip;q=0, *", "zgzip"}) {
    CAPTURE(no);
    CHECK(encoding(no) == "plain bytes");
  }
  const std::string text = wire(asset_response(kAsset, asking("accept-encoding", "gzip")));
  CHECK(has(text, "Content-Encoding: gzip\r\n"));
  CHECK(has(text, "Vary: Accept-Encoding\r\n"));
  CHECK(has(text, "ETag: \"abc-gzip\"\r\n"));
}

TEST_CASE("Asset: who has it already is told so (RFC 9110 section 13.1.2)") {
  for (const char* same : {"\"abc\"", "W/\"abc\"", "\"x\", \"abc\"", "*"}) {
    CAPTURE(same);
    const Response response = asset_response(kAsset, asking("if-none-match", same));
    CHECK(response.status == 304);
    const std::string text = wire(response);
    CHECK(has(text, "ETag: \"abc\"\r\n"));
    CHECK_FALSE(has(text, "Content-Length"));
    CHECK(text.ends_with("\r\n\r\n"));
  }
  for (const char* other : {"\"abcd\"", "\"abc-gzip\"", "abc", ""}) {
    CAPTURE(other);
    CHECK(asset_response(kAsset, asking("if-none-match", other)).status == 200);
  }
}

TEST_CASE("Asset: the page is part of the program") {
  const Asset* const page = find_asset(embedded_assets(), "/");
  REQUIRE(page != nullptr);
  CHECK(page->media_type == "text/html; charset=utf-8");
  CHECK(page->bytes.starts_with("<!doctype html>"));
  CHECK(page->gzip.empty());  // small, and no reason to suspect BREACH
  const Asset* const script = find_asset(embedded_assets(), "/main.js");
  REQUIRE(script != nullptr);
  CHECK(script->gzip.starts_with("\x1F\x8B"));
  CHECK(script->gzip.size() < script->bytes.size());
  CHECK(find_asset(embedded_assets(), "/index.html") == nullptr);
  for (const Asset& each : embedded_assets()) CHECK(each.etag.size() == 16);
}

}  // namespace
}  // namespace grotto
