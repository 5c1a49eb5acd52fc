#include "store/retention.h"

#include <doctest/doctest.h>

#include "kept.h"

namespace grotto {

using testing::Folder;

namespace {

/// Rooms 1 and 2 with lines 0 to 999 each; line N was said at 1,000 * N ms.
class Past {
 public:
  Past() {
    database_.prepare_to_write();
    database_.begin();
    for (const Archive::RoomNumber room : {1U, 2U}) {
      database_.name_room(room, "room" + std::to_string(room));
      for (LineNumber line = 0; line < 1'000; ++line) {
        database_.add(room, line, static_cast<std::int64_t>(line) * 1'000, LineKind::say,
                      "ana: " + std::string(200, 'x'));
      }
    }
    database_.commit();
  }
  std::size_t remove(const Retention& retention, std::size_t lines_max = 100'000) {
    return remove_old(database_, retention, 1'000'000, lines_max);
  }
  LineNumber oldest(Archive::RoomNumber room) { return database_.oldest(room)->line; }
  void forget(Archive::RoomNumber room) { database_.forget_room(room); }
  std::vector<Archive::RoomNumber> rooms() {
    std::vector<Archive::RoomNumber> out;
    for (const auto& room : database_.rooms()) out.push_back(room.number);
    return out;
  }
  Archive::RoomNumber last_room() { return database_.last_room(); }
  std::uint64_t bytes() { return database_.bytes_in_use(); }

 private:
  const Folder folder_;
  Database database_{folder_.file()};
};

}  // namespace

TEST_CASE("Retention: nothing is removed unless something is too much") {
  Past past;
  CHECK(past.remove({}) == 0);
  CHECK(past.remove({2'000'000, 1'000, 1ULL << 30U}) == 0);
}

TEST_CASE("Retention: by age, by lines of each room, whichever keeps less") {
  Past past;
  CHECK(past.remove({.age_ms = 900'000}) == 200);  // older than 100,000 ms
  CHECK(past.oldest(1) == 100);
  CHECK(past.oldest(2) == 100);
  CHECK(past.remove({.age_ms = 900'000, .lines = 500}) == 800);
  CHECK(past.oldest(2) == 500);
}

TEST_CASE("Retention: in steps, oldest first") {
  Past past;
  CHECK(past.remove({.lines = 100}, 300) == 300);
  CHECK(past.oldest(1) == 300);
  CHECK(past.oldest(2) == 0);
  CHECK(past.remove({.age_ms = 500'000}, 150) == 150);
  CHECK(past.remove({.lines = 100}, 100'000) == 1'800 - 450);
  CHECK(past.oldest(1) == 900);
  CHECK(past.oldest(2) == 900);
}

TEST_CASE("Retention: by bytes, of the room whose past is the oldest; the newest line stays") {
  Past past;
  const std::uint64_t bound = past.bytes() / 2;
  CHECK(past.remove({.bytes = bound}) > 0);
  CHECK(past.bytes() <= bound);
  static_cast<void>(past.remove({.age_ms = 1, .bytes = 1}));
  CHECK(past.oldest(1) == 999);
  CHECK(past.oldest(2) == 999);
  CHECK(past.remove({.age_ms = 1, .bytes = 1}) == 0);
}

TEST_CASE("Retention: of a room that is kept no longer the newest line goes too") {
  Past past;
  past.forget(2);
  CHECK(past.rooms() == std::vector<Archive::RoomNumber>{1, 2});
  CHECK(past.last_room() == 2);  // its number is not given out again
  SUBCASE("by age") {
    CHECK(past.remove({.age_ms = 1}) == 999 + 1'000);
  }
  SUBCASE("by bytes") {
    CHECK(past.remove({.bytes = 1}) == 999 + 1'000);
  }
  CHECK(past.rooms() == std::vector<Archive::RoomNumber>{1});
  CHECK(past.oldest(1) == 999);
}

}  // namespace grotto
