// StdioEnd: standard input and output as the local end of a pipe.
//
// Writing waits for the reader, as in any pipe: nothing is read from the server meanwhile, so that
// its kernel holds what is not wanted yet. (To pause the connection instead would lose what lies
// unread when the server closes.) Threads: its worker's only.
#pragma once

#include "client/pipe/local_end.h"
#include "net/input_reader.h"

namespace grotto {
class Worker;
}

namespace grotto::client {

class StdioEnd final : public LocalEnd {
 public:
  StdioEnd(Worker& worker, LocalHandler& handler);

  bool write(std::string_view bytes) override;
  void pause() override { input_.pause(); }
  void resume() override { input_.resume(); }
  void end() override { input_.pause(); }
  [[nodiscard]] int exit_status() const noexcept override { return 0; }
  [[nodiscard]] bool is_over() const noexcept override { return true; }

 private:
  LocalHandler& handler_;
  bool is_gone_ = false;
  InputReader input_;
};

}  // namespace grotto::client
