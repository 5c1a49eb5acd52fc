// micro: what single parts cost, per byte or per line. Figures of one machine: compare them with
// those of the commit before, not with others'.
#include <benchmark/benchmark.h>

BENCHMARK_MAIN();
