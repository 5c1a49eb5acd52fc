#include "door/first_bytes.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace grotto {

namespace {

struct Case {
  std::string bytes;
  Hello hello;
};

const std::vector<Case> kCases = {
    {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", Hello::http},
    {"POST /a?b=c HTTP/1.0\r\n", Hello::http},
    {"OPTIONS * HTTP/1.1\r\n", Hello::http},
    {"HEAD  HTTP/1.1\r\n", Hello::plain},
    {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Hello::http},
    {"PROPFIND / HTTP/1.1\r\n", Hello::http},
    {"GET  / HTTP/1.1\r\n", Hello::http},
    {"GET /a b HTTP/1.1\r\n", Hello::http},
    {"OPTIONS sip:nm SIP/2.0\r\n", Hello::http},
    {"OPTIONS / RTSP/1.0\r\n", Hello::http},
    {std::string("\x16\x03\x01\x02\x00\x01\x00", 7), Hello::tls},
    {"SSH-2.0-OpenSSH_9.2\r\n", Hello::ssh},
    {"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n", Hello::proxy},
    {std::string("\r\n\r\n\0\r\nQUIT\n\x21\x11", 14), Hello::proxy},
    {"\xFF\xFD\x03", Hello::telnet},
    {std::string("\x05\x01\x00", 3), Hello::binary},
    {std::string("\0", 1), Hello::binary},
    {"ana\n", Hello::plain},
    {"GET up\n", Hello::plain},
    {"GET it HTTP/2\n", Hello::http},
    {"GET it over HTTP\n", Hello::plain},
    {"GETTING up\n", Hello::plain},
    {"HELO mail.example\r\n", Hello::plain},
    {"\r\n", Hello::plain},
    {"\t", Hello::plain},
    {"\x1b[A", Hello::plain},
    {"Ångström\n", Hello::plain},
    {"/who\n", Hello::plain},
    {"SSH is nice\n", Hello::plain},
    {"PROXYs are\n", Hello::plain},
};

}  // namespace

TEST_CASE("First bytes: each kind of peer is known by what it sends first") {
  for (const Case& each : kCases) {
    CAPTURE(each.bytes);
    CHECK(classify_hello(each.bytes, 4096) == each.hello);
  }
}

TEST_CASE("First bytes: split at every byte, a beginning is undecided or already right") {
  for (const Case& each : kCases) {
    CAPTURE(each.bytes);
    for (std::size_t size = 0; size < each.bytes.size(); ++size) {
      const Hello early = classify_hello(each.bytes.substr(0, size), 4096);
      // Two blank lines begin the v2 signature of the PROXY protocol too; people type them.
      if (each.bytes.starts_with("\r\n\r\n")) continue;
      CHECK((early == Hello::need_more || early == each.hello));
    }
  }
}

TEST_CASE("First bytes: a request line without an end is not waited for beyond the line limit") {
  const std::string endless = "GET /" + std::string(5000, 'x');
  CHECK(classify_hello(endless, 4096) == Hello::http);
  CHECK(classify_hello(endless.substr(0, 100), 4096) == Hello::need_more);
}

TEST_CASE("First bytes: a command that comes first is waited for to its end, if it is short") {
  const std::string command = "/format json\n";
  for (std::size_t size = 1; size < command.size(); ++size)
    CHECK(classify_hello(command.substr(0, size), 4096) == Hello::need_more);
  CHECK(classify_hello(command, 4096) == Hello::plain);
  CHECK(classify_hello("/" + std::string(30, 'x'), 4096) == Hello::need_more);
  CHECK(classify_hello("/" + std::string(31, 'x'), 4096) == Hello::plain);
}

TEST_CASE("First bytes: a request line around the limit is judged the same in whatever pieces") {
  constexpr std::size_t kMax = 64;
  for (const std::string_view rest : {" HTTP/1.1\r\n", " HTTP/2\r\n", " up\n", "\n", ""}) {
    for (std::size_t size = kMax - 20; size < kMax + 20; ++size) {
      const std::string all = "GET " + std::string(size - 4, 'x') + std::string(rest) + "and more";
      CAPTURE(all);
      const Hello whole = classify_hello(all, kMax);
      for (std::size_t part = 0; part < all.size(); ++part) {
        const Hello early = classify_hello(all.substr(0, part), kMax);
        CHECK((early == Hello::need_more || early == whole));
        if (part > kMax) CHECK(early == whole);
      }
    }
  }
}

TEST_CASE("First bytes: a request line is METHOD target VERSION, of whatever method and version") {
  for (const char* const line :
       {"GET / HTTP/1.1", "DELETE /x HTTP/1.0", "GET / HTTP/2", "GET  / HTTP/1.1",
        "GET\t/ HTTP/1.1", "GET /a b HTTP/1.1", "GET / HTTP/1.1 ", " GET / HTTP/1.1",
        "get / HTTP/1.1", "PURGE /x HTTP/1.1", "M-SEARCH * HTTP/1.1", "PRI * HTTP/2.0",
        "hello http://example.org/ HTTP/1.1", "DESCRIBE rtsp://x RTSP/1.0"}) {
    CAPTURE(line);
    CHECK(is_http_request_line(line));
  }
  for (const char* const line :
       {"", "GET", "GET /", "GET  HTTP/1.1", "get it HTTP/2", "I said GET / HTTP/1.1", "GET / HTTP",
        "GET / HTTP/x", "I love HTTP/2", "see /etc for HTTP/2", "is /a HTTP/2 thing",
        "/me / HTTP/1.1", "\"x\" / HTTP/1.1"}) {
    CAPTURE(line);
    CHECK_FALSE(is_http_request_line(line));
  }
  for (const char* const line : {"GET ", "GET /xxx", "get /xxx", "PURGE /", "POST more"}) {
    CAPTURE(line);
    CHECK(begins_like_http(line));
  }
  for (const char* const line :
       {"", "GET", "GETTING ", "I say", "look at /etc", "/join x", "see https://x"}) {
    CAPTURE(line);
    CHECK_FALSE(begins_like_http(line));
  }
}

TEST_CASE("First bytes: every foreign hello has one sentence") {
  for (const Hello hello : {Hello::http, Hello::tls, Hello::ssh, Hello::proxy, Hello::binary}) {
    CHECK_FALSE(sentence(hello).empty());
    CHECK(sentence(hello).find('\n') == std::string_view::npos);
  }
}

}  // namespace grotto
