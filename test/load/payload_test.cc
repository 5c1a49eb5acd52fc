#include "load/check/payload.h"

#include <doctest/doctest.h>

#include <random>
#include <string>

#include "support/seed.h"

using namespace grotto::load;  // NOLINT: a test of one module

namespace {

Payload random_payload(std::mt19937_64& random) {
  const std::uint64_t intended = random() & 0x7FFF'FFFF'FFFF;
  return {.tag = static_cast<std::uint32_t>(random()) & kTagMask,
          .sender = static_cast<std::uint32_t>(random()) & kSenderMask,
          .sequence = random() & 0xF'FFFF'FFFF,
          .intended_ns = intended,
          .sent_ns = intended + random() % 1'000'000'000 * 64};
}

std::string written(const Payload& payload, std::size_t size) {
  std::string text(size, '?');
  write_payload(payload, text.data(), size);
  return text;
}

}  // namespace

TEST_CASE("Payload: what was written is read, at every size and with every digit") {
  const auto seed = grotto::test::seed();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (std::size_t size = kPayloadBytesMin; size < 300; ++size) {
    const Payload payload = random_payload(random);
    Payload read;
    REQUIRE(read_payload(written(payload, size), read) == PayloadState::whole);
    CHECK(read == payload);
  }
  Payload read;
  CHECK(read_payload(written(Payload{}, 100'000), read) == PayloadState::whole);
}

TEST_CASE("Payload: a line may be hours behind its schedule") {
  constexpr std::uint64_t kSecondNs = 1'000'000'000;
  for (const std::uint64_t lag_s : {0U, 34U, 64U, 65U, 68U, 69U, 130U, 1'800U, 70'000U}) {
    CAPTURE(lag_s);
    const std::uint64_t intended = 7 * kSecondNs + 13;
    Payload read;
    const std::string text =
        written({.intended_ns = intended, .sent_ns = intended + lag_s * kSecondNs}, 64);
    REQUIRE(read_payload(text, read) == PayloadState::whole);
    CHECK(read.sent_ns <= intended + lag_s * kSecondNs);
    CHECK(intended + lag_s * kSecondNs - read.sent_ns < (lag_s <= 64 ? 64 : 1 << 20));
  }
}

TEST_CASE("Payload: a line is printable and has no space, no slash and no control character") {
  for (const char byte : written({.tag = 1, .sender = 2, .sequence = 3}, 5'000)) {
    CHECK(byte > ' ');
    CHECK(byte <= '~');
    CHECK(byte != '/');
  }
}

TEST_CASE("Payload: any one byte changed, lost, doubled or two swapped makes it corrupted") {
  const auto seed = grotto::test::seed();
  INFO("seed " << seed);
  std::mt19937_64 random(seed);
  for (int round = 0; round < 50; ++round) {
    const std::string good = written(random_payload(random), 31 + random() % 60);
    Payload read;
    for (std::size_t i = 0; i < good.size(); ++i) {
      std::string bad = good;
      bad[i] = static_cast<char>(static_cast<unsigned char>(bad[i]) ^ (1U << (random() % 7)));
      CHECK(read_payload(bad, read) == PayloadState::corrupted);
      bad = good;
      bad.erase(i, 1);
      CHECK(read_payload(bad, read) == PayloadState::corrupted);
      bad = good;
      bad.insert(i, 1, good[i]);
      CHECK(read_payload(bad, read) == PayloadState::corrupted);
      bad = good;
      std::swap(bad[i], bad[(i + 1) % good.size()]);
      if (bad != good) CHECK(read_payload(bad, read) == PayloadState::corrupted);
    }
  }
}

TEST_CASE("Payload: what others say is none of ours") {
  Payload read;
  for (const char* text : {"", "hello", "luzmi has joined the chat!",
                           "Greetings from the grotto! Type your name and press enter.",
                           "-- 37 lines skipped: your connection was too slow --"}) {
    CHECK(read_payload(text, read) == PayloadState::alien);
  }
}
