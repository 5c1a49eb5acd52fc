#include "prompt/shared_program.h"

#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/check.h"
#include "base/log.h"
#include "prompt/visitor.h"

namespace grotto {

namespace {
constexpr std::chrono::seconds kRestartPause{1};
constexpr std::size_t kStrayBytesMax = 64 * 1024;
}  // namespace

void SharedProgram::send(const std::string& session, const VisitorRef& visitor, std::string line) {
  const std::scoped_lock lock(mutex_);
  if (program_ == nullptr) {
    const auto now = std::chrono::steady_clock::now();
    if (life_ != 0 && now - started_ < kRestartPause) {
      visitor.post([](Visitor* who) {
        if (who != nullptr) who->on_program_end("it has just ended");
      });
      return;
    }
    started_ = now;
    const std::uint64_t life = ++life_;
    const std::weak_ptr<SharedProgram> self = weak_from_this();
    const std::optional<RunProgram>& run = script_->run;
    GROTTO_CHECK(run.has_value());
    program_ = programs_->start(run->command, {"GROTTO_TITLE=" + script_->title},
                                {[self, life](const std::string& printed) {
                                   if (const auto alive = self.lock())
                                     alive->on_line(life, printed);
                                 },
                                 [self, life](const std::string& why) {
                                   if (const auto alive = self.lock()) alive->on_end(life, why);
                                 }});
  }
  visitors_[session] = visitor;
  stray_bytes_ = 0;
  program_->send(std::move(line));
}

void SharedProgram::leave(const std::string& session, const VisitorRef& visitor) {
  const std::scoped_lock lock(mutex_);
  const auto found = visitors_.find(session);
  if (found != visitors_.end() && found->second == visitor) visitors_.erase(found);
}

void SharedProgram::on_line(std::uint64_t life, const std::string& line) {
  const nlohmann::json object = nlohmann::json::parse(line, nullptr, false);
  std::string session;
  if (object.is_object() && object.contains("session") && object["session"].is_string()) {
    session = object["session"].get<std::string>();
  }
  {
    const std::scoped_lock lock(mutex_);
    if (life != life_ || program_ == nullptr) return;  // it is ended already
    const auto found = visitors_.find(session);
    if (found != visitors_.end()) {
      found->second.post([line](Visitor* who) {
        if (who != nullptr) who->on_program_line(line);
      });
      return;
    }
    log::debug("program answered nobody", {{"session", session}});
    stray_bytes_ += line.size() + 1;
    if (stray_bytes_ <= kStrayBytesMax) return;
  }
  end("it says too much to nobody");
}

void SharedProgram::end(const std::string& why) {
  std::uint64_t life = 0;
  {
    const std::scoped_lock lock(mutex_);
    if (program_ == nullptr) return;
    life = life_;
  }
  on_end(life, why);
}

void SharedProgram::on_end(std::uint64_t life, const std::string& why) {
  std::map<std::string, VisitorRef> waiting;
  std::shared_ptr<Program> ended;  // destroyed without the lock
  {
    const std::scoped_lock lock(mutex_);
    if (life != life_ || program_ == nullptr) return;
    ended = std::move(program_);
    waiting.swap(visitors_);
  }
  log::warning("program behind the questions has ended", {{"why", why}});
  for (const auto& [session, visitor] : waiting) {
    visitor.post([why](Visitor* who) {
      if (who != nullptr) who->on_program_end(why);
    });
  }
}

}  // namespace grotto
