#include "net/helped_child.h"

#include <csignal>
#include <utility>

namespace grotto {

namespace {

class HelpedChild final : public ChildProcess {
 public:
  HelpedChild(Launcher& launcher, OnExit on_exit)
      : launcher_(launcher), on_exit_(std::move(on_exit)) {}
  HelpedChild(const HelpedChild&) = delete;
  HelpedChild& operator=(const HelpedChild&) = delete;
  ~HelpedChild() override {
    if (pid_ != 0) launcher_.end(pid_);
  }

  Result<Done> start(const std::string& command, const std::vector<std::string>& variables,
                     std::span<const int> descriptors) {
    auto pid = launcher_.launch({.program = "/bin/sh",
                                 .arguments = {"/bin/sh", "-c", command},
                                 .variables = variables,
                                 .outlives_server = false},
                                descriptors, [this](const Exit& exit) { end(exit); });
    if (!pid) return pid.error();
    pid_ = *pid;
    return Done{};
  }

  [[nodiscard]] int pid() const noexcept override { return pid_; }
  void terminate() noexcept override { launcher_.signal_group(pid_, SIGTERM); }
  void kill() noexcept override { launcher_.signal_group(pid_, SIGKILL); }

 private:
  void end(const Exit& exit) {
    pid_ = 0;
    const OnExit on_exit = std::move(on_exit_);
    on_exit(exit);  // may destroy this
  }

  Launcher& launcher_;
  OnExit on_exit_;
  int pid_ = 0;  // 0: none runs
};

}  // namespace

Result<std::unique_ptr<ChildProcess>> start_helped_child(Launcher& launcher,
                                                         const std::string& command,
                                                         const std::vector<std::string>& variables,
                                                         std::span<const int> descriptors,
                                                         ChildProcess::OnExit on_exit) {
  auto child = std::make_unique<HelpedChild>(launcher, std::move(on_exit));
  if (auto done = child->start(command, variables, descriptors); !done) return done.error();
  return std::unique_ptr<ChildProcess>(std::move(child));
}

}  // namespace grotto
