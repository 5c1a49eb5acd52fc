// Signal command: `grottod reload`, `grottod upgrade`, `grottod reopen-log`: tell a running server
// something. Threads: the main one.
#pragma once

#include <string_view>

#include "daemon/option_table.h"

namespace grotto {

/// Whether run_signal_command() knows this word.
[[nodiscard]] bool is_signal_command(std::string_view word) noexcept;

/// `argv[0]` is the word; the rest are options of the server, by which its pid file is found.
/// Returns the exit status: 0 done; 64 and 78 as of a start; 69 no such server; 75 it has not
/// answered; 77 it is somebody else's; 78 also: it could not reload, and all is as it was.
int run_signal_command(const ProgramKind& program, int argc, const char* const* argv);

}  // namespace grotto
