// The fuzzers' corpora, replayed without a fuzzer (test/fuzz).
#include "support/corpus.h"

#include "framer_target.h"
#include "telnet_target.h"
#include "text_target.h"

namespace grotto {
namespace {

TEST_CASE("Z1, corpus: the framer says what its naive twin says of the fuzzer's bytes") {
  CHECK(test::replay_corpus("framer", test::fuzz_framer) >= 5);
}

TEST_CASE("Z1, corpus: no telnet of the fuzzer's is read in two ways") {
  CHECK(test::replay_corpus("telnet", test::fuzz_telnet) >= 4);
}

TEST_CASE("Z1, corpus: nothing of the fuzzer's text is left that a terminal obeys") {
  CHECK(test::replay_corpus("text", test::fuzz_text) >= 5);
}

}  // namespace
}  // namespace grotto
