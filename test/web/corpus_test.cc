// The fuzzers' corpora, replayed without a fuzzer (test/fuzz).
#include "support/corpus.h"

#include "request_target.h"
#include "websocket_target.h"

namespace grotto {
namespace {

TEST_CASE("Z1, corpus: no request of the fuzzer's breaks what must hold") {
  CHECK(test::replay_corpus("request", test::fuzz_request) >= 10);
}

TEST_CASE("Z1, corpus: no frames of the fuzzer's break what must hold") {
  CHECK(test::replay_corpus("websocket", test::fuzz_websocket) >= 10);
}

}  // namespace
}  // namespace grotto
