// Programs: how the questions reach a program that works on answers; the contract between this
// layer and whoever can start processes.
//
// Threads: start(), send() and the destructor of a Program from any; the events come on a thread of
// the starter's and must not block. Lifetime: a Program that is destroyed is ended; its events may
// still come for a moment.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace grotto {

class Program {
 public:
  virtual ~Program() = default;
  /// One line to its standard input, without its end.
  virtual void send(std::string line) = 0;
};

class Programs {
 public:
  struct Events {
    /// A line that it printed, without its end; bytes as they came, at most kLineBytesMax.
    std::function<void(const std::string& line)> on_line;
    /// It has ended, or was ended because it printed too much; called once, at last. `why`: "exit
    /// status 3", "signal 9", "it printed a line of more than 65536 bytes".
    std::function<void(const std::string& why)> on_end;
  };
  static constexpr std::size_t kLineBytesMax = 64 * 1024;

  virtual ~Programs() = default;

  /// Starts `command` (words; the first is the program) with our environment and `variables`
  /// ("NAME=VALUE"). Never blocks; what goes wrong is told by on_end.
  virtual std::shared_ptr<Program> start(const std::vector<std::string>& command,
                                         const std::vector<std::string>& variables,
                                         Events events) = 0;
};

}  // namespace grotto
