// What the fuzzer of commands does with each input, and fuzz_test with its corpus: three people of
// one chat, one of whom is an operator of the server, type lines; each line's first byte says who.
// Behind each comes a command that there is not: its refusal is the very next one of its kind, so
// that nothing hangs, nobody gets another's answer, and none comes twice. Threads: one.
#pragma once

#include <string_view>

namespace grotto::test {

void fuzz_commands(std::string_view lines);

}  // namespace grotto::test
