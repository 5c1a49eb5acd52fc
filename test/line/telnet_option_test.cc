#include "line/telnet_option.h"

#include <doctest/doctest.h>

#include <optional>
#include <utility>

namespace grotto {
namespace {

constexpr auto kSilence = TelnetOption::Answer{};

TEST_CASE("TelnetOption: an offer is taken or refused, and said again only when asked again") {
  TelnetOption option;
  CHECK(option.receive(true, false) == TelnetOption::Answer{false});
  CHECK_FALSE(option.is_on());
  CHECK(option.receive(true, true) == TelnetOption::Answer{true});
  CHECK(option.is_on());
  CHECK(option.receive(true, true) == kSilence);
  CHECK(option.receive(false, true) == TelnetOption::Answer{false});
  CHECK_FALSE(option.is_on());
  CHECK(option.receive(false, true) == kSilence);
}

TEST_CASE("TelnetOption: a request waits for its answer and is not repeated") {
  TelnetOption option;
  CHECK(option.request(true) == TelnetOption::Answer{true});
  CHECK_FALSE(option.is_settled());
  CHECK(option.request(true) == kSilence);
  CHECK(option.receive(true, true) == kSilence);
  CHECK(option.is_on());
  CHECK(option.request(true) == kSilence);
  CHECK(option.request(false) == TelnetOption::Answer{false});
  CHECK(option.receive(false, true) == kSilence);
  CHECK(option.is_settled());
  CHECK(option.request(false) == kSilence);
  SUBCASE("and may be refused") {
    CHECK(option.request(true) == TelnetOption::Answer{true});
    CHECK(option.receive(false, true) == kSilence);
    CHECK_FALSE(option.is_on());
  }
}

TEST_CASE("TelnetOption: a change of mind waits for the answer to the first request") {
  TelnetOption option;
  option.request(true);
  CHECK(option.request(false) == kSilence);
  CHECK(option.request(false) == kSilence);
  SUBCASE("yes, then no") {
    CHECK(option.receive(true, true) == TelnetOption::Answer{false});
    CHECK(option.request(false) == kSilence);
    SUBCASE("then yes again") {
      CHECK(option.request(true) == kSilence);
      CHECK(option.request(true) == kSilence);
      SUBCASE("confirmed") {
        CHECK(option.receive(false, true) == TelnetOption::Answer{true});
        CHECK(option.receive(true, true) == kSilence);
        CHECK(option.is_on());
      }
      SUBCASE("the peer never left it") {
        CHECK(option.receive(true, true) == kSilence);
        CHECK(option.is_on());
      }
      SUBCASE("and no after all") {
        CHECK(option.request(false) == kSilence);
        CHECK(option.receive(false, true) == kSilence);
        CHECK_FALSE(option.is_on());
      }
    }
  }
  SUBCASE("the peer refuses") {
    CHECK(option.receive(false, true) == kSilence);
    CHECK(option.is_settled());
  }
  SUBCASE("yes, no, yes before any answer") {
    CHECK(option.request(true) == kSilence);
    CHECK(option.receive(true, true) == kSilence);
    CHECK(option.is_on());
  }
}

TEST_CASE("TelnetOption: two machines that want opposite things come to rest") {
  for (const bool ours : {false, true}) {
    for (const bool theirs : {false, true}) {
      TelnetOption us;
      TelnetOption them;
      auto to_them = us.request(true);
      auto to_us = them.request(true);
      int messages = 0;
      while ((to_them || to_us) && messages < 20) {
        const auto in_flight_to_them = std::exchange(to_them, std::nullopt);
        const auto in_flight_to_us = std::exchange(to_us, std::nullopt);
        if (in_flight_to_them) to_us = them.receive(*in_flight_to_them, theirs);
        if (in_flight_to_us) to_them = us.receive(*in_flight_to_us, ours);
        ++messages;
      }
      CHECK(messages < 20);
      CHECK(us.is_settled());
      CHECK(us.is_on() == them.is_on());
    }
  }
}

TEST_CASE("TelnetOption: an upgrade takes over where it stands, and nothing that is no state") {
  TelnetOption asked;
  asked.request(true);
  TelnetOption taken_over;
  REQUIRE(taken_over.restore(asked.saved()));
  CHECK_FALSE(taken_over.is_settled());
  CHECK_FALSE(taken_over.restore(200));
  CHECK_FALSE(taken_over.is_settled());  // as it was
  taken_over.receive(true, true);
  CHECK(taken_over.is_on());
}

}  // namespace
}  // namespace grotto
