#include "room/local_room.h"

#include <doctest/doctest.h>

#include <random>
#include <regex>

#include "crowd.h"
#include "support/seed.h"

namespace grotto {

using testing::Crowd;
using testing::FakeMember;

TEST_CASE("LocalRoom: a line reaches everybody but who said it") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  auto oskar = crowd.enters("oskar");
  crowd.says(*ana, "kaixo");
  crowd.tick();
  ana->flush();
  oskar->flush();
  CHECK(oskar->read == "ana: kaixo\r\n");
  CHECK(ana->read.empty());

  SUBCASE("unless it asks for its own") {
    ana->set_gets_own_lines(true);
    crowd.says(*ana, "bai");
    crowd.tick();
    ana->flush();
    CHECK(ana->read == "ana: bai\r\n");
  }
  SUBCASE("and nobody is touched for nothing") {
    crowd.says(*ana, "bai");
    crowd.tick();
    CHECK(oskar->is_touched);
    CHECK_FALSE(ana->is_touched);
  }
}

TEST_CASE("LocalRoom: of what one alone has said everything may be let go of") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  for (const char* text : {"kaixo", "bai"}) {
    crowd.says(*ana, text);
    crowd.tick();
    CHECK(crowd.room().keep_rule().patient_line == crowd.room().transcript().head());
  }
}

TEST_CASE("LocalRoom: history is said lines only, and ends with a mark") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  crowd.says(*ana, "one");
  crowd.local().append(LineKind::join, nullptr, {"x has joined the chat!"});
  crowd.says(*ana, "two");
  crowd.tick();
  auto oskar = std::make_unique<FakeMember>("oskar");
  CHECK(crowd.local().join(*oskar, oskar->name(), 20) == 2);
  crowd.says(*ana, "three");
  crowd.tick();
  oskar->flush();
  CHECK(oskar->read == "ana: one\r\nana: two\r\n-- now --\r\nana: three\r\n");
}

TEST_CASE("LocalRoom: lines with times are a form of the same lines") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  auto oskar = crowd.enters("oskar");
  oskar->set_form(LineForm({.is_timed = true}, false));
  crowd.says(*ana, "kaixo");
  crowd.tick();
  oskar->flush(7);  // the rest of the cut line follows whole
  CHECK(oskar->read.size() == std::string("[14:03:22] ana: kaixo\r\n").size());
  CHECK(oskar->read.substr(10) == " ana: kaixo\r\n");
  oskar->set_form(LineForm());
  crowd.says(*ana, "agur");
  crowd.tick();
  oskar->flush();
  CHECK(oskar->read.ends_with("ana: agur\r\n"));
}

TEST_CASE("LocalRoom: forms do not disturb each other, whichever is read first") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  std::vector<std::unique_ptr<FakeMember>> readers;
  for (const bool timed : {false, true}) {
    for (const bool colored : {false, true}) {
      for (const bool tagged : {false, true}) {
        readers.push_back(crowd.enters("reader"));
        readers.back()->set_form(LineForm({timed, colored}, tagged));
      }
    }
  }
  crowd.says(*ana, "kaixo");
  crowd.tick();
  std::vector<std::string> seen;
  for (auto& reader : readers) {
    reader->flush();
    seen.push_back(std::regex_replace(reader->read, std::regex("\\[[0-9:]{8}\\]"), "[time]"));
  }
  CHECK(seen[0] == "ana: kaixo\r\n");
  CHECK(seen[1] == "[lobby] ana: kaixo\r\n");
  CHECK(seen[4] == "[time] ana: kaixo\r\n");
  CHECK(seen[5] == "[time] [lobby] ana: kaixo\r\n");
  for (const std::size_t colored : {2U, 3U, 6U, 7U}) {
    CHECK(seen[colored].find("ana\x1b[0m: kaixo\r\n") != std::string::npos);
    CHECK(std::regex_replace(seen[colored], std::regex("\x1b\\[[0-9;]*m"), "") ==
          seen[colored - 2]);
  }
}

TEST_CASE("LocalRoom: who leaves still gets what was said before") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  auto oskar = crowd.enters("oskar");
  crowd.says(*ana, "before");
  crowd.local().leave(*oskar);
  crowd.says(*ana, "after");
  crowd.tick();
  oskar->flush();
  CHECK(oskar->read == "ana: before\r\n");
}

