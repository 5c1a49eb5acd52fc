#include "web/host_rules.h"

#include <doctest/doctest.h>

#include <string>

namespace grotto {
namespace {

HostRules rules(std::string_view listen, const std::vector<std::string>& names = {}) {
  auto made = HostRules::create(names, listen);
  REQUIRE(made.has_value());
  return std::move(*made);
}

Authority host(std::string_view text) {
  const auto made = Authority::parse(text);
  REQUIRE(made.has_value());
  return *made;
}

TEST_CASE("Authority: a host has one form, however it is written") {
  CHECK(host("LocalHost") == Authority{"localhost", std::nullopt, false});
  CHECK(host("localhost.:80") == Authority{"localhost", 80, false});
  CHECK(host("[0:0::0:1]:7") == Authority{"::1", 7, true});
  CHECK(host("[::FFFF:127.0.0.1]") == Authority{"127.0.0.1", std::nullopt, true});
  CHECK(host("a:") == Authority{"a", std::nullopt, false});
  for (const char* bad :
       {"", ":80", "a:x", "a:99999", "a:123456", "[::1", "[::1]x", "[1.2.3.4]", ".", "a b", "a@b",
        "a/b", "caf\xC3\xA9", "127.1", "2130706433", "0x7f000001", "a\\b", "unix:1:2"}) {
    CAPTURE(bad);
    CHECK_FALSE(Authority::parse(bad).has_value());
  }
}

TEST_CASE("HostRules: what is loopback and what is listened at is known, nothing else") {
  const HostRules local = rules("127.0.0.1");
  for (const char* known : {"localhost", "localhost:5001", "127.0.0.1:5001", "[::1]:5001",
                            "127.9.9.9", "chat.localhost:8080"}) {
    CAPTURE(known);
    CHECK(local.knows(host(known)));
  }
  for (const char* foreign :
       {"evil.example", "localhost.evil.example", "192.0.2.1", "[2001:db8::1]", "notlocalhost"}) {
    CAPTURE(foreign);
    CHECK_FALSE(local.knows(host(foreign)));
  }
  CHECK(rules("192.0.2.1").knows(host("192.0.2.1:5001")));
  CHECK_FALSE(rules("192.0.2.1").knows(host("192.0.2.2")));
  CHECK(rules("2001:db8::1").knows(host("[2001:DB8:0::1]:5001")));
  CHECK(rules("[2001:db8::1]").knows(host("[2001:db8::1]")));
  CHECK(rules("chat.lan").knows(host("chat.lan:5001")));
}

TEST_CASE("HostRules: who listens at all addresses is asked by any address, and by no name") {
  for (const char* all : {"0.0.0.0", "::", "[::]"}) {
    CAPTURE(all);
    CHECK(rules(all).knows(host("192.0.2.1:5001")));
    CHECK(rules(all).knows(host("[2001:db8::1]:5001")));
    CHECK_FALSE(rules(all).knows(host("evil.example")));
  }
}

TEST_CASE("HostRules: names that were given, with a port or without") {
  const HostRules given = rules("127.0.0.1", {"Chat.Example.org", "b.example:8443"});
  CHECK(given.knows(host("chat.example.org")));
  CHECK(given.knows(host("chat.example.org:5001")));
  CHECK(given.knows(host("b.example:8443")));
  CHECK_FALSE(given.knows(host("b.example")));
  CHECK_FALSE(given.knows(host("www.chat.example.org")));
  const auto bad = HostRules::create({"http://x"}, "");
  REQUIRE_FALSE(bad.has_value());
  CHECK(bad.error().exit_status == 64);
  CHECK(bad.error().sentence.find("\"http://x\"") != std::string::npos);
}

TEST_CASE("HostRules: a page speaks to the host and port that it came from") {
  const HostRules local = rules("127.0.0.1", {"chat.example.org"});
  const auto speaks = [&](std::string_view origin, std::string_view to) {
    return local.lets_speak(origin, host(to));
  };
  CHECK(speaks("http://localhost:5001", "localhost:5001"));
  CHECK(speaks("HTTP://LOCALHOST:5001", "localhost:5001"));
  CHECK(speaks("http://[::1]:5001", "[::1]:5001"));
  CHECK(speaks("https://127.0.0.1:5001", "127.0.0.1:5001"));
  CHECK(speaks("http://localhost", "localhost"));
  CHECK(speaks("https://localhost", "localhost"));
  CHECK(speaks("http://localhost", "localhost:80"));
  CHECK(speaks("https://chat.example.org", "localhost:5001"));  // behind a proxy
  CHECK_FALSE(speaks("http://localhost:3000", "localhost:5001"));
  CHECK_FALSE(speaks("http://localhost", "localhost:5001"));
  CHECK_FALSE(speaks("http://127.0.0.1:5001", "localhost:5001"));
  CHECK_FALSE(speaks("http://evil.example", "localhost:5001"));
  CHECK_FALSE(speaks("http://localhost:5001.evil.example", "localhost:5001"));
  for (const char* none : {"null", "", "localhost:5001", "file://", "ftp://localhost:5001",
                           "http://localhost:5001/", "http://u@localhost:5001"}) {
    CAPTURE(none);
    CHECK_FALSE(speaks(none, "localhost:5001"));
  }
}

}  // namespace
}  // namespace grotto
