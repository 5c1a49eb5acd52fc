// A room whose log is kept in a store, and shorthands for stores.
#pragma once

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <string>
#include <vector>

#include "store/history_store.h"
#include "support/folder.h"

namespace grotto::testing {

/// A room as its log sees the store.
class KeptRoom {
 public:
  KeptRoom(HistoryStore& store, const std::string& name)
      : store_(store), restored_(store.open_room(name, 1'000, 1'000'000)) {
    log_.begin_at(restored_.next);
    log_.keep_in(store, restored_.room, restored_.next);
  }

  /// Appends lines of a kind, at a time.
  void say(const std::vector<std::string>& texts, LineKind kind = LineKind::say,
           std::int64_t at_ms = 1'000) {
    std::vector<std::string> whole;
    std::vector<Transcript::Line> lines;
    whole.reserve(texts.size());
    for (const std::string& text : texts) {
      whole.push_back(text + "\r\n");
      lines.push_back({whole.back(), kind, 1, at_ms});
    }
    log_.append(lines, {.bytes_min = 1 << 20, .lines_min = 1'000});
  }

  [[nodiscard]] Archive::Page read(LineNumber before, std::size_t lines_max = 1'000,
                                   std::int64_t since_ms = 0, std::size_t bytes_max = 1'000'000) {
    std::promise<Archive::Page> page;
    store_.read({restored_.room, before, since_ms, lines_max, bytes_max},
                [&](Archive::Page found) { page.set_value(std::move(found)); });
    return page.get_future().get();
  }
  /// Empty: all is kept.
  [[nodiscard]] std::string sync() { return kept().fault; }
  [[nodiscard]] Archive::Kept kept() {
    std::promise<Archive::Kept> answer;
    store_.when_kept(restored_.room, [&](const Archive::Kept& kept) { answer.set_value(kept); });
    return answer.get_future().get();
  }
  [[nodiscard]] const Archive::Restored& restored() const { return restored_; }
  [[nodiscard]] LineNumber head() const { return log_.head(); }

 private:
  HistoryStore& store_;
  Archive::Restored restored_;
  std::atomic<std::size_t> memory_{0};
  Transcript log_{memory_};
};

/// Empty: all changes are on the disk.
inline std::string record_fault(Records& records) {
  std::promise<std::string> answer;
  records.when_recorded([&](const std::string& fault) { answer.set_value(fault); });
  return answer.get_future().get();
}

/// The records of a kind, as `key=value`.
inline std::vector<std::string> load(Records& records, std::string_view kind) {
  std::vector<std::string> out;
  for (const Records::Record& each : records.load(kind)) out.push_back(each.key + "=" + each.value);
  return out;
}

inline std::unique_ptr<HistoryStore> open(const Folder& folder, const Retention& retention = {}) {
  HistoryStore::Options options;
  options.path = folder.file();
  options.retention = retention;
  options.retry_ms = 10;
  auto store = HistoryStore::open(options);
  REQUIRE(store.has_value());
  return std::move(*store);
}

inline std::vector<std::string> texts(const std::vector<ArchivedLine>& lines) {
  std::vector<std::string> out;
  for (const ArchivedLine& line : lines) out.push_back(line.text);
  return out;
}

}  // namespace grotto::testing
