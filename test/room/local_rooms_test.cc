#include "room/local_rooms.h"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <vector>

#include "crowd.h"
#include "two_workers.h"

namespace grotto {

using testing::FakeMember;
using testing::TwoWorkers;

namespace {

// Two people in a founded room, both on the first worker.
struct Cave : TwoWorkers {
  std::unique_ptr<FakeMember> ana = std::make_unique<FakeMember>("ana");
  FakeMember oskar{"oskar"};
  LocalRoom* cave = here.open(name("cave"));

  Cave() {
    cave->join(*ana, ana->name(), 0);
    cave->join(oskar, oskar.name(), 0);
  }
};

}  // namespace

TEST_CASE("LocalRooms: a founded room vanishes when the last has left, a permanent one stays") {
  TwoWorkers both;
  both.lobby.add_permanent_room(both.name("lobby"));
  FakeMember ana("ana");
  FakeMember oskar("oskar");
  both.here.open(both.name("cave"))->join(ana, ana.name(), 0);
  both.there.open(both.name("cave"))->join(oskar, oskar.name(), 0);
  static_cast<void>(both.here.open(both.name("lobby")));
  both.tick();
  CHECK(both.here.count() == 2);
  CHECK(both.lobby.find_room(both.name("cave").key) != nullptr);

  both.here.open(both.name("cave"))->leave(ana);
  both.tick();
  CHECK(both.here.count() == 1);
  CHECK(both.lobby.find_room(both.name("cave").key) != nullptr);
  oskar.room()->leave(oskar);
  both.tick();
  CHECK(both.there.count() == 0);
  CHECK(both.lobby.find_room(both.name("cave").key) == nullptr);
  CHECK(both.lobby.find_room(both.name("lobby").key) != nullptr);
}

TEST_CASE("LocalRooms: a room that was founded again knows nothing of the first one") {
  TwoWorkers both;
  FakeMember ana("ana");
  LocalRoom* cave = both.here.open(both.name("cave"), {"sesame", {}});
  CHECK(cave->room().rules().admit({}, "sesame") == RoomRules::Verdict::welcome);
  cave->join(ana, ana.name(), 0);
  cave->append(LineKind::say, &ana, {"ana: kaixo"});
  both.tick();
  cave->leave(ana);
  both.tick();
  cave = both.here.open(both.name("cave"));
  CHECK_FALSE(cave->room().rules().has_password());
  CHECK(cave->join(ana, ana.name(), 20) == 0);
  both.tick();
  CHECK_FALSE(ana.has_more());
}

TEST_CASE("LocalRooms: a room is not given up under who has left and has lines to read yet") {
  Cave it;
  it.cave->append(LineKind::say, &it.oskar, {"oskar: last words"});
  it.cave->leave(*it.ana);
  it.cave->leave(it.oskar);
  it.tick();
  CHECK(it.here.count() == 1);
  it.ana->flush();
  it.oskar.flush();
  CHECK(it.ana->read == "oskar: last words\r\n");
  CHECK(it.ana->room() == nullptr);
  it.tick();
  CHECK(it.here.count() == 0);
}

TEST_CASE("LocalRooms: a member that goes away lets the room go") {
  Cave it;
  it.cave->append(LineKind::say, &it.oskar, {"oskar: kaixo"});
  it.tick();
  it.ana.reset();
  it.cave->leave(it.oskar);
  it.tick();
  CHECK(it.here.count() == 0);
}

TEST_CASE(
    "LocalRooms: lines and progress reach another worker's part that came, went and came again") {
  TwoWorkers both;
  FakeMember ana("ana");
  FakeMember oskar("oskar");
  both.here.open(both.name("cave"))->join(ana, ana.name(), 0);
  for (int round = 0; round < 3; ++round) {
    both.there.open(both.name("cave"))->join(oskar, oskar.name(), 0);
    both.tick();
    ana.room()->append(LineKind::say, &ana, {"ana: ", std::to_string(round)});
    both.here.end_tick();
    if (round == 1) {  // what was posted finds nobody
      oskar.room()->forget(oskar);
      both.there.end_tick();
      CHECK(both.there.count() == 0);
      both.tick();
      continue;
    }
    both.tick();
    oskar.flush();
    CHECK(oskar.read == "ana: " + std::to_string(round) + "\r\n");
    oskar.read.clear();
    oskar.room()->leave(oskar);
    both.tick();
  }
}

TEST_CASE("DueRooms: a fault in one room costs no other its turn") {
  TwoWorkers both;
  DueRooms due;
  std::vector<std::shared_ptr<Room>> rooms;
  std::vector<std::shared_ptr<LocalRoom>> parts;
  FakeMember ana("ana");
  FakeMember oskar("oskar");
  for (FakeMember* each : {&ana, &oskar}) {
    rooms.push_back(both.lobby.use_room(both.name(each->name()), {}));
    parts.push_back(LocalRoom::create(*rooms.back(), both.one, SlowPolicy::skip, due));
    parts.back()->join(*each, each->name(), 0);
    parts.back()->append(LineKind::say, nullptr, {"kaixo"});
  }
  CHECK_THROWS(due.end_tick([](LocalRoom&) { throw std::bad_alloc(); }));
  ana.flush();
  oskar.flush();
  CHECK(ana.read == "kaixo\r\n");
  CHECK(oskar.read.empty());
  due.end_tick([](LocalRoom&) {});
  oskar.flush();
  CHECK(oskar.read == "kaixo\r\n");
}

TEST_CASE("Lobby: names of rooms that look alike are one room, and there is a bound") {
  TwoWorkers both(2);
  FakeMember ana("ana");
  LocalRoom* const cave = both.here.open(both.name("cave"));
  cave->join(ana, ana.name(), 0);
  CHECK(both.there.open(both.name("CAVE")) != nullptr);
  CHECK(&both.there.open(both.name("CAVE"))->room() == &cave->room());
  CHECK(both.here.open(both.name("other")) != nullptr);
  CHECK(both.here.open(both.name("third")) == nullptr);
  both.tick();
  CHECK(both.here.open(both.name("third")) != nullptr);  // nobody was in the other one
}

TEST_CASE("Lobby: rooms are listed by members, private ones not, with a bound") {
  TwoWorkers both;
  std::vector<std::unique_ptr<FakeMember>> people;
  const auto enters = [&](std::string_view room) {
    people.push_back(std::make_unique<FakeMember>("p" + std::to_string(people.size())));
    both.here.open(both.name(room))->join(*people.back(), people.back()->name(), 0);
  };
  for (const char* room : {"b", "a", "big", "big", "secret"}) enters(room);
  both.lobby.find_room(both.name("secret").key)->rules().set_private(true);
  both.lobby.find_room(both.name("big").key)->rules().set_topic("size", "p2");
  std::size_t more = 0;
  auto listed = both.lobby.list_rooms(10, more);
  REQUIRE(listed.size() == 3);
  CHECK(more == 0);
  CHECK(listed[0].name == "big");
  CHECK(listed[0].members == 2);
  CHECK(listed[0].topic == "size");
  CHECK(listed[1].name == "a");
  CHECK(listed[2].name == "b");
  listed = both.lobby.list_rooms(1, more);
  CHECK(listed.size() == 1);
  CHECK(more == 2);
}

TEST_CASE("Room: the founder is its operator, then who has been there longest") {
  TwoWorkers both;
  both.lobby.add_permanent_room(both.name("lobby"));
  FakeMember ana("ana");
  FakeMember oskar("oskar");
  FakeMember luzmi("luzmi");
  LocalRoom* const cave = both.here.open(both.name("cave"));
  for (FakeMember* each : {&ana, &oskar, &luzmi}) cave->join(*each, each->name(), 0);
  Room& room = cave->room();
  CHECK(room.list_names(nullptr, 10) == "@ana oskar luzmi");
  CHECK(room.succeed_operator().empty());
  cave->leave(ana);
  CHECK(room.succeed_operator() == "oskar");
  CHECK(room.is_operator(oskar));
  CHECK_FALSE(room.is_operator(luzmi));
  cave->join(ana, ana.name(), 0);
  CHECK_FALSE(room.is_operator(ana));

  LocalRoom* const lobby = both.here.open(both.name("lobby"));
  FakeMember zuri("zuri");
  lobby->join(zuri, zuri.name(), 0);
  CHECK_FALSE(lobby->room().is_operator(zuri));
  CHECK(lobby->room().succeed_operator().empty());
}

TEST_CASE("RoomRules: a password, an invitation that opens once, and nothing for who has neither") {
  using Verdict = RoomRules::Verdict;
  const NameRules names({});
  const NameKey ana = names.own("ana").key;
  const NameKey oskar = names.own("oskar").key;
  RoomRules rules;
  CHECK(rules.admit(ana, "") == Verdict::welcome);
  rules.set_password("sesame");
  CHECK(rules.admit(ana, "") == Verdict::wants_password);
  CHECK(rules.admit(ana, "sesam") == Verdict::wrong_password);
  CHECK(rules.admit(ana, "sesamee") == Verdict::wrong_password);
  CHECK(rules.admit(ana, "Sesame") == Verdict::wrong_password);
  CHECK(rules.admit(ana, "sesame") == Verdict::welcome);
  rules.set_private(true);
  CHECK(rules.admit(ana, "sesame") == Verdict::wants_invitation);
  rules.invite(oskar);
  CHECK(rules.admit(ana, "") == Verdict::wants_invitation);
  CHECK(rules.admit(oskar, "") == Verdict::welcome);
  CHECK(rules.admit(oskar, "") == Verdict::wants_invitation);
  for (std::size_t i = 0; i < RoomRules::kInvitationsMax; ++i) {
    rules.invite(names.own("guest" + std::to_string(i)).key);
  }
  rules.invite(ana);  // the oldest goes
  CHECK(rules.admit(names.own("guest0").key, "") == Verdict::wants_invitation);
  CHECK(rules.admit(names.own("guest1").key, "") == Verdict::welcome);
  CHECK(rules.admit(ana, "") == Verdict::welcome);
}

namespace {

struct Somebody final : Person {
  explicit Somebody(WorkerContext& worker) : worker_(worker) {}
  WorkerContext& worker() noexcept override { return worker_; }
  WorkerContext& worker_;
};

}  // namespace

TEST_CASE("Lobby: a reserved name is nobody's but his for whom it is, and stays so when he goes") {
  TwoWorkers both;
  Somebody parrot(both.one);
  Somebody ana(both.two);
  const NameKey key = both.name("parrot").key;
  const NameKey like_it = both.name("Parrot").key;
  REQUIRE(both.lobby.reserve_name(key));
  CHECK_FALSE(both.lobby.reserve_name(like_it));
  CHECK_FALSE(both.lobby.claim_name(key, ana));
  CHECK_FALSE(both.lobby.claim_name(like_it, ana));
  CHECK_FALSE(both.lobby.claim_reserved_name(both.name("ana").key, ana));
  CHECK_FALSE(both.lobby.post_to(key, [](Person*) {}));

  REQUIRE(both.lobby.claim_reserved_name(key, parrot));
  CHECK_FALSE(both.lobby.claim_reserved_name(key, ana));
  int calls = 0;
  CHECK(both.lobby.post_to(key, [&](Person* person) { calls += person == &parrot ? 1 : 100; }));
  both.one.run_posted();
  CHECK(calls == 1);

  both.lobby.release_name(key);
  CHECK_FALSE(both.lobby.claim_name(key, ana));
  CHECK_FALSE(both.lobby.post_to(key, [](Person*) {}));
  CHECK(both.lobby.claim_reserved_name(key, parrot));

  REQUIRE(both.lobby.claim_name(both.name("ana").key, ana));
  CHECK_FALSE(both.lobby.change_name(both.name("ana").key, like_it, ana));
}

TEST_CASE("Lobby: a task for a name runs where that person is, and is told if he has gone") {
  TwoWorkers both;
  Somebody ana(both.two);
  const NameKey key = both.name("ana").key;
  REQUIRE(both.lobby.claim_name(key, ana));
  int calls = 0;
  CHECK(both.lobby.post_to(key, [&](Person* person) { calls += person == &ana ? 1 : 100; }));
  both.one.run_posted();
  CHECK(calls == 0);
  both.two.run_posted();
  CHECK(calls == 1);
  CHECK(both.lobby.post_to(key, [&](Person* person) { calls += person == nullptr ? 10 : 100; }));
  both.lobby.release_name(key);
  both.two.run_posted();
  CHECK(calls == 11);
  CHECK_FALSE(both.lobby.post_to(key, [&](Person*) { calls += 100; }));
}

}  // namespace grotto
