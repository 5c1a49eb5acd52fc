#include <doctest/doctest.h>

#include <map>

#include "two_workers.h"

namespace grotto {

using testing::FakeMember;
using testing::TwoWorkers;
using Texts = std::vector<std::string>;
using Keeping = Lobby::Keeping;

namespace {

/// Keeps lines in memory, by the numbers of their rooms.
class FakeArchive final : public Archive {
 public:
  Restored open_room(std::string_view name, std::size_t /*lines_max*/,
                     std::size_t /*bytes_max*/) override {
    Restored restored;
    const auto found = numbers_.find(std::string(name));
    restored.room = found == numbers_.end() ? begin_room(name) : found->second;
    for (const auto& [line, text] : lines_[restored.room]) {
      restored.lines.push_back({line, 1'000, LineKind::say, text});
      restored.next = line + 1;
    }
    return restored;
  }
  RoomNumber begin_room(std::string_view name) override {
    if (has_no_numbers) return 0;
    numbers_[std::string(name)] = ++last_;
    return last_;
  }
  void end_room(RoomNumber room) noexcept override {
    ended.push_back(room);
    std::erase_if(numbers_, [&](const auto& each) { return each.second == room; });
  }
  void append(RoomNumber room, LineNumber first, LineNumber end,
              const Snapshot& log) noexcept override {
    for (LineNumber line = first; line < end; ++line) {
      std::string text(log.line(line));
      text.resize(text.size() - 2);
      lines_[room][line] = text;
    }
  }
  void read(const Question& /*question*/, std::function<void(Page page)> /*done*/) override {}
  void when_kept(RoomNumber /*room*/, std::function<void(const Kept& kept)> /*done*/) override {}

  Texts lines(RoomNumber room) {
    Texts out;
    for (const auto& [line, text] : lines_[room]) {
      out.push_back(std::to_string(line) + " " + text);
    }
    return out;
  }
  bool has_no_numbers = false;
  std::vector<RoomNumber> ended;

 private:
  RoomNumber last_ = 0;
  std::map<std::string, RoomNumber> numbers_;
  std::map<RoomNumber, std::map<LineNumber, std::string>> lines_;
};

/// Two workers and an archive; ana is in the cave, which she founded.
struct Cave : TwoWorkers {
  std::shared_ptr<FakeArchive> archive = std::make_shared<FakeArchive>();
  FakeMember ana{"ana"};
  LocalRoom* cave = nullptr;

  explicit Cave(std::size_t kept_rooms_max = 10) : TwoWorkers(with(kept_rooms_max)) {
    lobby.set_archive(archive);
    cave = here.open(name("cave"));
    cave->join(ana, ana.name(), 0);
  }
  static Limits with(std::size_t kept_rooms_max) {
    Limits limits;
    limits.kept_rooms_max = kept_rooms_max;
    return limits;
  }
  void says(const std::string& text) {
    ana.room()->append(LineKind::say, &ana, {"ana: ", text});
    tick();
  }
  void leaves() {
    ana.room()->leave(ana);
    tick();
  }
  void enters() {
    cave = here.open(name("cave"));
    cave->join(ana, ana.name(), 0);
    tick();
  }
  std::shared_ptr<Room> found() { return lobby.find_room(name("cave").key); }
  Archive::RoomNumber number() { return found()->place().number; }
};

}  // namespace

TEST_CASE(
    "Lobby: a kept room is there when nobody is in it, and vanishes when it is kept no more") {
  Cave it;
  CHECK(it.lobby.keep_room(it.cave->room()) == Keeping::kept);
  CHECK(it.lobby.keep_room(it.cave->room()) == Keeping::already);
  it.leaves();
  CHECK(it.here.count() == 0);  // it costs the worker nothing
  REQUIRE(it.found() != nullptr);
  CHECK(it.found()->is_kept());
  it.enters();
  CHECK(it.here.count() == 1);
  SUBCASE("with somebody in it: when he has left") {
    it.lobby.stop_keeping(it.cave->room());
    it.lobby.stop_keeping(it.cave->room());
    it.tick();
    CHECK(it.found() != nullptr);
    it.leaves();
  }
  SUBCASE("with nobody in it: at once") {
    it.leaves();
    const std::shared_ptr<Room> room = it.found();
    it.lobby.stop_keeping(*room);
    CHECK(it.lobby.keep_room(*room) == Keeping::gone);
    it.lobby.stop_keeping(*room);
  }
  CHECK(it.found() == nullptr);
  CHECK(it.archive->ended == std::vector<Archive::RoomNumber>{1});
  it.enters();
  CHECK_FALSE(it.found()->is_kept());
  CHECK(it.lobby.keep_room(it.cave->room()) == Keeping::kept);
}

TEST_CASE(
    "Lobby: a kept room's lines go to the archive, those before as well, with their numbers") {
  Cave it;
  it.says("before");
  CHECK(it.found()->place().archive == nullptr);
  REQUIRE(it.lobby.keep_room(it.cave->room()) == Keeping::kept);
  CHECK(it.found()->place().archive == it.archive.get());
  const auto first = it.number();
  CHECK(it.archive->lines(first) == Texts{"0 ana: before"});
  it.says("while it is kept");
  it.lobby.stop_keeping(it.cave->room());
  CHECK(it.found()->place().archive == nullptr);
  it.says("between");
  CHECK(it.archive->lines(first) == Texts{"0 ana: before", "1 ana: while it is kept"});
  REQUIRE(it.lobby.keep_room(it.cave->room()) == Keeping::kept);
  CHECK(it.number() != first);
  CHECK(it.archive->lines(it.number()) ==
        Texts{"0 ana: before", "1 ana: while it is kept", "2 ana: between"});
}

TEST_CASE("Lobby: a room that was founded anew and kept has nothing of the first one's lines") {
  Cave it;
  REQUIRE(it.lobby.keep_room(it.cave->room()) == Keeping::kept);
  const auto first = it.number();
  it.says("secret");
  it.lobby.stop_keeping(it.cave->room());
  it.leaves();
  it.enters();
  it.says("new");
  REQUIRE(it.lobby.keep_room(it.cave->room()) == Keeping::kept);
  CHECK(it.archive->lines(it.number()) == Texts{"0 ana: new"});
  CHECK(it.archive->lines(first) == Texts{"0 ana: secret"});
}

TEST_CASE("Lobby: a kept room of a run before has its lines, and its numbers go on") {
  Cave first;
  REQUIRE(first.lobby.keep_room(first.cave->room()) == Keeping::kept);
  first.says("one");
  first.says("two");

  TwoWorkers again;
  again.lobby.set_archive(first.archive);
  again.lobby.add_permanent_room(again.name("lobby"));
  const std::shared_ptr<Room> cave = again.lobby.add_kept_room(again.name("cave"));
  REQUIRE(cave != nullptr);
  CHECK(again.lobby.add_kept_room(again.name("CAVE")) == nullptr);
  CHECK(again.lobby.add_kept_room(again.name("lobby")) == nullptr);
  CHECK(again.lobby.keep_room(*again.lobby.find_room(again.name("lobby").key)) == Keeping::already);
  cave->rules().set_password("sesame");
  CHECK(cave->rules().password() == "sesame");
  FakeMember oskar("oskar");
  LocalRoom* const there = again.there.open(again.name("cave"));
  CHECK(&there->room() == cave.get());
  CHECK(there->join(oskar, oskar.name(), 1) == 1);
  CHECK_FALSE(cave->is_operator(oskar));
  there->append(LineKind::say, nullptr, {"three"});
  again.tick();
  oskar.flush();
  CHECK(oskar.read.find("ana: two\r\n") == 0);
  CHECK(first.archive->lines(cave->place().number) == Texts{"0 ana: one", "1 ana: two", "2 three"});
}

TEST_CASE(
    "Lobby: there is a bound of kept rooms, but those of a run before are kept all the same") {
  Cave it(2);
  FakeMember oskar("oskar");
  FakeMember luzmi("luzmi");
  LocalRoom* const den = it.there.open(it.name("den"));
  LocalRoom* const pit = it.there.open(it.name("pit"));
  den->join(oskar, oskar.name(), 0);
  pit->join(luzmi, luzmi.name(), 0);
  CHECK(it.lobby.keep_room(den->room()) == Keeping::kept);
  CHECK(it.lobby.keep_room(pit->room()) == Keeping::kept);
  CHECK(it.lobby.keep_room(it.cave->room()) == Keeping::too_many);
  CHECK_FALSE(it.found()->is_kept());
  it.lobby.stop_keeping(den->room());
  CHECK(it.lobby.keep_room(it.cave->room()) == Keeping::kept);
  CHECK(it.lobby.add_kept_room(it.name("old")) != nullptr);
  it.lobby.stop_keeping(pit->room());
  CHECK(it.lobby.keep_room(den->room()) == Keeping::too_many);
}

TEST_CASE("Lobby: without an archive, or without a number, a kept room is in memory only") {
  Cave it;
  SUBCASE("no archive") {
    it.lobby.set_archive(nullptr);
  }
  SUBCASE("no number") {
    it.archive->has_no_numbers = true;
  }
  CHECK(it.lobby.keep_room(it.cave->room()) == Keeping::kept);
  it.says("kaixo");
  CHECK(it.found()->place().archive == nullptr);
  it.leaves();
  CHECK(it.found() != nullptr);
  it.lobby.stop_keeping(*it.found());
  CHECK(it.found() == nullptr);
  CHECK(it.archive->ended.empty());
}

TEST_CASE("Room: of a kept room nobody becomes an operator by being there first or longest") {
  Cave it;
  Room& room = it.cave->room();
  FakeMember oskar("oskar");
  it.cave->join(oskar, oskar.name(), 0);
  REQUIRE(it.lobby.keep_room(room) == Keeping::kept);
  CHECK(room.is_operator(it.ana));
  it.leaves();
  CHECK(room.succeed_operator().empty());
  it.cave->leave(oskar);
  it.tick();
  it.enters();
  CHECK_FALSE(room.is_operator(it.ana));
  room.set_operator(it.ana, true);
  CHECK(room.is_operator(it.ana));
  room.set_operator(it.ana, false);
  it.lobby.stop_keeping(room);
  CHECK(room.succeed_operator() == "ana");
}

}  // namespace grotto
