#include "daemon/admission.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <string>

namespace grotto {

namespace {

Address peer(const char* text) {
  sockaddr_in6 ip6{};
  ip6.sin6_family = AF_INET6;
  if (inet_pton(AF_INET6, text, &ip6.sin6_addr) == 1) {
    return Address::from(reinterpret_cast<sockaddr&>(ip6));
  }
  sockaddr_in ip4{};
  ip4.sin_family = AF_INET;
  REQUIRE(inet_pton(AF_INET, text, &ip4.sin_addr) == 1);
  return Address::from(reinterpret_cast<sockaddr&>(ip4));
}

Limits limits(std::size_t clients) {
  Limits made;
  made.clients_max = clients;
  return made;
}

Address one_of_a_million(std::uint32_t number) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "2001:db8:%x:%x::1", number >> 16U, number & 0xffffU);
  return peer(text.data());
}

}  // namespace

TEST_CASE("Admission: as many as there are places, and again when one has left") {
  Admission admission(limits(2), {});
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::admitted);
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::admitted);
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::full);
  admission.left(peer("127.0.0.1"));
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::admitted);
}

TEST_CASE("Admission: sixteen from one address, and one IPv6 /64 is one address") {
  Admission admission(limits(1000), {});
  for (int i = 0; i < 16; ++i) {
    CHECK(admission.decide(peer("192.0.2.1")) == Verdict::admitted);
    CHECK(admission.decide(peer(("2001:db8::" + std::to_string(i + 1)).c_str())) ==
          Verdict::admitted);
  }
  CHECK(admission.decide(peer("192.0.2.1")) == Verdict::per_address);
  CHECK(admission.decide(peer("2001:db8::ffff")) == Verdict::per_address);
  CHECK(admission.decide(peer("2001:db8:0:1::1")) == Verdict::admitted);
  CHECK(admission.decide(peer("192.0.2.2")) == Verdict::admitted);
  admission.left(peer("192.0.2.1"));
  CHECK(admission.decide(peer("192.0.2.1")) == Verdict::admitted);
}

TEST_CASE("Admission: loopback and Unix sockets are exempt from the limit per address") {
  Admission admission(limits(1000), {});
  for (int i = 0; i < 100; ++i) {
    CHECK(admission.decide(peer("127.0.0.1")) == Verdict::admitted);
    CHECK(admission.decide(Address::unix_peer(7)) == Verdict::admitted);
  }
}

TEST_CASE("Admission: a million addresses leave nothing behind") {
  Admission admission(limits(100), {});
  std::size_t most = 0;
  for (std::uint32_t i = 0; i < 1'000'000; ++i) {
    const Address from = one_of_a_million(i);
    if (admission.decide(from) != Verdict::admitted) FAIL("refused: ", from.to_string());
    most = std::max(most, admission.addresses());
    admission.left(from);
  }
  CHECK(most == 1);
  CHECK(admission.addresses() == 0);
}

TEST_CASE("Admission: of a million addresses that stay those are remembered that came in or wait") {
  Limits chosen = limits(100);
  chosen.waiting_max = 20;
  Admission admission(chosen, {.allow = {}, .deny = {}, .wait_turn = true});
  std::map<Verdict, std::size_t> verdicts;
  for (std::uint32_t i = 0; i < 1'000'000; ++i) ++verdicts[admission.decide(one_of_a_million(i))];
  CHECK(verdicts[Verdict::admitted] == 100);
  CHECK(verdicts[Verdict::waits] == 20);
  CHECK(verdicts[Verdict::queue_full] == 999'880);
  CHECK(admission.addresses() == 120);
}

TEST_CASE("Admission: what is exempt is an option") {
  Limits chosen = limits(1000);
  chosen.clients_per_address = 1;
  chosen.exempt = {*Network::parse("10.0.0.0/8")};
  Admission admission(chosen, {});
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::admitted);
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::per_address);
  for (int i = 0; i < 5; ++i) CHECK(admission.decide(peer("10.1.2.3")) == Verdict::admitted);
}

TEST_CASE("Admission: who waits has a turn in order, and a newcomer does not jump the queue") {
  Admission admission(limits(1), {.allow = {}, .deny = {}, .wait_turn = true});
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::admitted);
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::waits);
  CHECK_FALSE(admission.take_turn());
  admission.left(peer("127.0.0.1"));
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::waits);
  CHECK(admission.take_turn());
  CHECK_FALSE(admission.take_turn());
  CHECK(admission.waiting() == 1);
  admission.left_queue(peer("127.0.0.1"));
  CHECK(admission.waiting() == 0);
}

TEST_CASE("Admission: a hundred may wait, no more") {
  Admission admission(limits(1), {.allow = {}, .deny = {}, .wait_turn = true});
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::admitted);
  for (int i = 0; i < 100; ++i) CHECK(admission.decide(peer("127.0.0.1")) == Verdict::waits);
  CHECK(admission.decide(peer("127.0.0.1")) == Verdict::queue_full);
}

TEST_CASE("Admission: deny goes before allow, and allow closes the door to others") {
  Admission::Rules rules;
  rules.allow = {*Network::parse("10.0.0.0/8"), *Network::parse("unix")};
  rules.deny = {*Network::parse("10.1.0.0/16")};
  Admission admission(limits(10), rules);
  CHECK(admission.decide(peer("10.2.3.4")) == Verdict::admitted);
  CHECK(admission.decide(Address::unix_peer(1)) == Verdict::admitted);
  CHECK(admission.decide(peer("10.1.3.4")) == Verdict::denied);
  CHECK(admission.decide(peer("192.0.2.1")) == Verdict::denied);
}

}  // namespace grotto
