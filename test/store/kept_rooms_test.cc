// Rooms that become kept while the server runs, in a real store.
#include <doctest/doctest.h>

#include <thread>

#include "kept.h"
#include "room/lobby.h"

namespace grotto {

using testing::Folder;
using testing::open;
using testing::texts;
using Texts = std::vector<std::string>;
using Keeping = Lobby::Keeping;

namespace {

/// A server's lobby on a store; one worker uses what is founded.
class Server {
 public:
  explicit Server(const Folder& folder) : store_(testing::open(folder)) {
    lobby_.set_archive(store_);
    lobby_.add_permanent_room(name("lobby"));
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;
  ~Server() {
    for (const auto& room : used_) lobby_.give_back(*room);
  }
  void start() { store_->start(); }
  std::shared_ptr<Room> restores(std::string_view room) { return lobby_.add_kept_room(name(room)); }
  std::shared_ptr<Room> founds(std::string_view room) {
    used_.push_back(lobby_.use_room(name(room), {}));
    return used_.back();
  }
  void leaves(const std::shared_ptr<Room>& room) {
    std::erase(used_, room);
    lobby_.give_back(*room);
  }
  static void say(Room& room, const Texts& lines) {
    Texts whole;
    for (const std::string& line : lines) whole.push_back(line + "\r\n");
    std::vector<Transcript::Line> batch;
    for (const std::string& line : whole) batch.push_back({line, LineKind::say, 1, 1'000});
    room.transcript().append(batch, {.bytes_min = 1 << 20, .lines_min = 1'000'000});
  }
  static Texts log(Room& room) {
    const Snapshot log = room.transcript().snapshot();
    Texts out;
    for (LineNumber line = log.first(); line < log.head(); ++line) {
      const std::string_view text = log.line(line);
      out.emplace_back(text.substr(0, text.size() - 2));
    }
    return out;
  }
  /// What can be read of the room on the disk.
  Texts kept(Room& room) {
    const Room::Place place = room.place();
    REQUIRE(place.archive != nullptr);
    std::promise<Archive::Page> page;
    place.archive->read({place.number, kNoLine, 0, 100'000, 100'000'000},
                        [&](Archive::Page found) { page.set_value(std::move(found)); });
    return texts(page.get_future().get().lines);
  }
  std::string sync(Room& room) {
    std::promise<std::string> answer;
    room.place().archive->when_kept(
        room.place().number, [&](const Archive::Kept& kept) { answer.set_value(kept.fault); });
    return answer.get_future().get();
  }
  Lobby& lobby() { return lobby_; }
  HistoryStore& store() { return *store_; }

 private:
  Name name(std::string_view text) const { return names_.own(text); }

  Limits limits_;
  NameRules names_{{}};
  std::shared_ptr<HistoryStore> store_;
  Lobby lobby_{limits_, 1};
  std::vector<std::shared_ptr<Room>> used_;
};

}  // namespace

TEST_CASE("Kept rooms: a founded room is kept from then on, over starts") {
  const Folder folder;
  {
    Server server(folder);
    server.start();
    const auto cave = server.founds("cave");
    server.say(*cave, {"ana: before", "ana: it"});
    REQUIRE(server.lobby().keep_room(*cave) == Keeping::kept);
    server.say(*cave, {"ana: after"});
    CHECK(server.sync(*cave).empty());
    CHECK(server.kept(*cave) == Texts{"ana: before", "ana: it", "ana: after"});
    server.leaves(cave);
    CHECK(server.founds("cave") == cave);
  }
  for (int start = 0; start < 2; ++start) {
    Server server(folder);
    const auto cave = server.restores("cave");
    server.start();
    CHECK(cave->transcript().head() == 3 + static_cast<LineNumber>(start));
    CHECK(server.log(*cave).front() == "ana: before");
    server.say(*cave, {"oskar: again"});
  }
  Server server(folder);
  CHECK(server.log(*server.restores("cave")) ==
        Texts{"ana: before", "ana: it", "ana: after", "oskar: again", "oskar: again"});
}

TEST_CASE("Kept rooms: who founds a room anew reads nothing of the one before, over starts too") {
  const Folder folder;
  {
    Server server(folder);
    server.start();
    const auto cave = server.founds("cave");
    REQUIRE(server.lobby().keep_room(*cave) == Keeping::kept);
    server.say(*cave, {"ana: secret", "ana: and more"});
    server.lobby().stop_keeping(*cave);
    server.leaves(cave);
  }
  {
    Server server(folder);
    server.start();
    const auto cave = server.founds("cave");
    server.say(*cave, {"oskar: new"});
    REQUIRE(server.lobby().keep_room(*cave) == Keeping::kept);
    CHECK(server.sync(*cave).empty());
    CHECK(server.kept(*cave) == Texts{"oskar: new"});
  }
  Server server(folder);
  CHECK(server.log(*server.restores("cave")) == Texts{"oskar: new"});
  SQLite::Database file(folder.file());
  CHECK(file.execAndGet("SELECT count(*) FROM line").getInt() == 3);  // left to retention
}

TEST_CASE("Kept rooms: a room begun while the disk fails keeps its number and all its lines") {
  const Folder folder;
  {
    Server server(folder);
    server.start();
    const auto den = server.founds("den");
    REQUIRE(server.lobby().keep_room(*den) == Keeping::kept);
    server.say(*den, {"ana: in the den"});
    CHECK(server.sync(*den).empty());
    const auto cave = server.founds("cave");
    {
      const testing::FullDisk full;
      server.say(*cave, {"ana: one"});
      REQUIRE(server.lobby().keep_room(*cave) == Keeping::kept);
      server.lobby().stop_keeping(*den);
      CHECK_FALSE(server.sync(*cave).empty());
      server.say(*cave, {"ana: two"});
    }
    while (!server.sync(*cave).empty()) {
    }
  }
  Server server(folder);
  CHECK(server.log(*server.restores("cave")) == Texts{"ana: one", "ana: two"});
  SQLite::Database file(folder.file());
  CHECK(file.execAndGet("SELECT count(*) FROM room WHERE name = 'den'").getInt() == 0);
}

TEST_CASE("Kept rooms: kept and not kept while others talk, each stretch is whole") {
  const Folder folder;
  Server server(folder);
  server.start();
  const auto cave = server.founds("cave");
  std::atomic<LineNumber> allowed{0};  // the talker goes on until there are so many
  std::thread talker([&] {
    for (LineNumber line = 0; line < 4'000; ++line) {
      while (line >= allowed) std::this_thread::yield();
      server.say(*cave, {std::to_string(line)});
    }
  });
  bool are_whole = true;
  for (int round = 0; round < 20; ++round) {
    allowed += 200;
    are_whole &= server.lobby().keep_room(*cave) == Keeping::kept;
    while (cave->transcript().head() < allowed - 100) std::this_thread::yield();
    are_whole &= server.sync(*cave).empty();
    const Texts kept = server.kept(*cave);
    are_whole &= kept.size() >= allowed - 100;
    for (std::size_t i = 0; i < kept.size(); ++i) are_whole &= kept[i] == std::to_string(i);
    server.lobby().stop_keeping(*cave);
    are_whole &= cave->place().archive == nullptr;
  }
  talker.join();
  CHECK(are_whole);
}

}  // namespace grotto
