// AnswerPrograms: the programs that work on answers (`[run]` of a script), as child processes of
// worker 0.
//
// Each has one end of a socket pair as its standard input and output, and its standard error goes
// to the log. Lines that it prints are cut at kLineBytesMax; one that is longer ends it.
// Threads: start() and what it returns from any; the rest from worker 0's.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "daemon/companion.h"
#include "prompt/programs.h"

namespace grotto {

class AnswerPrograms final : public Programs, public Companion {
 public:
  static constexpr std::size_t kProgramsMax = 256;  // at once; beyond it one "has ended" at once

  /// They run in `folder`; empty: where the server runs.
  explicit AnswerPrograms(std::string folder);
  ~AnswerPrograms() override;

  // Programs
  std::shared_ptr<Program> start(const std::vector<std::string>& command,
                                 const std::vector<std::string>& variables, Events events) override;

  // Companion
  void attach(Worker& worker) override;
  void stop() override;
  [[nodiscard]] bool is_over() const noexcept override { return lives_.empty(); }
  void detach() override;

 private:
  class Handle;
  class Life;
  class Lines;

  void launch(std::uint64_t number, const std::vector<std::string>& command,
              const std::vector<std::string>& variables, Events events);
  void send(std::uint64_t number, const std::string& line);
  void release(std::uint64_t number);
  void forget(std::uint64_t number);

  struct Way;  // to the worker, for handles that outlive this
  const std::string folder_;
  const std::shared_ptr<Way> way_;
  Worker* worker_ = nullptr;
  std::map<std::uint64_t, std::unique_ptr<Life>> lives_;
};

}  // namespace grotto
