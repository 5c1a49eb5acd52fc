#include "store/room_numbers.h"

#include <doctest/doctest.h>

namespace grotto {

using Changes = RoomNumbers::Changes;

TEST_CASE("RoomNumbers: none is given out as long as those of the file are not known") {
  RoomNumbers numbers;
  CHECK(numbers.begin("cave") == 0);
  CHECK_FALSE(numbers.has_changes());
  numbers.begin_after(7);
  CHECK(numbers.begin("cave") == 8);
  CHECK(numbers.take() == Changes{{8, "cave"}});
}

TEST_CASE("RoomNumbers: a room that has a name again has another number, and there is a last one") {
  RoomNumbers numbers;
  numbers.begin_after(RoomNumbers::kMax - 2);
  const auto first = numbers.begin("cave");
  numbers.end(first);
  const auto second = numbers.begin("cave");
  CHECK(second == first + 1);
  CHECK(second == RoomNumbers::kMax);
  CHECK(numbers.begin("cave") == 0);
  CHECK(numbers.take() == Changes{{first, std::nullopt}, {second, "cave"}});
}

TEST_CASE(
    "RoomNumbers: a failed commit's changes are told again, but for what is newer; a new file is "
    "told all") {
  RoomNumbers numbers;
  numbers.begin_after(3);
  numbers.add(3, "lobby");
  CHECK_FALSE(numbers.has_changes());  // the file has it
  const auto cave = numbers.begin("cave");
  Changes taken = numbers.take();
  numbers.end(cave);
  const auto den = numbers.begin("den");
  numbers.put_back(taken);
  CHECK(numbers.take() == Changes{{cave, std::nullopt}, {den, "den"}});
  numbers.repeat_all();
  CHECK(numbers.take() == Changes{{3, "lobby"}, {den, "den"}});
}

}  // namespace grotto
