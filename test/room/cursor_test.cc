#include "room/cursor.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "room/transcript.h"
#include "support/seed.h"

namespace grotto {

namespace {

/// Wants no line that ends in an odd digit.
class NoOddLines final : public LineFilter {
 public:
  bool hides(const Room* /*room*/, AuthorId /*author*/, LineKind /*kind*/,
             std::string_view line) noexcept override {
    return line[line.size() - 3] % 2 != 0;
  }
};

}  // namespace

TEST_CASE(
    "Cursor: whatever is sent short, the reader gets each line that is its own to get, once and in "
    "order") {
  INFO("seed ", test::seed());
  std::mt19937_64 random(test::seed());
  for (int trial = 0; trial < 200; ++trial) {
    std::atomic<std::size_t> memory{0};
    Transcript log(memory);
    NoOddLines no_odd;
    const Holes holes{.author = 1,
                      .own = random() % 3 != 0,
                      .not_said = random() % 3 == 0,
                      .filter = random() % 3 == 0 ? &no_odd : nullptr};
    Cursor cursor;
    std::string expected;
    std::string read;
    std::string outbox;  // the rest of a cut line
    for (int round = 0; round < 30; ++round) {
      std::vector<std::string> texts;
      std::vector<Transcript::Line> batch;
      const unsigned count = static_cast<unsigned>(random() % 6);
      texts.reserve(count);
      for (unsigned i = 0; i < count; ++i) {
        texts.push_back(std::to_string(round) + "/" + std::to_string(i) +
                        std::string(random() % 300, '.') + std::to_string(random() % 10) + "\r\n");
        const AuthorId author = static_cast<AuthorId>(random() % 3);
        const LineKind kind = random() % 4 == 0 ? LineKind::leave : LineKind::say;
        batch.push_back({texts.back(), kind, author, 0});
        if (author == 1) cursor.wrote();
        const bool is_hole = (holes.own && author == 1) || (holes.not_said && !is_said(kind)) ||
                             (holes.filter != nullptr && author != 1 &&
                              no_odd.hides(nullptr, author, kind, texts.back()));
        if (!is_hole) expected += texts.back();
      }
      log.append(batch, {.bytes_min = ~std::size_t{0}});
      Snapshot now = log.snapshot();
      cursor.skip_holes(now, now.head(), holes);
      for (auto sends = random() % 4; sends > 0 && cursor.line() < now.head(); --sends) {
        Slice slices[3];
        const std::size_t filled = cursor.gather(now, now.head(), holes, slices, 400);
        std::string bytes;
        for (std::size_t i = 0; i < filled; ++i) bytes.append(slices[i].data, slices[i].size);
        REQUIRE(bytes.size() == cursor.planned_bytes());
        const std::size_t sent = random() % (bytes.size() + 1);
        read += bytes.substr(0, sent);
        if (filled > 0) read += cursor.advance(now, holes, sent);
        cursor.skip_holes(now, now.head(), holes);
      }
    }
    Snapshot now = log.snapshot();
    while (cursor.line() < now.head()) {
      Slice slices[3];
      const std::size_t filled = cursor.gather(now, now.head(), holes, slices, 100'000);
      for (std::size_t i = 0; i < filled; ++i) read.append(slices[i].data, slices[i].size);
      CHECK(cursor.advance(now, holes, cursor.planned_bytes()).empty());
    }
    REQUIRE(read == expected);
    CHECK(cursor.own_ahead() == 0);
  }
}

TEST_CASE("Cursor: a lap counts the lines of others, not one's own") {
  Cursor cursor(10);
  for (int i = 0; i < 5; ++i) cursor.wrote();
  CHECK(cursor.lap(50, 2) == 37);  // 40 lines passed, 3 of them its own
  CHECK(cursor.line() == 50);
  CHECK(cursor.own_ahead() == 2);
}

}  // namespace grotto
