// ProgramEnd: a program (--exec) as the local end of a pipe: its standard input gets what the
// server sends, and what it prints is sent. Its standard error is ours. Threads: its worker's only.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "base/result.h"
#include "client/pipe/local_end.h"
#include "net/child_process.h"
#include "net/pipe_reader.h"

namespace grotto {
class Connection;
class Worker;
}  // namespace grotto

namespace grotto::client {

class ProgramEnd final : public LocalEnd {
 public:
  /// Errors: it cannot be started.
  static Result<std::unique_ptr<ProgramEnd>> start(Worker& worker, const std::string& command,
                                                   LocalHandler& handler);
  ProgramEnd(const ProgramEnd&) = delete;
  ProgramEnd& operator=(const ProgramEnd&) = delete;
  ~ProgramEnd() override;

  bool write(std::string_view bytes) override;
  void pause() override;
  void resume() override;
  /// The program reads the end of its input.
  void end() override;
  [[nodiscard]] int exit_status() const noexcept override;
  [[nodiscard]] bool is_over() const noexcept override { return exit_.has_value(); }

 private:
  class Door;
  static constexpr std::size_t kHigh = 128 * 1024;

  ProgramEnd(Worker& worker, LocalHandler& handler);
  void on_exit(const ChildProcess::Exit& exit);
  void on_closed();
  void tell_end();

  Worker& worker_;
  LocalHandler& handler_;
  std::unique_ptr<ChildProcess> process_;
  std::unique_ptr<PipeReader> errors_;
  Connection* connection_ = nullptr;
  Door* door_ = nullptr;
  std::optional<ChildProcess::Exit> exit_;
  bool has_told_end_ = false;
};

}  // namespace grotto::client
