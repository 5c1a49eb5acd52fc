// Names: checking and folding one, per name.
#include "room/names.h"

#include <benchmark/benchmark.h>

namespace grotto::micro {

namespace {

void check(benchmark::State& state, std::string_view name) {
  const NameRules rules({"{quit}", "exit", "/quit"});
  for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(rules.check(name));
  state.SetItemsProcessed(state.iterations());
  state.SetLabel("name");
}

void ascii(benchmark::State& state) {
  check(state, "Ekaitz_1984");
}
BENCHMARK(ascii)->Name("names, check and fold 11 ASCII letters");

void cyrillic(benchmark::State& state) {
  check(state, "Володимир");
}
BENCHMARK(cyrillic)->Name("names, check and fold 9 Cyrillic letters");

void hangul(benchmark::State& state) {
  check(state, "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로");
}
BENCHMARK(hangul)->Name("names, check and fold 32 Hangul syllables");

}  // namespace

}  // namespace grotto::micro
