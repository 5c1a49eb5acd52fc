// Answers in a real store: what the layers answers and store are worth together.
#include <atomic>
#include <chrono>
#include <thread>

#include "answers/answer_json.h"
#include "answers/open_answers.h"
#include "answers/records_sink.h"
#include "store/history_store.h"
#include "store/read_records.h"
#include "support/folder.h"

namespace grotto {

using testing::Folder;
using testing::FullDisk;

namespace {

std::shared_ptr<HistoryStore> open(const Folder& folder) {
  HistoryStore::Options options;
  options.path = folder.file();
  options.retry_ms = 10;
  auto store = HistoryStore::open(options);
  REQUIRE(store.has_value());
  return std::move(*store);
}

AnswerRecord answer(std::uint64_t place) {
  AnswerRecord record;
  record.session = "ab";
  record.at_ms = 1'000;
  record.place = place;
  record.ask = "q";
  record.answer = std::string(100, 'x');
  return record;
}

std::vector<std::uint64_t> places_in(const Folder& folder) {
  const auto found = read_records(folder.file(), kAnswerKind);
  REQUIRE(found.has_value());
  std::vector<std::uint64_t> places;
  for (const Records::Record& each : *found) {
    places.push_back(answer_from_json(each.value).value().place);
  }
  return places;
}

std::vector<std::uint64_t> up_to(std::uint64_t end) {
  std::vector<std::uint64_t> places;
  for (std::uint64_t i = 0; i < end; ++i) places.push_back(i);
  return places;
}

void wait_until(const std::function<bool()>& is_so) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_so()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

}  // namespace

TEST_CASE("answers in a store: they are kept in order over lives, and read beside the server") {
  const Folder folder;
  std::uint64_t next = 0;
  for (int life = 0; life < 4; ++life) {
    auto store = open(folder);
    auto keeper = keep_answers_in(store);
    std::uint64_t known = 0;
    keeper->load([&](AnswerRecord&& record) { CHECK(record.place == known++); });
    CHECK(known == next);
    store->start();
    std::atomic<std::uint64_t> told = next;
    for (int i = 0; i < 200; ++i, ++next) keeper->keep({answer(next)}, [&] { ++told; });
    if (life % 2 == 0) {
      wait_until([&] { return told == next; });
      CHECK(places_in(folder) == up_to(next));  // what was told is on the disk
    }
    keeper.reset();
    CHECK(told == next);
  }
  CHECK(places_in(folder) == up_to(next));
}

TEST_CASE("answers in a store: a full disk costs none of them, and nobody is told too early") {
  const Folder folder;
  auto store = open(folder);
  auto keeper = keep_answers_in(store);
  store->start();
  std::atomic<int> told = 0;
  keeper->keep({answer(0)}, [&] { ++told; });
  wait_until([&] { return told == 1; });
  {
    const FullDisk full;
    for (std::uint64_t i = 1; i < 300; ++i) keeper->keep({answer(i)}, [&] { ++told; });
    wait_until([&] { return !keeper->fault().empty(); });
    CHECK(told == 1);
  }
  wait_until([&] { return told == 300; });
  CHECK(keeper->fault().empty());
  CHECK(places_in(folder) == up_to(300));
}

}  // namespace grotto
