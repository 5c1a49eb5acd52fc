// The store: lines of 64 bytes kept on the disk, per line, in group commits, with retention on.
#include <benchmark/benchmark.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <future>

#include "base/time_text.h"
#include "lines.h"
#include "store/history_store.h"

namespace grotto::micro {

namespace {

constexpr std::size_t kTickLines = 64;
constexpr std::size_t kTicks = 1'024;  // then all of it has to be on the disk
constexpr KeepRule kKeep{.bytes_min = 1 << 20U, .lines_min = 10'000, .patient_line = kNoLine};

Archive::Kept keep_all(HistoryStore& store, Archive::RoomNumber room) {
  std::promise<Archive::Kept> answer;
  store.when_kept(room, [&](const Archive::Kept& kept) { answer.set_value(kept); });
  return answer.get_future().get();
}

void keep(benchmark::State& state) {
  std::string folder = (std::filesystem::temp_directory_path() / "grotto-bench-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return state.SkipWithError("no folder");
  {
    HistoryStore::Options options;
    options.path = folder + "/store.db";
    options.retention = {.age_ms = 90ULL * 86'400'000, .lines = 500'000, .bytes = 1ULL << 30U};
    auto opened = HistoryStore::open(options);
    if (!opened) return state.SkipWithError(opened.error().sentence.c_str());
    HistoryStore& store = **opened;
    const auto room = store.open_room("lobby", 0, 0).room;
    store.start();
    std::atomic<std::size_t> memory{0};
    Transcript log(memory);
    log.keep_in(store, room, 0);
    const std::string text = ascii_text(62) + "\r\n";
    const std::vector<Transcript::Line> lines(kTickLines,
                                              {.bytes = text, .at_ms = wall_clock_ms()});
    for ([[maybe_unused]] auto _ : state) {
      for (std::size_t tick = 0; tick < kTicks; ++tick) log.append(lines, kKeep);
      const Archive::Kept kept = keep_all(store, room);
      if (!kept.fault.empty() || kept.lost > 0) state.SkipWithError("lines were lost");
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kTickLines * kTicks));
  state.SetLabel("line");
}
BENCHMARK(keep)->Name("store, lines of 64 bytes kept on the disk (wall clock)")->UseRealTime();

}  // namespace

}  // namespace grotto::micro
