// What the fuzzer of the whole session does with each input, and fuzz_test with its corpus: people
// come, speak, read slowly, vanish and come back, on two workers, over memory sockets; time passes.
// The input is a list of acts (session_target.cc says which). What must hold is checked while it
// goes on (world.h, stranger.h) and in the end (witness.h). Threads: one.
#pragma once

#include <string_view>

namespace grotto::test {

void fuzz_session(std::string_view acts);

}  // namespace grotto::test
