#include "service/passwords.h"

#include <doctest/doctest.h>

#include <string>

#include "../room/crowd.h"
#include "service/attempts.h"

using namespace grotto;           // NOLINT: a test of one layer
using namespace grotto::testing;  // NOLINT

TEST_CASE("Passwords: a hash is of Argon2id, differs each time, and knows its password") {
  FakeWorker worker(0, 1);
  const auto passwords = Passwords::create();
  std::string one;
  std::string other;
  REQUIRE(passwords->hash(worker, "sesame 1", [&](const std::string& hash) { one = hash; }));
  REQUIRE(passwords->hash(worker, "sesame 1", [&](const std::string& hash) { other = hash; }));
  worker.run_posted();
  CHECK(one.starts_with("$argon2id$v=19$m=65536,t=2,p=1$"));
  CHECK(one != other);
  int right = 0;
  int wrong = 0;
  const auto count = [&](bool is_right) { ++(is_right ? right : wrong); };
  CHECK(passwords->check(worker, "sesame 1", one, count));
  CHECK(passwords->check(worker, "Sesame 1", one, count));
  worker.run_posted();
  CHECK(passwords->check(worker, "sesame 1", "no hash", count));
  worker.run_posted();
  CHECK(right == 1);
  CHECK(wrong == 2);
}

TEST_CASE("Passwords: two at a time, so many wait, and one more is refused") {
  FakeWorker worker(0, 1);
  const auto passwords = Passwords::create();
  std::size_t done = 0;
  const auto check = [&] {
    return passwords->check(worker, "sesame", "no hash", [&](bool) { ++done; });
  };
  for (std::size_t i = 0; i < Passwords::kAtOnceMax + Passwords::kWaitingMax; ++i) CHECK(check());
  CHECK_FALSE(check());
  worker.run_posted();
  CHECK(done == Passwords::kAtOnceMax + Passwords::kWaitingMax);
  CHECK(check());
}

TEST_CASE("Passwords: equal is equal, and a random text is another one each time") {
  CHECK(Passwords::are_equal("sesame", "sesame"));
  CHECK_FALSE(Passwords::are_equal("sesame", "sesam"));
  CHECK_FALSE(Passwords::are_equal("", "x"));
  CHECK(Passwords::random_text(16).size() == 22);
  CHECK(Passwords::random_text(16) != Passwords::random_text(16));
}

TEST_CASE("Attempts: a burst may be wrong, then one after each pause") {
  Attempts attempts(3, 1'000);
  for (int i = 0; i < 3; ++i) {
    CHECK(attempts.wait_ms("192.0.2.7", 50) == 0);
    attempts.count("192.0.2.7", 50);
  }
  CHECK(attempts.wait_ms("192.0.2.7", 50) == 1'000);
  CHECK(attempts.wait_ms("192.0.2.8", 50) == 0);
  CHECK(attempts.wait_ms("192.0.2.7", 1'050) == 0);
  attempts.count("192.0.2.7", 1'050);
  attempts.count("192.0.2.7", 1'050);  // one that was under way meanwhile
  CHECK(attempts.wait_ms("192.0.2.7", 1'050) == 2'000);
}

TEST_CASE("Attempts: no more keys are counted than the bound") {
  Attempts attempts(3, 1'000);
  for (std::size_t i = 0; i < 3 * Attempts::kKeysMax; ++i)
    attempts.count(std::to_string(i), i / 100);
  CHECK(attempts.keys() <= Attempts::kKeysMax);
  CHECK(attempts.keys() > Attempts::kKeysMax / 2);
}
