// Runtime folder: where a running server is found by those who want to tell it something.
// Threads: no state; reads the environment.
#pragma once

#include <string>
#include <string_view>

namespace grotto {

/// That of systemd ($RUNTIME_DIRECTORY), else $XDG_RUNTIME_DIR/grotto, else the state folder; empty
/// if the environment names none.
[[nodiscard]] std::string runtime_folder();

/// Where the unit of systemd has its runtime folder, for who asks from outside of it.
inline constexpr std::string_view kServiceRuntimeFolder = "/run/grotto";

/// The pid file of the program's server whose first listener has this endpoint ("127.0.0.1:5001"):
/// FOLDER/grottod-127.0.0.1-5001.pid; empty without a folder. What is neither a letter, a digit nor
/// a point is a dash in it.
[[nodiscard]] std::string default_pid_file(std::string_view program, std::string_view endpoint);
/// The same in that folder.
[[nodiscard]] std::string pid_file_in(std::string_view folder, std::string_view program,
                                      std::string_view endpoint);

}  // namespace grotto
