#include "room/records.h"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <fstream>

#include "kept.h"

namespace grotto {

using testing::Folder;
using testing::FullDisk;
using testing::KeptRoom;
using testing::load;
using testing::open;
using testing::record_fault;
using testing::texts;
using Texts = std::vector<std::string>;

TEST_CASE("Records: what was put is there after the next start, in order of keys, by kind") {
  const Folder folder;
  {
    const auto store = open(folder);
    CHECK(load(*store, "ban").empty());
    store->start();
    store->put("ban", "oskar", "{}");
    store->put("ban", "ana", "{\"until\":1}");
    store->put("ban", "ana", "{\"until\":2}");
    store->put("mute", "ana", std::string("\0'\xff", 3));
    store->put("ban", "luzmi", "{}");
    store->remove("ban", "luzmi");
    store->remove("ban", "nobody");
    CHECK(record_fault(*store).empty());
    store->remove("ban", "oskar");  // the end writes what waits
    store->put("ban", "zoe", "");
  }
  {
    const auto store = open(folder);
    CHECK(load(*store, "ban") == Texts{"ana={\"until\":2}", "zoe="});
    CHECK(load(*store, "mute") == Texts{"ana=" + std::string("\0'\xff", 3)});
    CHECK(load(*store, "account").empty());
    store->put("ban", "ana", "3");  // before it starts
    store->remove("ban", "zoe");
    CHECK(load(*store, "ban") == Texts{"ana=3"});
    store->start();
  }
  CHECK(load(*open(folder), "ban") == Texts{"ana=3"});
}

TEST_CASE("Records: a change is written at once, though nobody waits for it") {
  const Folder folder;
  const auto store = open(folder);
  store->start();
  CHECK(record_fault(*store).empty());
  store->put("ban", "ana", "{}");
  SQLite::Database reader(folder.file());
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (reader.execAndGet("SELECT count(*) FROM record").getInt() == 0) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
  }
}

TEST_CASE("Records: lines and records are kept side by side") {
  const Folder folder;
  {
    const auto store = open(folder);
    KeptRoom lobby(*store, "lobby");
    store->start();
    for (int i = 0; i < 100; ++i) {
      lobby.say({"ana: " + std::to_string(i)});
      store->put("count", "last", std::to_string(i));
    }
    CHECK(record_fault(*store).empty());
    CHECK(lobby.sync().empty());
  }
  const auto store = open(folder);
  CHECK(KeptRoom(*store, "lobby").restored().next == 100);
  CHECK(load(*store, "count") == Texts{"last=99"});
}

TEST_CASE("Records: a full disk costs no change, and who waits is told the truth") {
  const Folder folder;
  {
    const auto store = open(folder);
    KeptRoom lobby(*store, "lobby");
    store->start();
    store->put("ban", "ana", "before");
    store->put("ban", "luzmi", "before");
    CHECK(record_fault(*store).empty());
    {
      const FullDisk full;
      lobby.say({"ana: while it was full"});
      store->put("ban", "ana", "while it was full");
      store->remove("ban", "luzmi");
      CHECK_FALSE(record_fault(*store).empty());
      store->put("ban", "ana", "and later");
      CHECK_FALSE(record_fault(*store).empty());
    }
    while (!record_fault(*store).empty()) {
    }
    CHECK(texts(lobby.read(kNoLine).lines) == Texts{"ana: while it was full"});
  }
  CHECK(load(*open(folder), "ban") == Texts{"ana=and later"});
}

