#include "net/outbox.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "support/seed.h"

using grotto::Outbox;

TEST_CASE("Outbox: is one pointer, and empty again when all is dropped") {
  CHECK(sizeof(Outbox) == sizeof(void*));
  Outbox outbox;
  CHECK(outbox.is_empty());
  CHECK(outbox.front().empty());
  outbox.append("kaixo");
  CHECK(outbox.front() == "kaixo");
  outbox.drop_front(2);
  CHECK(outbox.front() == "ixo");
  CHECK(outbox.size() == 3);
  outbox.append("");
  outbox.drop_front(0);
  CHECK(outbox.front() == "ixo");
  outbox.drop_front(3);
  CHECK(outbox.is_empty());
  CHECK(outbox.size() == 0);
}

TEST_CASE("Outbox: blocks that come and go hold their own bytes, more of them than are kept") {
  for (int round = 0; round < 3; ++round) {
    std::vector<Outbox> outboxes(600);
    for (std::size_t i = 0; i < outboxes.size(); ++i) {
      outboxes[i].append(std::string(980 + 2 * i, static_cast<char>('a' + i % 26)));
    }
    for (std::size_t i = 0; i < outboxes.size(); ++i) {
      REQUIRE(outboxes[i].front() == std::string(980 + 2 * i, static_cast<char>('a' + i % 26)));
      if (i % 3 != 0) outboxes[i].clear();
    }
  }
}

TEST_CASE("Outbox: agrees with a string under random appending and dropping") {
  INFO("seed ", grotto::test::seed());
  std::mt19937_64 random(grotto::test::seed());
  Outbox outbox;
  std::string twin;
  for (int step = 0; step < 20'000; ++step) {
    if (random() % 2 == 0) {
      const std::string bytes(random() % (step % 100 == 0  ? 50'000
                                          : step % 10 == 0 ? 3'000
                                                           : 300),
                              static_cast<char>('a' + step % 26));
      outbox.append(bytes);
      twin += bytes;
    } else {
      const std::size_t count = random() % 4 == 0 ? twin.size() : random() % (twin.size() + 1);
      outbox.drop_front(count);
      twin.erase(0, count);
    }
    REQUIRE(outbox.size() == twin.size());
    REQUIRE(outbox.is_empty() == twin.empty());
    REQUIRE(outbox.front() == twin);
  }
}
