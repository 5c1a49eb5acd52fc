#include "door/proxy_header.h"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace grotto {

using namespace std::string_literals;
using Status = ProxyHeader::Status;

namespace {

const std::string kSign("\r\n\r\n\0\r\nQUIT\n", 12);

std::string version_2(char command, char family, const std::string& rest) {
  return kSign + command + family + static_cast<char>(rest.size() >> 8U) +
         static_cast<char>(rest.size() & 0xFFU) + rest;
}

std::string source_of(std::string_view bytes) {
  const ProxyHeader header = ProxyHeader::parse(bytes);
  REQUIRE(header.status == Status::complete);
  return header.source ? header.source->to_string() : "itself";
}

}  // namespace

TEST_CASE("PROXY: the real peer is told by either version, and no byte behind it is taken") {
  const std::string one = "PROXY TCP4 192.0.2.7 198.51.100.1 40712 5001\r\n";
  CHECK(source_of(one) == "192.0.2.7:40712");
  CHECK(ProxyHeader::parse(one + "kaixo\r\n").size == one.size());
  CHECK(source_of("PROXY TCP6 2001:db8::7 ::1 1 65535\r\n") == "[2001:db8::7]:1");
  CHECK(source_of("PROXY UNKNOWN\r\n") == "itself");
  CHECK(source_of("PROXY UNKNOWN whatever follows\r\n") == "itself");
  const std::string two =
      version_2('\x21', '\x11', "\xC0\x00\x02\x07"s + "\x01\x01\x01\x01" + "\x9F\x08" + "\x13\x89");
  CHECK(source_of(two) == "192.0.2.7:40712");
  CHECK(ProxyHeader::parse(two + "kaixo").size == two.size());
  const std::string six = "\x20\x01\x0d\xb8"s + std::string(11, '\0') + "\x07";
  CHECK(source_of(version_2('\x21', '\x21', six + six + "\0\x01\0\x02"s + "\x03\0\x01x"s)) ==
        "[2001:db8::7]:1");  // with a TLV
  CHECK(source_of(version_2('\x20', '\0', "")) == "itself");
  CHECK(source_of(version_2('\x21', '\x31', std::string(216, 'p'))) == "itself");  // Unix
}

TEST_CASE("PROXY: cut anywhere it is waited for, and what is none is left alone") {
  const std::string one = "PROXY TCP4 192.0.2.7 198.51.100.1 40712 5001\r\n";
  const std::string two = version_2('\x21', '\x11', std::string(12, 'a'));
  for (const std::string& whole : {one, two}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      CHECK(ProxyHeader::parse(whole.substr(0, size)).status == Status::need_more);
    }
  }
  for (const char* const text :
       {"kaixo\r\n", "PROXIMITY", "\r\nkaixo", "PROXY\r\n", "GET / HTTP/1.1"}) {
    CHECK(ProxyHeader::parse(text).status == Status::none);
  }
}

TEST_CASE("PROXY: one that is not in order is a fault") {
  for (const char* const text :
       {"PROXY TCP4 192.0.2.7 198.51.100.1 40712\r\n", "PROXY TCP4 192.0.2 198.51.100.1 1 2\r\n",
        "PROXY TCP4 ::1 ::1 1 2\r\n", "PROXY TCP4 192.0.2.7 198.51.100.1 65536 1\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 1 2 \r\n", "PROXY TCP4  192.0.2.7 1.2.3.4 1 2\r\n",
        "PROXY UDP4 192.0.2.7 198.51.100.1 1 2\r\n", "PROXY  \r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 -1 2\r\n"}) {
    CHECK_MESSAGE(ProxyHeader::parse(text).status == Status::fault, text);
  }
  CHECK(ProxyHeader::parse("PROXY TCP6 " + std::string(200, 'a')).status == Status::fault);
  CHECK(ProxyHeader::parse(version_2('\x11', '\x11', std::string(12, 'a'))).status ==
        Status::fault);
  CHECK(ProxyHeader::parse(version_2('\x22', '\x11', std::string(12, 'a'))).status ==
        Status::fault);
  CHECK(ProxyHeader::parse(version_2('\x21', '\x11', std::string(11, 'a'))).status ==
        Status::fault);
  CHECK(ProxyHeader::parse(version_2('\x21', '\x11', std::string(5000, 'a'))).status ==
        Status::fault);
}

}  // namespace grotto
