// The fuzzers' corpora, replayed without a fuzzer (test/fuzz).
#include "support/corpus.h"

#include "names_target.h"

namespace grotto {
namespace {

TEST_CASE("Z1, corpus: no two of the fuzzer's names are alike without being told so") {
  CHECK(test::replay_corpus("names", test::fuzz_names) >= 8);
}

}  // namespace
}  // namespace grotto
