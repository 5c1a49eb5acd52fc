#include "base/address.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

using grotto::Address;
using grotto::Network;

namespace {

Address ip4(const char* text, std::uint16_t port = 40712) {
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_port = htons(port);
  REQUIRE(::inet_pton(AF_INET, text, &in.sin_addr) == 1);
  return Address::from(reinterpret_cast<sockaddr&>(in));
}

Address ip6(const char* text, std::uint16_t port = 40712) {
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(port);
  REQUIRE(::inet_pton(AF_INET6, text, &in.sin6_addr) == 1);
  return Address::from(reinterpret_cast<sockaddr&>(in));
}

bool contains(std::string_view network, const Address& address) {
  const auto parsed = Network::parse(network);
  REQUIRE(parsed.has_value());
  return parsed->contains(address);
}

}  // namespace

TEST_CASE("Address: is written as people and the service write it") {
  CHECK(ip4("127.0.0.1").to_string() == "127.0.0.1:40712");
  CHECK(ip6("::1").to_string() == "[::1]:40712");
  CHECK(ip6("::ffff:192.0.2.7").to_string() == "192.0.2.7:40712");
  CHECK(ip6("::ffff:192.0.2.7") == ip4("192.0.2.7"));
  CHECK(Address::unix_peer(1234).to_string() == "unix:1234");
  CHECK(sizeof(Address) == 20);
}

TEST_CASE("Address: its host can be read back") {
  for (const char* text : {"127.0.0.1", "192.0.2.7", "::1", "2001:db8::1", "unix"}) {
    CHECK(Address::from_host(text).host() == text);
    CHECK_FALSE(Address::from_host(text).family() == Address::Family::none);
  }
  CHECK(Address::from_host("192.0.2.7") == ip4("192.0.2.7", 0));
  for (const char* text : {"", "example.org", "192.0.2.7:1", "1.2.3", "::1%lo"}) {
    CHECK(Address::from_host(text).family() == Address::Family::none);
  }
}

TEST_CASE("Address: loopback is 127.0.0.0/8, ::1 and every Unix peer") {
  CHECK(ip4("127.0.0.1").is_loopback());
  CHECK(ip4("127.8.9.10").is_loopback());
  CHECK(ip6("::1").is_loopback());
  CHECK(Address::unix_peer(1).is_loopback());
  CHECK_FALSE(ip4("128.0.0.1").is_loopback());
  CHECK_FALSE(ip6("::2").is_loopback());
  CHECK_FALSE(ip6("1::1").is_loopback());
  CHECK_FALSE(Address().is_loopback());
}

TEST_CASE("Address: limits count one IPv4 address, and one IPv6 /64") {
  CHECK(ip4("192.0.2.7", 1).limit_key() == ip4("192.0.2.7", 2).limit_key());
  CHECK(ip4("192.0.2.7").limit_key() != ip4("192.0.2.8").limit_key());
  CHECK(ip6("2001:db8:1:2::1").limit_key() == ip6("2001:db8:1:2:ffff::9").limit_key());
  CHECK(ip6("2001:db8:1:2::1").limit_key() != ip6("2001:db8:1:3::1").limit_key());
}

TEST_CASE("Network: holds the addresses of its prefix, at each edge") {
  CHECK(contains("10.0.0.0/8", ip4("10.255.255.255")));
  CHECK_FALSE(contains("10.0.0.0/8", ip4("11.0.0.0")));
  CHECK_FALSE(contains("10.0.0.0/8", ip4("9.255.255.255")));
  CHECK(contains("192.0.2.128/25", ip4("192.0.2.128")));
  CHECK_FALSE(contains("192.0.2.128/25", ip4("192.0.2.127")));
  CHECK(contains("192.0.2.7", ip4("192.0.2.7")));
  CHECK_FALSE(contains("192.0.2.7", ip4("192.0.2.6")));
  CHECK(contains("0.0.0.0/0", ip4("8.8.8.8")));
  CHECK_FALSE(contains("0.0.0.0/0", ip6("2001:db8::1")));
  CHECK(contains("2001:db8::/33", ip6("2001:db8:7fff::1")));
  CHECK_FALSE(contains("2001:db8::/33", ip6("2001:db8:8000::1")));
  CHECK(contains("::/0", ip6("2001:db8::1")));
  CHECK(contains("unix", Address::unix_peer(1)));
  CHECK_FALSE(contains("unix", ip4("127.0.0.1")));
  CHECK_FALSE(contains("::/0", Address::unix_peer(1)));
  CHECK_FALSE(contains("::/0", Address()));
}

TEST_CASE("Network: is written back as its prefix") {
  CHECK(Network::parse("10.1.2.3/8")->to_string() == "10.0.0.0/8");
  CHECK(Network::parse("192.0.2.7")->to_string() == "192.0.2.7/32");
  CHECK(Network::parse("2001:db8::1/32")->to_string() == "2001:db8::/32");
  CHECK(Network::parse("unix")->to_string() == "unix");
}

TEST_CASE("Network: what is none is refused with the text in the sentence") {
  for (const char* text : {"", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/x", "10.0.0.0/8 ", "10.0.0",
                           "2001:db8::/129", "localhost", "10.0.0.0/-1", "/8", "unix/8"}) {
    CAPTURE(text);
    const auto parsed = Network::parse(text);
    REQUIRE_FALSE(parsed.has_value());
    CHECK(parsed.error().exit_status == 64);
    CHECK(parsed.error().sentence.find(text) != std::string::npos);
  }
}
