#include <doctest/doctest.h>

#include "crowd.h"

namespace grotto {

using testing::Crowd;

TEST_CASE("Room counters: a delivery is one line to one member, and own lines are none") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  auto oskar = crowd.enters("oskar");
  auto luzmi = crowd.enters("luzmi");
  crowd.says(*ana, "one");
  crowd.says(*oskar, "two");
  crowd.says(*ana, "three");
  crowd.tick();
  for (auto* each : {ana.get(), oskar.get(), luzmi.get()}) each->flush();
  const WorkerCounters& counters = crowd.worker().counters();
  CHECK(counters.room_lines.value() == 3);
  CHECK(counters.deliveries.value() == 1 + 2 + 3);

  SUBCASE("unless a member asks for its own") {
    ana->set_gets_own_lines(true);
    crowd.says(*ana, "four");
    crowd.tick();
    ana->flush();
    CHECK(counters.deliveries.value() == 6 + 1);
  }
}

TEST_CASE("Room counters: what a short send cut is one delivery, whole or not") {
  for (std::size_t cut = 1; cut < 2 * std::string("ana: kaixo\r\n").size(); ++cut) {
    CAPTURE(cut);
    Crowd crowd;
    auto ana = crowd.enters("ana");
    auto oskar = crowd.enters("oskar");
    auto luzmi = crowd.enters("luzmi");
    crowd.says(*ana, "kaixo");
    crowd.says(*oskar, "hole");
    crowd.says(*ana, "agur.");
    crowd.tick();
    oskar->flush(cut);
    oskar->flush();
    CHECK(oskar->read == "ana: kaixo\r\nana: agur.\r\n");
    CHECK(crowd.worker().counters().deliveries.value() == 2);
  }
}

TEST_CASE("Room counters: of history, what was not said is no delivery") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  crowd.says(*ana, "one");
  crowd.local().append(LineKind::join, nullptr, {"x has joined the chat!"});
  crowd.says(*ana, "two");
  crowd.tick();
  auto oskar = crowd.enters("oskar", 0, 20);
  SUBCASE("sent whole") {
    oskar->flush();
  }
  SUBCASE("sent in pieces") {
    while (oskar->has_more()) oskar->flush(5);
  }
  CHECK(oskar->read == "ana: one\r\nana: two\r\n-- now --\r\n");
  CHECK(crowd.worker().counters().deliveries.value() == 2);
}

TEST_CASE("Room counters: who is lapped counts once, with all lines that it skipped") {
  Limits limits;
  limits.window_lines_max = 8;
  limits.window_bytes_min = limits.window_bytes_max = 1'024;
  Crowd crowd(1, limits);
  auto ana = crowd.enters("ana");
  auto slow = crowd.enters("slow");
  slow->block();
  crowd.pass_ms(300);  // a newcomer's patience
  for (int line = 0; line < 2'000; ++line) {
    crowd.says(*ana, std::string(60, 'x'));
    crowd.tick();
    ana->flush();
  }
  slow->unblock();
  slow->flush();
  unsigned long skipped = 0;
  REQUIRE(std::sscanf(slow->read.c_str(), "-- %lu lines skipped", &skipped) == 1);
  const WorkerCounters& counters = crowd.worker().counters();
  CHECK(counters.laps.value() == 1);
  CHECK(counters.lapped_lines.value() == skipped);
  CHECK(counters.deliveries.value() == 2'000 - skipped);
}

}  // namespace grotto