TEST_CASE("Records: more changes than may wait are refused, and said for good") {
  const Folder folder;
  {
    HistoryStore::Options options;
    options.path = folder.file();
    options.record_queue_bytes_max = 10 * (RecordQueue::kChangeBytes + 20);
    options.retry_ms = 5;
    auto store = std::move(*HistoryStore::open(options));
    store->start();
    {
      const FullDisk full;
      for (int i = 10; i < 40; ++i) store->put("ban", std::to_string(i), std::string(15, 'x'));
      CHECK_FALSE(record_fault(*store).empty());
    }
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    const std::string forever = "changes of before are not kept in this run";
    while (record_fault(*store) != forever) REQUIRE(std::chrono::steady_clock::now() < deadline);
    store->put("ban", "40", "after");
  }
  const Texts kept = load(*open(folder), "ban");
  CHECK(kept.size() == 11);
  CHECK(kept.front() == "10=xxxxxxxxxxxxxxx");
  CHECK(kept.back() == "40=after");
}

namespace {

/// Changes the page of the file that the records begin in, which nothing else is in.
void turn_page_of_records(const std::string& file) {
  std::streamoff at = 0;
  std::streamoff bytes = 0;
  {
    SQLite::Database database(file);
    bytes = database.execAndGet("PRAGMA page_size").getInt();
    at = bytes *
         (database.execAndGet("SELECT rootpage FROM sqlite_master WHERE name = 'record'").getInt() -
          1);
  }
  std::fstream pages(file, std::ios::binary | std::ios::in | std::ios::out);
  std::string page(static_cast<std::size_t>(bytes), '\0');
  pages.seekg(at);
  pages.read(page.data(), bytes);
  for (char& each : page) each = static_cast<char>(~each);
  pages.seekp(at);
  pages.write(page.data(), bytes);
}

}  // namespace

TEST_CASE("Records: of a kind that cannot be read at the start, nothing is overwritten") {
  const Folder folder;
  {
    const auto store = open(folder);
    store->start();
    store->put("account", "ana", "secret");
  }
  turn_page_of_records(folder.file());
  {
    const auto store = open(folder);
    CHECK(load(*store, "account").empty());
    store->start();
    CHECK(record_fault(*store).empty());
    store->put("account", "ana", "stolen");
    store->remove("account", "ana");
    CHECK_FALSE(record_fault(*store).empty());
  }
  turn_page_of_records(folder.file());
  CHECK(load(*open(folder), "account") == Texts{"ana=secret"});
}

TEST_CASE("Records: what can be read of a broken file is taken over into the new one") {
  const Folder folder;
  {
    const auto store = open(folder);
    KeptRoom lobby(*store, "lobby");
    store->start();
    store->put("account", "ana", "secret");
    for (int i = 0; i < 500; ++i) lobby.say({"ana: " + std::string(100, 'y')});
  }
  std::filesystem::resize_file(folder.file(), 40'000);  // the records come before most lines
  {
    const auto store = open(folder);
    KeptRoom lobby(*store, "lobby");
    store->start();
    store->put("account", "oskar", "new");
    while (!record_fault(*store).empty()) {  // a cut may show only when it is written to
    }
  }
  REQUIRE(std::filesystem::exists(folder.file() + ".broken-1"));
  CHECK(load(*open(folder), "account") == Texts{"ana=secret", "oskar=new"});
}

TEST_CASE("Records: what was told to be recorded survives kill -9") {
  const Folder folder;
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    HistoryStore::Options options;
    options.path = folder.file();
    auto store = std::move(*HistoryStore::open(options));
    store->start();
    for (std::uint32_t i = 0;; ++i) {
      store->put("count", "last", std::to_string(i));
      if (!record_fault(*store).empty()) ::_exit(1);
      if (::write(ends[1], &i, sizeof i) != sizeof i) ::_exit(1);
    }
  }
  ::close(ends[1]);
  std::uint32_t told = 0;
  while (told < 50) REQUIRE(::read(ends[0], &told, sizeof told) == sizeof told);
  REQUIRE(::kill(child, SIGKILL) == 0);
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  REQUIRE(WIFSIGNALED(status));
  while (::read(ends[0], &told, sizeof told) == sizeof told) {
  }
  ::close(ends[0]);
  const auto records = open(folder)->load("count");
  REQUIRE(records.size() == 1);
  CHECK(std::stoul(records.front().value) >= told);
}

}  // namespace grotto
