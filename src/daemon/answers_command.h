// `grottod answers`: prints the answers that a server keeps, as a table.
// Threads: main, in a process that serves nobody.
#pragma once

namespace grotto {

/// `argv[0]` is the word `answers`. Exit status: 0; 64 usage; 65 the file holds no answers; 66 it
/// is not there, or cannot be opened; 69 it is a store, and this program was built without; 74 it
/// cannot be read, or standard output not be written (sysexits.h).
int run_answers_command(int argc, const char* const* argv);

}  // namespace grotto
