// The fuzzers' corpora, replayed without a fuzzer (test/fuzz).
#include "support/corpus.h"

#include "hello_target.h"
#include "proxy_target.h"

namespace grotto {
namespace {

TEST_CASE("Z1, corpus: the fuzzer's first bytes are told apart the same however they come") {
  CHECK(test::replay_corpus("hello", test::fuzz_hello) >= 10);
}

TEST_CASE("Z1, corpus: no PROXY header of the fuzzer's is read in two ways") {
  CHECK(test::replay_corpus("proxy", test::fuzz_proxy) >= 8);
}

}  // namespace
}  // namespace grotto
