#include "service/udp_guard.h"

#include <doctest/doctest.h>

namespace grotto {

namespace {

std::array<std::uint8_t, 16> address(unsigned number) {
  return {0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0,
          0xFF,
          0xFF,
          10,
          static_cast<std::uint8_t>(number >> 16),
          static_cast<std::uint8_t>(number >> 8),
          static_cast<std::uint8_t>(number)};
}

}  // namespace

TEST_CASE("UdpGuard: ten answers a second for each source, whatever its port") {
  UdpGuard guard;
  for (std::uint16_t i = 0; i < 10; ++i) {
    CHECK(guard.may_answer(address(1), static_cast<std::uint16_t>(2000 + i), 7, 100));
  }
  CHECK_FALSE(guard.may_answer(address(1), 3000, 7, 900));
  CHECK(guard.may_answer(address(2), 3000, 7, 900));
  CHECK(guard.may_answer(address(1), 3000, 7, 1100));
}

TEST_CASE("UdpGuard: in no second more than ten, wherever it begins") {
  UdpGuard guard;
  CHECK(guard.may_answer(address(1), 3000, 7, 100));
  for (int i = 0; i < 9; ++i) CHECK(guard.may_answer(address(1), 3000, 7, 1'090));
  CHECK(guard.may_answer(address(1), 3000, 7, 1'100));
  CHECK_FALSE(guard.may_answer(address(1), 3000, 7, 1'110));
  CHECK_FALSE(guard.may_answer(address(1), 3000, 7, 2'089));
  for (int i = 0; i < 9; ++i) CHECK(guard.may_answer(address(1), 3000, 7, 2'090));
  CHECK_FALSE(guard.may_answer(address(1), 3000, 7, 2'090));
}

TEST_CASE("UdpGuard: never to a port below 1024, nor to its own") {
  UdpGuard guard;
  CHECK_FALSE(guard.may_answer(address(1), 1023, 5001, 0));
  CHECK_FALSE(guard.may_answer(address(1), 7, 5001, 0));
  CHECK_FALSE(guard.may_answer(address(1), 5001, 5001, 0));
  CHECK(guard.may_answer(address(1), 1024, 5001, 0));
}

TEST_CASE("UdpGuard: the table of sources is bounded, and idle ones make room") {
  UdpGuard guard;
  for (unsigned i = 0; i < UdpGuard::kSourcesMax; ++i) {
    REQUIRE(guard.may_answer(address(i), 2000, 7, 1'000));
  }
  CHECK_FALSE(guard.may_answer(address(UdpGuard::kSourcesMax), 2000, 7, 1'500));
  CHECK(guard.sources() == UdpGuard::kSourcesMax);
  CHECK(guard.may_answer(address(UdpGuard::kSourcesMax), 2000, 7, 3'000));
  CHECK(guard.sources() == 1);
}

}  // namespace grotto
