// A room's log: appending a tick's lines, per line, and taking a snapshot.
#include "room/transcript.h"

#include <benchmark/benchmark.h>

#include "lines.h"

namespace grotto::micro {

namespace {

constexpr std::size_t kLineBytes = 74;  // a line of 64 bytes with its author's name
constexpr KeepRule kKeep{.bytes_min = 0, .lines_min = 20, .patient_line = kNoLine};

void append(benchmark::State& state, std::size_t lines_a_tick) {
  std::atomic<std::size_t> memory{0};
  Transcript log(memory);
  const std::string text = ascii_text(kLineBytes);
  const std::vector<Transcript::Line> lines(lines_a_tick, {.bytes = text});
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(log.append(lines, kKeep));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines_a_tick));
  state.SetLabel("line");
}
BENCHMARK_CAPTURE(append, 1, 1)->Name("transcript, append a tick of 1 line");
BENCHMARK_CAPTURE(append, 64, 64)->Name("transcript, append a tick of 64 lines");

void snapshot(benchmark::State& state) {
  std::atomic<std::size_t> memory{0};
  Transcript log(memory);
  const std::string text = ascii_text(kLineBytes);
  const std::vector<Transcript::Line> lines(64, {.bytes = text});
  for (int tick = 0; tick < 100; ++tick)
    log.append(lines, {.bytes_min = 1 << 20, .lines_min = 20, .patient_line = kNoLine});
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(log.snapshot());
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("snapshot");
}
BENCHMARK(snapshot)->Name("transcript, snapshot");

}  // namespace

}  // namespace grotto::micro
