#include "prompt/prompt_service.h"

#include <utility>
#include <vector>

#include "base/log.h"
#include "prompt/token.h"
#include "prompt/visitor.h"

namespace grotto {

namespace {

Visitor& visitor(Session& session) noexcept {
  return static_cast<Visitor&>(*session.state());
}

/// Puts the visits that were interrupted into the book.
void load_unfinished(PromptShared& shared) {
  std::unordered_map<std::string, std::shared_ptr<Visit>> open;
  std::vector<std::string> order;
  std::size_t sessions = 0;
  shared.setting.keeper->load([&](AnswerRecord&& record) {
    if (record.event == AnswerEvent::start) {
      ++sessions;
      order.push_back(record.session);
      open[record.session] =
          std::make_shared<Visit>(shared.setting.script, record.session, record.resume_hash);
      return;
    }
    const auto found = open.find(record.session);
    if (found != open.end() && found->second->restore(record)) open.erase(found);
  });
  for (const std::string& session : order) {
    const auto found = open.find(session);
    if (found == open.end()) continue;
    found->second->end_restore();
    shared.book.release(found->second);
  }
  if (sessions != 0) {
    log::info("answers", {{"sessions", sessions}, {"unfinished", open.size()}});
  }
}

}  // namespace

void VisitorRef::post(std::function<void(Visitor* visitor)> task) const {
  mailbox->post([service = service, number = number, task = std::move(task)] {
    task(service->find(number));
  });
}

ServiceFactory make_prompt_factory(const PromptSetting& setting, const Limits& limits) {
  auto shared = std::make_shared<PromptShared>();
  shared->setting = setting;
  shared->limits = limits;
  const std::optional<RunProgram>& run = setting.script->run;
  if (run.has_value() && run->is_shared) {
    shared->program = std::make_shared<SharedProgram>(setting.programs, setting.script);
  }
  if (setting.script->race) shared->race = std::make_unique<RaceTrack>(setting.script);
  if (setting.keeper != nullptr) load_unfinished(*shared);
  return
      [shared](WorkerContext& worker) { return std::make_unique<PromptService>(worker, shared); };
}

void change_prompt(Service& prompt, const Limits& limits) {
  static_cast<PromptService&>(prompt).set_limits(limits);
}

PromptService::PromptService(WorkerContext& worker, std::shared_ptr<PromptShared> shared)
    : worker_(worker),
      shared_(std::move(shared)),
      limits_(shared_->limits),
      mailbox_(std::make_shared<Mailbox>(worker)) {
  if (shared_->race != nullptr && worker.index() == 0) shared_->race->attach(worker, mailbox_);
}

PromptService::~PromptService() {
  if (shared_->race != nullptr && worker_.index() == 0) shared_->race->detach();
  mailbox_->close();
}

Visitor* PromptService::find(std::uint64_t number) noexcept {
  const auto found = visitors_.find(number);
  return found == visitors_.end() ? nullptr : found->second;
}

void PromptService::on_open(Session& session) {
  const std::uint64_t number = ++last_number_;
  session.set_state(std::make_unique<Visitor>(*this, session, number));
  visitors_[number] = &visitor(session);
  visitor(session).start();
}

Taken PromptService::on_line(Session& session, std::string_view line) {
  return visitor(session).take_line(line);
}

void PromptService::on_end_of_input(Session& session) {
  visitor(session).end_input();
}

void PromptService::on_stopping(Session& session) {
  visitor(session).stop();
}

void PromptService::on_closed(Session& session, CloseReason /*reason*/) {
  if (session.state() == nullptr) return;  // on_open() failed
  visitors_.erase(visitor(session).number());
  visitor(session).close();
}

std::string PromptService::phrase(Session& session, std::string_view sentence,
                                  std::string_view code) {
  if (session.state() == nullptr) return Service::phrase(session, sentence, code);
  return visitor(session).wording().phrase(sentence, code);
}

}  // namespace grotto
