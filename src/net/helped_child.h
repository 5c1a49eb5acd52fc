// Helped child: the way of ChildProcess through the launch helper; what it promises is told there.
// Threads: the worker's only.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "net/child_process.h"
#include "net/launcher.h"

namespace grotto {

/// `descriptors`: what become its 0, 1 and 2; they stay the caller's.
Result<std::unique_ptr<ChildProcess>> start_helped_child(Launcher& launcher,
                                                         const std::string& command,
                                                         const std::vector<std::string>& variables,
                                                         std::span<const int> descriptors,
                                                         ChildProcess::OnExit on_exit);

}  // namespace grotto
