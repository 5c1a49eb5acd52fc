// The fuzzer's corpus, replayed without a fuzzer (test/fuzz).
#include "support/corpus.h"

#include "client_text_target.h"

namespace grotto::client {
namespace {

TEST_CASE(
    "Z1, corpus: the client shows only text: the fuzzer's corpus, whole and cut at every byte") {
  CHECK(grotto::test::replay_corpus("client_text", [](const std::string& bytes) {
          test::fuzz_client_text(bytes);
          for (std::size_t size = 0; size < bytes.size(); size += 1 + bytes.size() / 200) {
            test::fuzz_client_text(std::string_view(bytes).substr(0, size));
          }
        }) >= 8);
}

}  // namespace
}  // namespace grotto::client
