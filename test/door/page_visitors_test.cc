#include "door/page_visitors.h"

#include <doctest/doctest.h>

namespace grotto {

using namespace std::chrono_literals;

TEST_CASE("PageVisitors: who has opened the page is remembered for a moment, by address") {
  PageVisitors visitors;
  const auto now = PageVisitors::Clock::now();
  const Address ana = Address::from_host("192.0.2.1");
  CHECK_FALSE(visitors.has(ana, now));
  visitors.note(ana, now);
  CHECK(visitors.has(ana, now + 14s));
  CHECK_FALSE(visitors.has(ana, now + 16s));
  CHECK_FALSE(visitors.has(Address::from_host("192.0.2.2"), now));
  visitors.note(ana, now + 20s);
  CHECK(visitors.has(ana, now + 30s));
}

TEST_CASE("PageVisitors: a network of IPv6 is one address") {
  PageVisitors visitors;
  const auto now = PageVisitors::Clock::now();
  visitors.note(Address::from_host("2001:db8::1"), now);
  CHECK(visitors.has(Address::from_host("2001:db8::2"), now));
  CHECK_FALSE(visitors.has(Address::from_host("2001:db8:0:1::1"), now));
}

}  // namespace grotto
