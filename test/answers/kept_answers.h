// Records for tests, and shorthands for keepers and files.
#pragma once

#include <doctest/doctest.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <functional>
#include <future>
#include <iterator>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "answers/answer_keeper.h"
#include "answers/answer_record.h"
#include "base/time_text.h"
#include "support/folder.h"
#include "support/seed.h"

// A failed comparison tells what the records are.
#include "answers/answer_json.h"

namespace grotto {

inline doctest::String toString(const AnswerRecord& record) {
  std::string text;
  append_json(record, text);
  return text.c_str();
}

namespace testing {

using AnswerRecords = std::vector<AnswerRecord>;

inline constexpr std::int64_t kNoon = 1'796'040'000'123;  // 2026-11-30T12:00:00.123Z

inline AnswerRecord start(const std::string& session, std::int64_t at_ms = kNoon) {
  AnswerRecord record;
  record.session = session;
  record.at_ms = at_ms;
  record.event = AnswerEvent::start;
  record.resume_hash = "00ff" + session;
  return record;
}

inline AnswerRecord answer(const std::string& session, std::uint64_t place, const std::string& ask,
                           Value value, std::int64_t at_ms = kNoon + 1'000) {
  AnswerRecord record;
  record.session = session;
  record.at_ms = at_ms;
  record.event = AnswerEvent::answer;
  record.place = place;
  record.ask = ask;
  record.answer = std::move(value);
  record.took_ms = 1'234;
  return record;
}

inline AnswerRecord plain(AnswerEvent event, const std::string& session,
                          std::int64_t at_ms = kNoon + 9'000) {
  AnswerRecord record;
  record.session = session;
  record.at_ms = at_ms;
  record.event = event;
  return record;
}

inline AnswerRecord end(const std::string& session, double score,
                        std::int64_t at_ms = kNoon + 9'000) {
  AnswerRecord record = plain(AnswerEvent::end, session, at_ms);
  record.score = score;
  return record;
}

/// The answers of a session of that many questions, whose texts are their numbers.
inline AnswerRecords answers(const std::string& session, std::uint64_t first, std::uint64_t count) {
  AnswerRecords records;
  for (std::uint64_t i = first; i < first + count; ++i) {
    records.push_back(answer(session, i, "q" + std::to_string(i), std::to_string(i)));
  }
  return records;
}

/// Any record, whose texts are what people type and what formats stumble over.
class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_(seed) {}

  [[nodiscard]] std::uint64_t below(std::uint64_t end) { return random_() % end; }

  [[nodiscard]] std::string text() {
    static const std::vector<std::string> kPieces = {
        "a",  "kaixo", "=",  "+1",   "-",    "@x", "\t",   "'",      "\"",     ",",
        ";",  "\n",    "\r", "\r\n", " ",    "5",  "no",   "ñandú",  "日本",   "🙂",
        "\\", "null",  "{",  "}",    "\x7f", "\0", "\x1b", "\u2028", "\u202e", "-12.5e3"};
    std::string out;
    for (std::uint64_t count = below(5); count > 0; --count) {
      const std::string& piece = kPieces[below(kPieces.size())];
      out += piece.empty() ? std::string(1, '\0') : piece;
    }
    return out;
  }

  [[nodiscard]] double number() {
    switch (below(5)) {
      case 0: return static_cast<double>(below(10));
      case 1: return -static_cast<double>(below(1'000)) / 8;
      case 2: return static_cast<double>(random_()) / 3;
      case 3: return 1 / static_cast<double>(1 + below(1'000'000));
      default: return static_cast<double>(below(100'000)) / 100;
    }
  }

  [[nodiscard]] Value value() {
    switch (below(4)) {
      case 0: return std::monostate();
      case 1: return below(2) == 0;
      case 2: return number();
      default: return text();
    }
  }

  [[nodiscard]] AnswerRecord record() {
    AnswerRecord record;
    record.session = "s" + std::to_string(below(1'000'000));
    record.at_ms = kNoon + static_cast<std::int64_t>(below(1'000'000'000));
    record.event = static_cast<AnswerEvent>(below(5));
    switch (record.event) {
      case AnswerEvent::start: record.resume_hash = "f" + std::to_string(below(1'000)); break;
      case AnswerEvent::answer:
        record.place = below(100);
        record.round = 1 + below(3);
        record.ask = "ask-" + std::to_string(below(10));
        record.answer = value();
        record.how = static_cast<AnswerHow>(below(5));
        record.took_ms = below(100'000);
        record.points = number();
        break;
      case AnswerEvent::unfinished:
      case AnswerEvent::resumed: break;
      case AnswerEvent::end: record.score = number(); break;
    }
    return record;
  }

  [[nodiscard]] AnswerRecords records(std::size_t count) {
    AnswerRecords out;
    for (std::size_t i = 0; i < count; ++i) out.push_back(record());
    return out;
  }

 private:
  std::mt19937_64 random_;
};

inline AnswerRecords load(AnswerKeeper& keeper) {
  AnswerRecords records;
  keeper.load([&](AnswerRecord&& record) { records.push_back(std::move(record)); });
  return records;
}

/// Waits until they are kept.
inline void keep(AnswerKeeper& keeper, AnswerRecords records) {
  std::promise<void> kept;
  keeper.keep(std::move(records), [&] { kept.set_value(); });
  REQUIRE(kept.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready);
}

/// Waits for what can only be looked at.
inline void wait_until(const std::function<bool()>& is_so) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!is_so()) {
    REQUIRE(std::chrono::steady_clock::now() < deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

inline std::string bytes_of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::string& file, std::string_view bytes) {
  std::ofstream(file, std::ios::binary)
      .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace testing
}  // namespace grotto
