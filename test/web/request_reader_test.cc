#include "web/request_reader.h"

#include <doctest/doctest.h>

#include <string>

#include "requests.h"

namespace grotto {
namespace {

using namespace std::string_literals;
using test::ask;
using test::Asked;
using test::refusal;
using Step = RequestReader::Step;

std::string get(std::string_view fields) {
  return "GET / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n";
}
std::string post(std::string_view fields, std::string_view body) {
  return "POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n" + std::string(body);
}

TEST_CASE("RequestReader: a request is read, however it is cut") {
  const Asked asked =
      ask("GET /rooms/caf%C3%A9?as=ana&x=%20 HTTP/1.1\r\nHost: LocalHost:5001\r\nX-Thing:  a b \r\n"
          "Accept: a\r\nAccept: b\r\n\r\nGET /next");
  REQUIRE(asked.step == Step::whole);
  CHECK(asked.request.method == Request::Method::get);
  CHECK(asked.request.path == "/rooms/caf\u00E9");
  CHECK(asked.request.query == "as=ana&x=%20");
  CHECK(asked.request.host == Authority{"localhost", 5001, false});
  CHECK(asked.request.field("x-thing") == "a b");
  CHECK(asked.request.field("accept") == "a");
  CHECK(asked.request.has_token("accept", "B"));
  CHECK_FALSE(asked.request.field("x-other").has_value());
  CHECK(asked.request.keeps_alive);
  CHECK(asked.rest == "GET /next");
}

TEST_CASE("RequestReader: RFC 9112 section 2.2: lines end with CR LF, and with nothing else") {
  CHECK(refusal("GET / HTTP/1.1\nHost: a\n\n") == 400);
  CHECK(refusal("GET / HTTP/1.1\r\nHost: a\n\r\n") == 400);
  CHECK(refusal("GET / HTTP/1.1\r\nHost: a\r\r\n") == 400);
  CHECK(refusal("GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n") == 400);
  CHECK(refusal("GET / HTTP/1.1\r\nHost: a\r\n\n") == 400);
  CHECK(refusal("GET / HTTP/1.1\r\nHost: a\r\n\rx") == 400);
  CHECK(refusal("GET / HTTP/1.1\rHost: a\r\n\r\n") == 400);
  CHECK(refusal("\r\n" + get("")) == 0);  // an old browser's, after a body
  CHECK(refusal("\r\n\r\n" + get("")) == 400);
  CHECK(refusal("\rx" + get("")) == 400);
  CHECK(refusal("\n" + get("")) == 400);
  CHECK(refusal(" GET / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET / HTTP/1.1\r\n Host: a\r\n\r\n") == 400);
}

TEST_CASE("RequestReader: RFC 9112 section 3: a request line has three words") {
  CHECK(refusal("GET /\r\n\r\n") == 400);
  CHECK(refusal("GET  / HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET /a b HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET / HTTP/1.1 \r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET /\xC3\xA9 HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET / http/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET / HTTP/1.1x\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET / HTTP/x.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("BREW / HTTP/1.1\r\nHost: a\r\n\r\n") == 501);
  CHECK(refusal("get / HTTP/1.1\r\nHost: a\r\n\r\n") == 501);
  CHECK(refusal("DELETE / HTTP/1.1\r\nHost: a\r\n\r\n") == 0);  // known: the door says 405
}

TEST_CASE("RequestReader: RFC 9112 section 2.3: versions") {
  CHECK(refusal("GET / HTTP/2.0\r\nHost: a\r\n\r\n") == 505);
  CHECK(refusal("GET / HTTP/0.9\r\nHost: a\r\n\r\n") == 505);
  CHECK(refusal("GET / HTTP/1.9\r\nHost: a\r\n\r\n") == 0);
  const Asked old = ask("GET / HTTP/1.0\r\n\r\n");
  REQUIRE(old.step == Step::whole);
  CHECK(old.request.is_http_1_0);
  CHECK_FALSE(old.request.keeps_alive);
  CHECK(old.request.host.host.empty());
}

TEST_CASE("RequestReader: RFC 9112 section 3.2: the Host is there once and is one") {
  CHECK(refusal("GET / HTTP/1.1\r\n\r\n") == 400);
  CHECK(refusal("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n") == 400);
  for (const char* host : {"", "a b", "a/b", "u@a", "a:b", "a:65536", "[::1", "[x]", "::1", "a,b",
                           "1.2.3", "0x7f.1", "[::1]x"}) {
    CAPTURE(host);
    CHECK(refusal("GET / HTTP/1.1\r\nHost: "s + host + "\r\n\r\n") == 400);
  }
}

TEST_CASE("RequestReader: RFC 9112 section 3.2: the four forms of a target") {
  const Asked absolute = ask("GET http://B:80/x?y HTTP/1.1\r\nHost: a\r\n\r\n");
  REQUIRE(absolute.step == Step::whole);
  CHECK(absolute.request.host == Authority{"b", 80, false});  // it goes before the Host
  CHECK(absolute.request.path == "/x");
  CHECK(absolute.request.query == "y");
  CHECK(ask("GET http://b HTTP/1.1\r\nHost: a\r\n\r\n").request.path == "/");
  CHECK(refusal("GET ftp://b/ HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET http://u@b/ HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET x HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET /x#y HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("GET * HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  CHECK(refusal("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n") == 0);
  CHECK(refusal("CONNECT b:80 HTTP/1.1\r\nHost: b:80\r\n\r\n") == 0);
  for (const char* path : {"/%", "/%4", "/%zz", "/%00", "/%0a", "/%7F", "/%C3", "/%FF"}) {
    CAPTURE(path);
    CHECK(refusal("GET "s + path + " HTTP/1.1\r\nHost: a\r\n\r\n") == 400);
  }
}

TEST_CASE("RequestReader: RFC 9112 section 5: fields") {
  CHECK(refusal(get("X : y\r\n")) == 400);  // 5.1: no blank before the colon
  CHECK(refusal(get(": y\r\n")) == 400);
  CHECK(refusal(get("X\r\n")) == 400);
  CHECK(refusal(get("X(: y\r\n")) == 400);
  CHECK(refusal(get("X: a\r\n b\r\n")) == 400);  // 5.2: obs-fold
  CHECK(refusal(get("X: a\r\n\tb\r\n")) == 400);
  CHECK(refusal(get("X: a\x01"s + "b\r\n")) == 400);
  CHECK(refusal(get("X: a\0b\r\n"s)) == 400);
  CHECK(refusal(get("X: \x7F\r\n")) == 400);
  CHECK(refusal(get("X:\r\n")) == 0);
  CHECK(refusal(get("X: caf\xC3\xA9\r\n")) == 0);
}

TEST_CASE("RequestReader: the bounds of a head, at and over each") {
  RequestReader::Bounds bounds;
  bounds.head = {.line_bytes_max = 40, .fields_bytes_max = 60, .fields_max = 3};
  const auto line = [](std::size_t bytes) {  // its CR is counted, its LF is not
    return "GET /" + std::string(bytes - 15, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n";
  };
  CHECK(refusal(line(40), bounds) == 0);
  CHECK(refusal(line(41), bounds) == 414);
  const auto fields = [](std::size_t bytes) {
    return get("X: " + std::string(bytes - 8 - 4, 'x') + "\r\n");
  };
  CHECK(refusal(fields(60), bounds) == 0);
  CHECK(refusal(fields(61), bounds) == 431);
  CHECK(refusal(get("A: 1\r\nB: 2\r\n"), bounds) == 0);
  CHECK(refusal(get("A: 1\r\nB: 2\r\nC: 3\r\n"), bounds) == 431);
  // What never ends is refused as soon as it is too long, not when it ends.
  CHECK(refusal("GET /" + std::string(100, 'x'), bounds) == 414);
  CHECK(refusal("GET / HTTP/1.1\r\nX: " + std::string(100, 'x'), bounds) == 431);
}

TEST_CASE("RequestReader: RFC 9112 section 6: a body by its length") {
  const Asked asked = ask(post("Content-Length: 5\r\n", "kaixoGET /"));
  REQUIRE(asked.step == Step::whole);
  CHECK(asked.request.body == "kaixo");
  CHECK(asked.rest == "GET /");
  CHECK(refusal(post("Content-Length: 5\r\n", "kaix")) == 1);
  CHECK(refusal(post("Content-Length: 0\r\n", "")) == 0);
  CHECK(refusal(post("", "")) == 411);
  RequestReader::Bounds bounds;
  bounds.body_bytes_max = 5;
  CHECK(refusal(post("Content-Length: 5\r\n", "kaixo"), bounds) == 0);
  CHECK(refusal(post("Content-Length: 6\r\n", ""), bounds) == 413);  // before a byte of it
  CHECK(refusal(post("Content-Length: 18446744073709551615\r\n", "")) == 413);
  CHECK(refusal(post("Content-Length: 18446744073709551616\r\n", "")) == 400);
}

TEST_CASE("RequestReader: RFC 9112 section 6.3 and 11.2: what smuggles is refused") {
  CHECK(refusal(post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")) == 400);
  CHECK(refusal(post("Content-Length: 5\r\nContent-Length: 6\r\n", "")) == 400);
  CHECK(refusal(post("Content-Length: 5\r\nContent-Length: 5\r\n", "")) == 400);
  for (const char* length : {"", "5, 5", "+5", "-5", "0x5", "5 ", "5a", "5 6", "five"}) {
    CAPTURE(length);
    const std::string text = post("Content-Length: "s + length + "\r\n", "kaixo");
    CHECK(refusal(text) == (length == "5 "s ? 0 : 400));  // blanks around a value are no part of it
  }
  CHECK(refusal(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "")) == 400);
  CHECK(refusal(post("Transfer-Encoding: chunked, identity\r\n", "")) == 400);
  CHECK(refusal(post("Transfer-Encoding: xchunked\r\n", "")) == 501);
  CHECK(refusal(post("Transfer-Encoding: gzip, chunked\r\n", "")) == 501);
  CHECK(refusal(post("Transfer-Encoding: identity\r\n", "")) == 400);
  CHECK(refusal(post("Transfer-Encoding: \x0B"s + "chunked\r\n", "")) == 400);
  CHECK(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n") == 400);
}

TEST_CASE("RequestReader: RFC 9112 section 7.1: a body in chunks") {
  const auto chunked = [](std::string_view body) {
    return post("Transfer-Encoding: Chunked\r\n", body);
  };
  const Asked asked = ask(chunked("3\r\nkai\r\n2;x=\"y\"\r\nxo\r\n0\r\n\r\nGET /"));
  REQUIRE(asked.step == Step::whole);
  CHECK(asked.request.body == "kaixo");
  CHECK(asked.rest == "GET /");
  const Asked trailed = ask(chunked("0\r\nHost: evil\r\nAuthorization: x\r\n\r\n"));
  REQUIRE(trailed.step == Step::whole);
  CHECK(trailed.request.host.host == "a");
  CHECK_FALSE(trailed.request.field("authorization").has_value());
  CHECK(refusal(chunked("3\r\nkai\r\n")) == 1);
  CHECK(refusal(chunked("x\r\n")) == 400);
  CHECK(refusal(chunked("-1\r\n")) == 400);
  CHECK(refusal(chunked("3\nkai\r\n0\r\n\r\n")) == 400);
  CHECK(refusal(chunked("3\r\nkaixx0\r\n\r\n")) == 400);
  CHECK(refusal(chunked("FFFFFFFFFFFFFFFFF\r\n")) == 413);
  CHECK(refusal(chunked("\r\n")) == 400);
  CHECK(refusal(chunked("0\r\n\n")) == 400);
  CHECK(refusal(chunked("0\r\nX: y\n\r\n")) == 400);
  CHECK(refusal(chunked("3x\r\nkai\r\n0\r\n\r\n")) == 400);
  CHECK(refusal(chunked("0\r\nX: " + std::string(5000, 'x'))) == 400);
  RequestReader::Bounds bounds;
  bounds.body_bytes_max = 5;
  CHECK(refusal(chunked("5\r\nkaixo\r\n0\r\n\r\n"), bounds) == 0);
  CHECK(refusal(chunked("6\r\nkaixo!\r\n0\r\n\r\n"), bounds) == 413);
  CHECK(refusal(chunked("3\r\nkai\r\n3\r\nxo!\r\n0\r\n\r\n"), bounds) == 413);
  CHECK(refusal(chunked("1;" + std::string(5000, 'x'))) == 400);
}

TEST_CASE("RequestReader: RFC 9110 section 10.1.1: an expectation") {
  RequestReader reader({});
  const std::string text = post("Expect: 100-Continue\r\nContent-Length: 5\r\n", "");
  std::string_view input = text;
  CHECK(reader.next(input) == Step::need_more);
  CHECK(reader.is_in_body());
  CHECK(reader.request().expects_continue);
  CHECK(refusal(post("Expect: tea\r\nContent-Length: 5\r\n", "")) == 417);
}

TEST_CASE("RequestReader: RFC 9112 section 9.3: who wants to go on") {
  CHECK(ask(get("Connection: keep-alive\r\n")).request.keeps_alive);
  CHECK_FALSE(ask(get("Connection: x, Close\r\n")).request.keeps_alive);
  CHECK_FALSE(ask("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n").request.keeps_alive);
}

}  // namespace
}  // namespace grotto
