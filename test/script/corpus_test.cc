// The fuzzers' corpora, replayed without a fuzzer (test/fuzz).
#include "support/corpus.h"

#include "condition_target.h"
#include "script_target.h"

namespace grotto {
namespace {

TEST_CASE("Z1, corpus: no condition of the fuzzer's breaks what must hold") {
  CHECK(test::replay_corpus("condition", test::fuzz_condition) >= 10);
}

TEST_CASE("Z1, corpus: no script of the fuzzer's breaks what must hold") {
  CHECK(test::replay_corpus("script", test::fuzz_script) >= 10);
}

}  // namespace
}  // namespace grotto