TEST_CASE("LocalRoom: who says more than a window in one tick goes on in the next") {
  Limits limits;
  limits.window_lines_max = 10;
  for (const bool is_alone : {true, false}) {
    CAPTURE(is_alone);
    Crowd crowd(1, limits);
    auto ana = crowd.enters("ana");
    auto oskar = is_alone ? nullptr : crowd.enters("oskar");
    for (int tick = 0; tick < 5; ++tick) {
      int said = 0;
      while (crowd.local().may_say(*ana)) {
        crowd.says(*ana, "line");
        REQUIRE(++said <= 10);
      }
      CHECK(said == 10);
      ana->was_told_to_try_again = false;
      crowd.end_tick();
      if (oskar != nullptr) oskar->flush();
      crowd.worker().run_posted();
      CHECK(ana->was_told_to_try_again);
    }
  }
}

TEST_CASE("LocalRoom: a say waits for a patient member, and no longer than its patience") {
  Limits limits;
  limits.window_lines_max = 10;
  Crowd crowd(1, limits);
  auto ana = crowd.enters("ana");
  auto slow = crowd.enters("slow");
  auto keen = crowd.enters("keen");
  crowd.pass_ms(11'000);  // nobody is a newcomer any more
  slow->block();
  int said = 0;
  while (crowd.local().may_say(*ana)) {
    crowd.says(*ana, "line");
    ++said;
    if (said % 3 == 0) {
      crowd.tick();
      keen->flush();
    }
    REQUIRE(said < 100);
  }
  CHECK(said == 10);
  crowd.pass_ms(1'900);
  CHECK_FALSE(ana->was_told_to_try_again);

  SUBCASE("patience runs out") {
    crowd.pass_ms(200);
    crowd.tick();
    CHECK(ana->was_told_to_try_again);
    CHECK(crowd.local().may_say(*ana));
  }
  SUBCASE("the slow one catches up") {
    slow->unblock();
    crowd.tick();
    slow->flush();
    keen->flush();
    crowd.tick();
    CHECK(ana->was_told_to_try_again);
    CHECK(crowd.local().may_say(*ana));
    CHECK(slow->read == keen->read);
  }
  SUBCASE("the slow one goes away") {
    crowd.local().leave(*slow);
    crowd.tick();
    CHECK(ana->was_told_to_try_again);
  }
}

TEST_CASE("LocalRoom: a say waits for bytes too, fewer the more are there") {
  Limits limits;
  limits.window_bytes_total = 12'000;
  limits.window_bytes_min = 1'000;
  limits.window_bytes_max = 5'000;
  const auto said_ahead_of_a_slow_one = [&](std::size_t members) {
    Crowd crowd(1, limits);
    auto ana = crowd.enters("ana");
    auto slow = crowd.enters("slow");
    std::vector<std::unique_ptr<FakeMember>> others;
    while (others.size() + 2 < members) others.push_back(crowd.enters("other"));
    crowd.pass_ms(11'000);
    slow->block();
    std::size_t bytes = 0;
    while (crowd.local().may_say(*ana)) {
      crowd.says(*ana, std::string(93, 'x'));
      bytes += 100;  // with "ana: " and the line's end
      REQUIRE(bytes < 20'000);
      crowd.tick();
      ana->flush();
      for (auto& other : others) other->flush();
    }
    return bytes;
  };
  CHECK(said_ahead_of_a_slow_one(2) == 5'000);   // no more than so much
  CHECK(said_ahead_of_a_slow_one(4) == 3'000);   // a share of all
  CHECK(said_ahead_of_a_slow_one(40) == 1'000);  // no less than so much
}

TEST_CASE("LocalRoom: nobody waits for oneself") {
  Limits limits;
  limits.window_lines_max = 10;
  Crowd crowd(1, limits);
  auto ana = crowd.enters("ana");
  auto oskar = crowd.enters("oskar");
  crowd.says(*oskar, "hello");
  crowd.tick();
  ana->block();  // does not read
  for (int i = 0; i < 50; ++i) {
    REQUIRE(crowd.local().may_say(*ana));
    crowd.says(*ana, "line");
    crowd.tick();
    oskar->flush();
  }
}

TEST_CASE("LocalRoom: a lapped member is told how many lines it missed, and loses no other") {
  Limits limits;
  limits.window_lines_max = 10;
  limits.window_bytes_min = limits.window_bytes_max = 1024;
  Crowd crowd(1, limits);
  auto ana = crowd.enters("ana");
  auto slow = crowd.enters("slow");
  auto keen = crowd.enters("keen");
  slow->block();
  crowd.pass_ms(300);  // a newcomer's patience
  for (int i = 0; i < 2000; ++i) {
    REQUIRE(crowd.local().may_say(*ana));
    crowd.says(*ana, std::to_string(i));
    if (i % 100 == 0) crowd.says(*slow, "own " + std::to_string(i));
    crowd.tick();
    ana->flush();
    keen->flush();
  }
  slow->unblock();
  slow->flush();
  int skipped = 0;
  REQUIRE(std::sscanf(slow->read.c_str(), "-- %d lines skipped", &skipped) == 1);
  const std::string expected_first = "ana: " + std::to_string(skipped) + "\r\n";
  const std::string rest = slow->read.substr(slow->read.find("\r\n") + 2);
  CHECK(rest.starts_with(expected_first));
  CHECK(rest.ends_with("ana: 1999\r\n"));
  CHECK(rest.find("own") == std::string::npos);
  CHECK(skipped > 900);
}

TEST_CASE("LocalRoom: with --slow drop a lapped member is dropped instead") {
  Limits limits;
  limits.window_lines_max = 10;
  limits.window_bytes_min = limits.window_bytes_max = 1024;
  Crowd crowd(1, limits, SlowPolicy::drop);
  auto ana = crowd.enters("ana");
  auto slow = crowd.enters("slow");
  slow->block();
  crowd.pass_ms(300);
  for (int i = 0; i < 2000 && !slow->was_too_slow; ++i) {
    crowd.says(*ana, std::to_string(i));
    crowd.tick();
  }
  CHECK(slow->was_too_slow);
}

TEST_CASE("LocalRoom: members of several workers read one order, complete, under random stalls") {
  INFO("seed ", test::seed());
  std::mt19937_64 random(test::seed());
  const unsigned workers = 3;
  Limits limits;
  limits.window_lines_max = 40;
  Crowd crowd(workers, limits);
  std::vector<std::unique_ptr<FakeMember>> members;
  for (unsigned i = 0; i < 9; ++i) {
    members.push_back(crowd.enters("m" + std::to_string(i), i % workers));
    members.back()->set_gets_own_lines(true);
  }
  std::vector<int> said(members.size(), 0);
  int waited = 0;
  for (int round = 0; round < 3000; ++round) {
    const std::size_t who = random() % members.size();
    const auto worker = static_cast<unsigned>(who) % workers;
    if (crowd.local(worker).may_say(*members[who])) {
      crowd.says(*members[who], std::to_string(said[who]++), worker);
    } else {
      ++waited;
    }
    if (random() % 3 == 0) crowd.end_tick(static_cast<unsigned>(random() % workers));
    if (random() % 2 == 0) crowd.worker(static_cast<unsigned>(random() % workers)).run_posted();
    members[random() % members.size()]->flush(random() % 200);
  }
  crowd.tick();
  for (auto& member : members) member->flush();
  for (const auto& member : members) CHECK(member->read == members[0]->read);
  for (std::size_t who = 0; who < members.size(); ++who) {
    const std::string last = "m" + std::to_string(who) + ": " + std::to_string(said[who] - 1);
    CHECK(members[0]->read.find(last + "\r\n") != std::string::npos);
  }
  MESSAGE("waited ", waited, " times");
}

TEST_CASE("Room: names are listed in order of joining, without oneself, with a bound") {
  Crowd crowd;
  auto ana = crowd.enters("ana");
  auto oskar = crowd.enters("oskar");
  auto luzmi = crowd.enters("luzmi");
  CHECK(crowd.room().list_names(luzmi.get(), 100) == "ana oskar");
  CHECK(crowd.room().list_names(ana.get(), 1) == "oskar and 1 more");
  crowd.local().leave(*oskar);
  CHECK(crowd.room().list_names(nullptr, 100) == "ana luzmi");
}

TEST_CASE("Room: a list of long names ends at its bytes") {
  Crowd crowd;
  std::vector<decltype(crowd.enters(""))> members;
  for (int i = 0; i < 300; ++i)
    members.push_back(crowd.enters(std::to_string(1'000 + i) + std::string(246, 'x')));
  const std::string listed = crowd.room().list_names(nullptr, 1'000);
  CHECK(listed.size() <= Room::kListedBytesMax + 20);
  CHECK(listed.ends_with(" and 56 more"));  // 244 of 250 bytes and a blank
  const Room::Names names = crowd.room().names(1'000);
  CHECK(names.listed.size() == 242);  // of 250 bytes, quotes and a comma
  CHECK(names.more == 58);

  Crowd quoted;
  std::vector<decltype(quoted.enters(""))> others;
  for (int i = 0; i < 300; ++i)
    others.push_back(quoted.enters(std::to_string(1'000 + i) + std::string(246, '"')));
  CHECK(quoted.room().names(1'000).listed.size() == 123);  // of 499 bytes, as each quote is two
}

}  // namespace grotto
