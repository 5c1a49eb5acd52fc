// The text rules, per byte: what needs no change, and what does.
#include "line/text.h"

#include <benchmark/benchmark.h>

#include "lines.h"

namespace grotto::micro {

namespace {

void clean(benchmark::State& state, const std::string& text) {
  std::string scratch;
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(clean_text(text, scratch));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

constexpr std::size_t kBytes = 64;

void ascii(benchmark::State& state) {
  clean(state, ascii_text(kBytes));
}
BENCHMARK(ascii)->Name("text rules, 64 bytes of ASCII");

void mixed(benchmark::State& state) {
  clean(state, mixed_text(kBytes));
}
BENCHMARK(mixed)->Name("text rules, 64 bytes of mixed UTF-8");

void coloured(benchmark::State& state) {
  clean(state, "\x1b[31m" + ascii_text(kBytes - 9) + "\x1b[0m");
}
BENCHMARK(coloured)->Name("text rules, 64 bytes with colours to drop");

}  // namespace

}  // namespace grotto::micro
