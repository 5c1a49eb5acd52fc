// Files of older schemas, made as their versions made them.
#include <doctest/doctest.h>

#include "kept.h"

namespace grotto {

using testing::Folder;
using testing::KeptRoom;
using testing::load;
using testing::open;
using testing::record_fault;
using testing::texts;
using Texts = std::vector<std::string>;

namespace {

/// Two rooms with three lines.
void make_schema_1(const std::string& path) {
  SQLite::Database database(path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  database.exec("PRAGMA journal_mode=WAL");
  database.exec(
      "CREATE TABLE room (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
      "CREATE TABLE line (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind INTEGER NOT NULL,"
      " text TEXT NOT NULL);"
      "INSERT INTO room VALUES (1, 'lobby'), (2, 'cave');"
      "INSERT INTO line VALUES ((1 << 40) | 7, 1000, 0, 'ana: one'),"
      " ((1 << 40) | 8, 2000, 0, 'ana: two'), ((2 << 40) | 0, 3000, 0, 'oskar: three');"
      "PRAGMA application_id=1196576596;"
      "PRAGMA user_version=1");
}

int schema_of(const std::string& path) {
  return SQLite::Database(path).execAndGet("PRAGMA user_version").getInt();
}

}  // namespace

TEST_CASE("Migration: a file of schema 1 keeps its lines and gets records") {
  const Folder folder;
  make_schema_1(folder.file());
  {
    const auto store = open(folder);
    KeptRoom lobby(*store, "lobby");
    CHECK(lobby.restored().next == 9);
    CHECK(texts(lobby.restored().lines) == Texts{"ana: one", "ana: two"});
    CHECK(load(*store, "ban").empty());
    store->start();
    lobby.say({"ana: after it"});
    store->put("ban", "oskar", "{}");
    CHECK(record_fault(*store).empty());
  }
  CHECK(schema_of(folder.file()) == Database::kSchema);
  const auto store = open(folder);
  CHECK(texts(KeptRoom(*store, "lobby").restored().lines) ==
        Texts{"ana: one", "ana: two", "ana: after it"});
  CHECK(texts(KeptRoom(*store, "cave").restored().lines) == Texts{"oskar: three"});
  CHECK(load(*store, "ban") == Texts{"oskar={}"});
}

TEST_CASE("Migration: a file that cannot be written to at the start loses nothing of its own") {
  const Folder folder;
  make_schema_1(folder.file());
  {
    SQLite::Database other(folder.file(), SQLite::OPEN_READWRITE);
    other.exec("BEGIN IMMEDIATE");
    const auto store = open(folder);
    KeptRoom cave(*store, "cave");  // its number and its lines are those of the file
    CHECK(cave.restored().room == 2);
    CHECK(texts(cave.restored().lines) == Texts{"oskar: three"});
    CHECK(load(*store, "ban").empty());
    store->start();
    cave.say({"oskar: four"});
    store->put("ban", "ana", "{}");
    CHECK_FALSE(record_fault(*store).empty());
    other.exec("ROLLBACK");
    while (!record_fault(*store).empty()) {
    }
  }
  const auto store = open(folder);
  CHECK(texts(KeptRoom(*store, "cave").restored().lines) == Texts{"oskar: three", "oskar: four"});
  CHECK(texts(KeptRoom(*store, "lobby").restored().lines) == Texts{"ana: one", "ana: two"});
  CHECK(load(*store, "ban") == Texts{"ana={}"});
}

TEST_CASE("Migration: a file of the next schema is refused and left as it is") {
  const Folder folder;
  make_schema_1(folder.file());
  SQLite::Database(folder.file(), SQLite::OPEN_READWRITE)
      .exec("PRAGMA user_version=" + std::to_string(Database::kSchema + 1));
  HistoryStore::Options options;
  options.path = folder.file();
  const auto newer = HistoryStore::open(options);
  REQUIRE_FALSE(newer.has_value());
  CHECK(newer.error().exit_status == 78);
  CHECK(schema_of(folder.file()) == Database::kSchema + 1);
}

}  // namespace grotto
