#include "room/access_list.h"

#include <doctest/doctest.h>

using namespace grotto;  // NOLINT: a test of one layer

namespace {

const NameRules& rules() {
  static const NameRules made({});
  return made;
}

AccessEntry of_name(std::string_view name, std::int64_t at_ms = 0, std::int64_t until_ms = 0) {
  return {{std::string(name), rules().own(name).key}, "olatz", "spam", at_ms, until_ms};
}

AccessEntry of_network(std::string_view text, std::int64_t at_ms = 0, std::int64_t until_ms = 0) {
  const Network network = *Network::parse(text);
  return {{network.to_string(), network}, "olatz", "spam", at_ms, until_ms};
}

Address at(std::string_view host) {
  return Address::from_host(host);
}

}  // namespace

TEST_CASE("AccessList: a name stands for all that look like it") {
  AccessList list(10);
  CHECK(list.put(of_name("luzmi")));
  CHECK(list.find(rules().own("LUZMI").key, 0)->target.text == "luzmi");
  CHECK(list.find(rules().own("1uzmi").key, 0).has_value() ==
        rules().own("1uzmi").key.clashes_with(rules().own("luzmi").key));
  CHECK_FALSE(list.find(rules().own("oskar").key, 0));
  CHECK(list.remove(of_name("Luzmi").target)->by == "olatz");
  CHECK_FALSE(list.find(rules().own("luzmi").key, 0));
  CHECK_FALSE(list.remove(of_name("luzmi").target));
}

TEST_CASE("AccessList: of networks that an address is in, the smallest counts") {
  AccessList list(10);
  CHECK(list.put(of_network("10.0.0.0/8")));
  CHECK(list.put(of_network("10.1.0.0/16")));
  CHECK(list.put(of_network("2001:db8::/32")));
  CHECK(list.put(of_network("unix")));
  CHECK(list.find(at("10.1.2.3"), 0)->target.text == "10.1.0.0/16");
  CHECK(list.find(at("10.2.2.3"), 0)->target.text == "10.0.0.0/8");
  CHECK(list.find(at("2001:db8:1::7"), 0)->target.text == "2001:db8::/32");
  CHECK(list.find(at("unix"), 0));
  CHECK_FALSE(list.find(at("11.0.0.1"), 0));
  CHECK_FALSE(list.find(at("2001:db9::7"), 0));
  CHECK(list.remove(of_network("10.1.0.0/16").target));
  CHECK(list.find(at("10.1.2.3"), 0)->target.text == "10.0.0.0/8");
  CHECK(list.remove(of_network("10.0.0.0/8").target));
  CHECK_FALSE(list.find(at("10.1.2.3"), 0));
}

TEST_CASE("AccessList: an IPv6 range of as many bits is no IPv4 range") {
  AccessList list(10);
  CHECK(list.put(of_network("::/8")));
  CHECK_FALSE(list.put(of_network("::/8")) == false);
  CHECK(list.find(at("::1"), 0));
}

TEST_CASE("AccessList: what is over does not count, and makes room") {
  AccessList list(2);
  CHECK(list.put(of_name("ana", 1, 100)));
  CHECK(list.put(of_network("10.0.0.0/8", 2, 0)));
  CHECK_FALSE(list.put(of_name("oskar")));
  CHECK(list.put(of_name("ana", 3, 200)));  // in place of the first
  CHECK(list.find(rules().own("ana").key, 199));
  CHECK_FALSE(list.find(rules().own("ana").key, 200));
  CHECK(list.take_over(200).size() == 1);
  CHECK(list.put(of_name("oskar")));
  CHECK_FALSE(list.is_empty(200));
}

TEST_CASE("AccessList: the newest come first, and it is told how many more there are") {
  AccessList list(10);
  for (int i = 0; i < 5; ++i) CHECK(list.put(of_name("name" + std::to_string(i), i)));
  std::size_t more = 0;
  const auto newest = list.newest(2, 0, more);
  REQUIRE(newest.size() == 2);
  CHECK(newest[0].target.text == "name4");
  CHECK(newest[1].target.text == "name3");
  CHECK(more == 3);
}
