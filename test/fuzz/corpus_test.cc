// The corpora of the whole chat, replayed without a fuzzer.
#include "support/corpus.h"

#include "session/commands_target.h"
#include "session/session_target.h"

namespace grotto {
namespace {

TEST_CASE(
    "Z1, corpus: whatever strangers do, witnesses read each line once and in order, and all ends") {
  CHECK(test::replay_corpus("session", test::fuzz_session) >= 12);
}

TEST_CASE(
    "Z1, corpus: each command that the fuzzer types is answered to who has typed it, and nothing "
    "hangs") {
  CHECK(test::replay_corpus("commands", test::fuzz_commands) >= 8);
}

}  // namespace
}  // namespace grotto
