// A lobby and two workers without threads, each with its rooms.
#pragma once

#include <string_view>

#include "crowd.h"
#include "room/local_rooms.h"

namespace grotto::testing {

struct TwoWorkers {
  Limits limits;
  NameRules names{{}};
  Lobby lobby;
  FakeWorker one{0, 2};
  FakeWorker two{1, 2};
  LocalRooms here;
  LocalRooms there;

  explicit TwoWorkers(std::size_t rooms_max = 10) : TwoWorkers(with_rooms(rooms_max)) {}
  explicit TwoWorkers(const Limits& given)
      : limits(given),
        lobby(limits, 2),
        here(lobby, one, SlowPolicy::skip),
        there(lobby, two, SlowPolicy::skip) {}

  static Limits with_rooms(std::size_t rooms_max) {
    Limits limits;
    limits.rooms_max = rooms_max;
    return limits;
  }
  Name name(std::string_view text) const { return names.own(text); }
  void tick() {
    for (int round = 0; round < 4; ++round) {
      here.end_tick();
      there.end_tick();
      one.run_posted();
      two.run_posted();
    }
  }
};

}  // namespace grotto::testing
