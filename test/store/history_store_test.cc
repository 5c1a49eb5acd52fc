#include "store/history_store.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "kept.h"

namespace grotto {

using testing::Folder;
using testing::FullDisk;
using testing::KeptRoom;
using testing::open;
using testing::texts;
using Texts = std::vector<std::string>;

TEST_CASE("HistoryStore: what was kept is there after the next start, and numbers go on") {
  const Folder folder;
  {
    const auto store = open(folder);
    KeptRoom lobby(*store, "lobby");
    KeptRoom cave(*store, "cave");
    store->start();
    CHECK(lobby.restored().next == 0);
    lobby.say({"ana: one", "ana: two"});
    cave.say({"oskar: in the cave"});
    lobby.say({"luzmi has joined the chat!"}, LineKind::join);
    lobby.say({"luzmi changed the topic: bats"}, LineKind::topic);
    CHECK(lobby.sync().empty());
    lobby.say({"ana: after the sync"});  // the end writes what is queued
  }
  const auto store = open(folder);
  const KeptRoom cave(*store, "cave");
  const KeptRoom lobby(*store, "lobby");
  CHECK(lobby.restored().next == 5);
  CHECK(texts(lobby.restored().lines) == Texts{"ana: one", "ana: two", "luzmi has joined the chat!",
                                               "luzmi changed the topic: bats",
                                               "ana: after the sync"});
  CHECK(lobby.restored().lines[2].kind == LineKind::join);
  CHECK(lobby.restored().lines[3].kind == LineKind::topic);
  CHECK(lobby.restored().lines[4].number == 4);
  CHECK(lobby.restored().lines[0].at_ms == 1'000);
  CHECK(texts(cave.restored().lines) == Texts{"oskar: in the cave"});
}

TEST_CASE("HistoryStore: as much is restored as was asked for, and nothing across a gap") {
  const Folder folder;
  {
    const auto store = open(folder);
    KeptRoom lobby(*store, "lobby");
    store->start();
    for (int i = 0; i < 100; ++i) lobby.say({"ana: " + std::to_string(i)});
  }
  {
    const auto store = open(folder);
    CHECK(texts(store->open_room("lobby", 3, 1'000).lines) ==
          Texts{"ana: 97", "ana: 98", "ana: 99"});
  }
  {
    const auto store = open(folder);
    CHECK(texts(store->open_room("lobby", 100, 14).lines) == Texts{"ana: 98", "ana: 99"});
  }
  SQLite::Database(folder.file(), SQLite::OPEN_READWRITE)
      .exec("DELETE FROM line WHERE text = 'ana: 97'");
  const auto store = open(folder);
  const auto restored = store->open_room("lobby", 100, 1'000);
  CHECK(texts(restored.lines) == Texts{"ana: 98", "ana: 99"});
  CHECK(restored.next == 100);
}

TEST_CASE("HistoryStore: a page is what was said before a line, since a time, within bounds") {
  const Folder folder;
  const auto store = open(folder);
  KeptRoom lobby(*store, "lobby");
  KeptRoom cave(*store, "cave");
  store->start();
  for (int i = 0; i < 10; ++i) {
    lobby.say({"ana: " + std::to_string(i)}, LineKind::say, 1'000 + i);
    lobby.say({"somebody has left the chat."}, LineKind::leave, 1'000 + i);
    cave.say({"elsewhere"});
  }
  Archive::Page page = lobby.read(kNoLine, 3);
  CHECK(texts(page.lines) == Texts{"ana: 7", "ana: 8", "ana: 9"});
  CHECK(page.has_earlier);
  page = lobby.read(14, 2);
  CHECK(texts(page.lines) == Texts{"ana: 5", "ana: 6"});
  page = lobby.read(4);
  CHECK(texts(page.lines) == Texts{"ana: 0", "ana: 1"});
  CHECK_FALSE(page.has_earlier);
  page = lobby.read(kNoLine, 100, 1'008);
  CHECK(texts(page.lines) == Texts{"ana: 8", "ana: 9"});
  CHECK_FALSE(page.has_earlier);
  page = lobby.read(kNoLine, 100, 0, 13);
  CHECK(texts(page.lines) == Texts{"ana: 8", "ana: 9"});
  CHECK(page.has_earlier);
  CHECK(lobby.read(0).lines.empty());
  CHECK(texts(lobby.read(1ULL << 63U, 1).lines) == Texts{"ana: 9"});
}

TEST_CASE("HistoryStore: one process at a time, and the other is told who") {
  const Folder folder;
  const auto store = open(folder);
  HistoryStore::Options options;
  options.path = folder.file();
  const auto second = HistoryStore::open(options);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().exit_status == 73);
  CHECK(second.error().sentence.find(std::to_string(::getpid())) != std::string::npos);
}

TEST_CASE("HistoryStore: where it cannot be is said, and a folder that is missing is made") {
  const Folder folder;
  HistoryStore::Options options;
  options.path = (folder.path() / "a/b/kept.db").string();
  CHECK(HistoryStore::open(options).has_value());
  options.path = "/proc/kept.db";
  const auto no_folder = HistoryStore::open(options);
  REQUIRE_FALSE(no_folder.has_value());
  CHECK(no_folder.error().exit_status == 73);
  options.path = folder.path().string();
  CHECK(HistoryStore::open(options).error().sentence.find("is a folder") != std::string::npos);
}

TEST_CASE("HistoryStore: a broken file is set aside, and history begins anew") {
  const Folder folder;
  std::string before;
  SUBCASE("no database at all") {
    before = std::string(5'000, 'x');
  }
  SUBCASE("cut off") {
    {
      const auto store = open(folder);
      KeptRoom lobby(*store, "lobby");
      store->start();
      for (int i = 0; i < 500; ++i) lobby.say({"ana: " + std::string(100, 'y')});
    }
    std::ifstream in(folder.file(), std::ios::binary);
    before = std::string(std::istreambuf_iterator<char>(in), {}).substr(0, 20'000);
  }
  std::ofstream(folder.file(), std::ios::binary | std::ios::trunc) << before;
  {
    const auto store = open(folder);
    KeptRoom lobby(*store, "lobby");
    store->start();
    lobby.say({"ana: anew"});
    while (!lobby.sync().empty()) {  // a cut may show only when it is written to
    }
  }
  const auto store = open(folder);
  const auto restored = store->open_room("lobby", 10, 1'000);
  REQUIRE_FALSE(restored.lines.empty());
  CHECK(restored.lines.back().text == "ana: anew");
  std::ifstream aside(folder.file() + ".broken-1", std::ios::binary);
  REQUIRE(aside.good());
}

TEST_CASE("HistoryStore: a file of a newer version is left alone") {
  const Folder folder;
  SQLite::Database(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE)
      .exec("PRAGMA user_version=1000");
  HistoryStore::Options options;
  options.path = folder.file();
  const auto newer = HistoryStore::open(options);
  REQUIRE_FALSE(newer.has_value());
  CHECK(newer.error().exit_status == 78);
  CHECK(SQLite::Database(folder.file()).execAndGet("PRAGMA user_version").getInt() == 1000);
}

TEST_CASE("HistoryStore: who asks does not wait for lines to gather") {
  const Folder folder;
  const auto store = open(folder);
  KeptRoom lobby(*store, "lobby");
  store->start();
  constexpr int kRounds = 30;  // they gather for 200 ms
  const auto start = std::chrono::steady_clock::now();
  // It shall be idle before a line and gather after it; what is checked holds if it is not so.
  const auto says = [&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    lobby.say({"ana: kaixo"});
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  };
  for (int i = 0; i < kRounds; ++i) {
    says();
    CHECK(lobby.sync().empty());
    says();
    CHECK_FALSE(lobby.read(kNoLine).lines.empty());
  }
  CHECK(std::chrono::steady_clock::now() - start < kRounds * std::chrono::milliseconds(100));
}

TEST_CASE("Database: what is rolled back is not written by the next commit") {
  const Folder folder;
  Database database(folder.file());
  database.prepare_to_write();
  database.begin();
  database.add(1, 7, 1'000, LineKind::say, "ana: no");
  database.roll_back();
  database.begin();
  database.add(1, 8, 1'000, LineKind::say, "ana: yes");
  database.commit();
  CHECK(database.oldest(1)->line == 8);
}

TEST_CASE("HistoryStore: lines of all lengths are kept, however many come at once") {
  const Folder folder;
  Texts said;
  {
    const auto store = open(folder);
    KeptRoom lobby(*store, "lobby");
    store->start();
    for (int lines = 0; lines < 40; ++lines) {
      Texts tick;
      for (int i = 0; i < lines; ++i) tick.emplace_back(static_cast<std::size_t>(i * lines), 'x');
      lobby.say(tick);
      said.insert(said.end(), tick.begin(), tick.end());
      CHECK(lobby.sync().empty());
    }
    CHECK(texts(lobby.read(kNoLine, 1'000).lines) == said);
  }
  CHECK(texts(KeptRoom(*open(folder), "lobby").restored().lines) == said);
}

TEST_CASE("HistoryStore: a full disk costs nothing that was said, and what waits has a bound") {
  const Folder folder;
  HistoryStore::Options options;
  options.path = folder.file();
  options.queue_bytes_max = 64 * 1024;
  options.retry_ms = 5;
  auto store = std::move(*HistoryStore::open(options));
  KeptRoom lobby(*store, "lobby");
  store->start();
  lobby.say({"ana: before"});
  CHECK(lobby.sync().empty());
  auto full = std::make_unique<FullDisk>();
  lobby.say({"ana: while it was full"});
  CHECK_FALSE(lobby.sync().empty());
  CHECK(store->dropped_lines() == 0);
  CHECK(store->counters().is_off.value() == 1);
  CHECK(store->counters().failures.value() > 0);
  CHECK(store->waiting().lines == 1);
  full.reset();
  while (!lobby.sync().empty()) {
  }
  CHECK(texts(lobby.read(kNoLine).lines) == Texts{"ana: before", "ana: while it was full"});

  full = std::make_unique<FullDisk>();
  for (int i = 0; i < 2'000; ++i) lobby.say({"ana: " + std::string(100, 'z')});
  CHECK_FALSE(lobby.sync().empty());
  const std::uint64_t dropped = store->dropped_lines();
  CHECK(dropped > 1'000);
  full.reset();
  while (!lobby.sync().empty()) {
  }
  const Archive::Page page = lobby.read(kNoLine, 5'000);
  CHECK(page.lines.size() == 2 + 2'000 - dropped);
  CHECK(page.lines.back().number == lobby.head() - 1);
  CHECK(lobby.kept().lost == dropped);
  CHECK(lobby.kept().lost == dropped);  // whoever asks
  CHECK(store->counters().is_off.value() == 0);
  CHECK(store->counters().commits.sum_ns() > 0);
  CHECK(store->waiting().lines == 0);
  CHECK(store->waiting().bytes == 0);
  CHECK(store->waiting().dropped_lines == dropped);
}

}  // namespace grotto
