#include "room/transcript.h"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

#include "support/seed.h"

namespace grotto {

namespace {

struct Written {
  std::string bytes;
  LineKind kind;
  AuthorId author;
};

void append(Transcript& log, std::vector<Written>& twin, const std::vector<Written>& lines,
            const KeepRule& keep) {
  std::vector<Transcript::Line> batch;
  for (const Written& line : lines) batch.push_back({line.bytes, line.kind, line.author, 1});
  CHECK(log.append(batch, keep) == twin.size());
  twin.insert(twin.end(), lines.begin(), lines.end());
}

}  // namespace

TEST_CASE(
    "Transcript: every kept line reads as in a plain list, whatever was appended and trimmed") {
  INFO("seed ", test::seed());
  std::mt19937_64 random(test::seed());
  std::atomic<std::size_t> memory{0};
  Transcript log(memory);
  std::vector<Written> twin;
  for (int round = 0; round < 400; ++round) {
    std::vector<Written> lines;
    for (auto i = random() % 20; i > 0; --i) {
      const std::size_t size = random() % 50 == 0 ? random() % 90'000 : random() % 200;
      lines.push_back({std::string(size, static_cast<char>('a' + random() % 26)) + "\r\n",
                       random() % 4 == 0 ? LineKind::join : LineKind::say,
                       static_cast<AuthorId>(random() % 5)});
    }
    append(log, twin, lines, {.bytes_min = 20'000, .lines_min = 100, .patient_line = kNoLine});
    Snapshot now = log.snapshot();
    REQUIRE(now.head() == twin.size());
    for (LineNumber line = now.first(); line < now.head(); ++line) {
      REQUIRE(now.line(line) == twin[line].bytes);
      REQUIRE(now.entry(line).author == twin[line].author);
    }
    const std::size_t wanted = random() % 30;
    const Snapshot::Said said = now.last_said(wanted);
    std::size_t found = 0;
    for (LineNumber line = said.from; line < now.head(); ++line) {
      found += is_said(twin[line].kind) ? 1U : 0U;
    }
    CHECK(found == said.count);
    if (said.count > 0) CHECK(is_said(twin[said.from].kind));
    if (now.first() < now.head()) {
      const LineNumber from = now.first() + random() % (now.head() - now.first());
      const LineRun run = now.run(from, now.head(), 500);
      std::string expected;
      for (LineNumber line = from; line < run.end; ++line) expected += twin[line].bytes;
      CHECK(run.bytes == expected);
      CHECK((run.bytes.size() <= 500 || run.end == from + 1));
    }
  }
  CHECK(memory == log.memory_bytes());
}

TEST_CASE("Transcript: a patient reader's lines stay, however much is appended") {
  std::atomic<std::size_t> memory{0};
  Transcript log(memory);
  std::vector<Written> twin;
  const std::vector<Written> lines(100, {std::string(100, 'x'), LineKind::say, 1});
  for (int i = 0; i < 50; ++i) append(log, twin, lines, {.patient_line = 70});
  CHECK(log.snapshot().first() <= 70);
  append(log, twin, lines, {.patient_line = kNoLine});
  CHECK(log.snapshot().first() > 4000);
}

TEST_CASE("Transcript: a snapshot keeps its lines while the log moves on and is trimmed") {
  std::atomic<std::size_t> memory{0};
  Transcript log(memory);
  std::vector<Written> twin;
  append(log, twin, {{"first\r\n", LineKind::say, 1}}, {});
  const Snapshot old = log.snapshot();
  const std::vector<Written> lines(1000, {std::string(1000, 'x'), LineKind::say, 1});
  append(log, twin, lines, {});
  append(log, twin, lines, {});
  CHECK(log.snapshot().first() > 0);
  CHECK(old.line(0) == "first\r\n");
}

TEST_CASE("Transcript: trim() frees down to the bound, but not what a patient reader needs") {
  std::atomic<std::size_t> memory{0};
  Transcript log(memory);
  std::vector<Written> twin;
  const std::vector<Written> lines(1000, {std::string(1000, 'x'), LineKind::say, 1});
  append(log, twin, lines, {.bytes_min = ~std::size_t{0}});
  CHECK(log.trim(100'000, 0) == 0);
  CHECK(log.trim(100'000, kNoLine) > 800'000);
  CHECK(memory <= 2 * Segment::kBytesMax + 100'000);
  CHECK(log.snapshot().head() == 1000);
}

}  // namespace grotto
