#include "load/result/verdict.h"

#include <array>

namespace grotto::load {

namespace {

struct Row {
  Verdict verdict;
  std::string_view word;
  int exit_status;
};

constexpr std::array<Row, 4> kRows{{
    {Verdict::good, "good", 0},
    {Verdict::failed, "failed", 1},
    {Verdict::assertion_failed, "assertion_failed", 3},
    {Verdict::inconclusive, "inconclusive", 4},
}};

constexpr const Row& row(Verdict verdict) noexcept {
  return kRows[static_cast<std::size_t>(verdict)];
}
static_assert(row(Verdict::good).verdict == Verdict::good &&
              row(Verdict::failed).verdict == Verdict::failed &&
              row(Verdict::assertion_failed).verdict == Verdict::assertion_failed &&
              row(Verdict::inconclusive).verdict == Verdict::inconclusive);

}  // namespace

std::string_view verdict_word(Verdict verdict) noexcept {
  return row(verdict).word;
}

std::optional<Verdict> find_verdict(std::string_view word) noexcept {
  for (const Row& each : kRows) {
    if (each.word == word) return each.verdict;
  }
  return std::nullopt;
}

int exit_status(Verdict verdict) noexcept {
  return row(verdict).exit_status;
}

int exit_status(const Report& report) noexcept {
  constexpr int kUsage = 64;
  return report.verdict == Verdict::failed && report.is_mistake ? kUsage
                                                                : exit_status(report.verdict);
}

}  // namespace grotto::load
