// PromptService: the questions on one worker: its visitors, and the way to them from other threads.
// Threads: its worker's only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/mailbox.h"
#include "base/thinned_log.h"
#include "grotto/service.h"
#include "prompt/prompt_shared.h"
#include "prompt/visitor_ref.h"

namespace grotto {

class PromptService final : public Service {
 public:
  PromptService(WorkerContext& worker, std::shared_ptr<PromptShared> shared);
  ~PromptService() override;

  // Service
  void on_open(Session& session) override;
  Taken on_line(Session& session, std::string_view line) override;
  void on_end_of_input(Session& session) override;
  void on_stopping(Session& session) override;
  void on_closed(Session& session, CloseReason reason) override;
  [[nodiscard]] std::string phrase(Session& session, std::string_view sentence,
                                   std::string_view code) override;
  // Upgrades (visitor_state.cc)
  [[nodiscard]] bool save(Session& session, StateWriter& state) override;
  void restore(Session& session, StateReader& state) override;
  void on_upgrading(Session& session) override;
  [[nodiscard]] bool may_be_saved() const override;

  [[nodiscard]] PromptShared& shared() noexcept { return *shared_; }
  [[nodiscard]] const Limits& limits() const noexcept { return limits_; }
  void set_limits(const Limits& limits) { limits_ = limits; }
  [[nodiscard]] const Script& script() const noexcept { return *shared_->setting.script; }
  [[nodiscard]] WorkerContext& worker() noexcept { return worker_; }
  [[nodiscard]] TimerWheel& wheel() noexcept { return worker_.wheel(); }
  [[nodiscard]] VisitorRef ref(std::uint64_t number) { return {mailbox_, this, number}; }
  /// What people can cause at will, and programs that they talk to, goes to the log by this.
  [[nodiscard]] ThinnedLogs& warnings() noexcept { return warnings_; }
  /// nullptr if he has gone.
  [[nodiscard]] Visitor* find(std::uint64_t number) noexcept;

 private:
  WorkerContext& worker_;
  const std::shared_ptr<PromptShared> shared_;
  Limits limits_;
  const std::shared_ptr<Mailbox> mailbox_;
  ThinnedLogs warnings_{wheel(), limits_.refusals_logged_per_second};
  std::uint64_t last_number_ = 0;
  std::unordered_map<std::uint64_t, Visitor*> visitors_;
};

}  // namespace grotto
