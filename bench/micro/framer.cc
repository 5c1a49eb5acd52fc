// Cutting lines out of what one recv gave, per byte.
#include <benchmark/benchmark.h>

#include "line/line_framer.h"
#include "lines.h"

namespace grotto::micro {

namespace {

constexpr std::size_t kInputBytes = 64 * 1024;
constexpr std::size_t kLineBytesMax = 4096;

std::string input_of(std::size_t line_bytes, std::string_view line_end) {
  const std::string line = ascii_text(line_bytes - line_end.size());
  std::string input;
  while (input.size() + line_bytes <= kInputBytes) input.append(line).append(line_end);
  return input;
}

/// `read_bytes`: how much comes at once; a line that straddles two reads is gathered.
void cut(benchmark::State& state, const std::string& input, std::size_t read_bytes) {
  LineFramer framer(kLineBytesMax);
  for ([[maybe_unused]] auto _ : state) {
    for (std::size_t at = 0; at < input.size(); at += read_bytes) {
      std::string_view bytes = std::string_view(input).substr(at, read_bytes);
      std::string_view line;
      while (framer.next(bytes, line) == LineFramer::Next::line) benchmark::DoNotOptimize(line);
    }
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(input.size()));
}

void whole_lines(benchmark::State& state, std::size_t line_bytes) {
  cut(state, input_of(line_bytes, "\n"), kInputBytes);
}
BENCHMARK_CAPTURE(whole_lines, 16, 16)->Name("framer, lines of 16 bytes");
BENCHMARK_CAPTURE(whole_lines, 64, 64)->Name("framer, lines of 64 bytes");
BENCHMARK_CAPTURE(whole_lines, 1024, 1024)->Name("framer, lines of 1024 bytes");

void telnet_ends(benchmark::State& state) {
  cut(state, input_of(64, "\r\n"), kInputBytes);
}
BENCHMARK(telnet_ends)->Name("framer, lines of 64 bytes with CR LF");

void cut_lines(benchmark::State& state) {
  cut(state, input_of(64, "\n"), 100);
}
BENCHMARK(cut_lines)->Name("framer, lines of 64 bytes in reads of 100");

}  // namespace

}  // namespace grotto::micro
