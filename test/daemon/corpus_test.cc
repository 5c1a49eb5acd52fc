// The fuzzers' corpora, replayed without a fuzzer (test/fuzz).
#include "support/corpus.h"

#include "config_target.h"

namespace grotto {
namespace {

TEST_CASE("Z1, corpus: settings of the fuzzer's print as a file that says the same") {
  CHECK(test::replay_corpus("config", test::fuzz_config) >= 6);
}

}  // namespace
}  // namespace grotto
