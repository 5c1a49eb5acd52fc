// The program that works on answers.
#include <fmt/format.h>

#include <utility>

#include "base/escape.h"
#include "base/json_object.h"
#include "base/log.h"
#include "prompt/program_reply.h"
#include "prompt/prompt_service.h"
#include "prompt/visitor.h"

namespace grotto {

namespace {
constexpr std::size_t kTurnBytesMax = 64 * 1024;  // what it says to one answer
constexpr unsigned kFailuresMax = 3;              // of one visit; then it goes on without it
}  // namespace

/// The program gets the last answer.
void Visitor::begin_turn() {
  const Script& script = service_.script();
  if (program_failures_ >= kFailuresMax) return go_on();
  state_ = State::at_work;
  turn_bytes_ = 0;
  service_.wheel().arm(deadline_, service_.shared().run().seconds * 1000);
  std::string answers;
  JsonObject all(answers);
  for (std::size_t i = 0; i < script.asks.size(); ++i) {
    const Value& value = visit_->answer(i);
    if (!std::holds_alternative<std::monostate>(value))
      all.value(script.asks[i].id, to_json(value));
  }
  all.end();
  std::string line;
  JsonObject object(line);
  object.text("type", "answer")
      .text("session", visit_->id())
      .number("round", visit_->round_number())
      .text("id", turn_ask_)
      .value("answer", to_json(turn_answer_))
      .text("how", to_string(turn_how_))
      .value("score", to_json(Value(visit_->score())))
      .value("answers", answers)
      .end();
  send_to_program(std::move(line));
}

void Visitor::send_to_program(std::string line) {
  PromptShared& shared = service_.shared();
  if (shared.program != nullptr) {
    return shared.program->send(visit_->id(), service_.ref(number_), std::move(line));
  }
  if (program_ == nullptr) {
    const std::uint64_t life = ++program_life_;
    const VisitorRef ref = service_.ref(number_);
    program_ = shared.setting.programs->start(
        service_.shared().run().command,
        {"GROTTO_SESSION=" + visit_->id(), "GROTTO_TITLE=" + service_.script().title},
        {[ref, life](const std::string& printed) {
           ref.post([printed, life](Visitor* who) {
             if (who != nullptr && who->program_life_ == life) who->on_program_line(printed);
           });
         },
         [ref, life](const std::string& why) {
           ref.post([why, life](Visitor* who) {
             if (who != nullptr && who->program_life_ == life) who->on_program_end(why);
           });
         }});
  }
  program_->send(std::move(line));
}

/// It has failed: nothing more of it is wanted.
void Visitor::end_program(const std::string& why) {
  PromptShared& shared = service_.shared();
  if (shared.program != nullptr) {
    shared.program->leave(visit_->id(), service_.ref(number_));
    shared.program->end(why);
  }
  program_.reset();
}

void Visitor::on_program_line(const std::string& line) {
  turn_bytes_ += line.size() + 1;
  if (state_ != State::at_work) {
    log::debug("program spoke out of turn", {{"session", visit_->id()}});
    if (turn_bytes_ <= kTurnBytesMax ||
        (program_ == nullptr && service_.shared().program == nullptr))
      return;
    service_.warnings().note("program says too much",
                             {{"session", visit_->id()}, {"bytes", turn_bytes_}});
    turn_bytes_ = 0;
    return end_program("it says too much");
  }
  auto read = read_reply(service_.script(), line);
  if (const auto* const fault = std::get_if<std::string>(&read)) {
    service_.warnings().note(
        "program's answer makes no sense",
        {{"session", visit_->id()}, {"why", *fault}, {"line", line.substr(0, 200)}});
    return fail_turn("The program behind the questions answered what makes no sense.");
  }
  if (turn_bytes_ > kTurnBytesMax) {
    service_.warnings().note("program says too much",
                             {{"session", visit_->id()}, {"bytes", turn_bytes_}});
    end_program("it says too much");
    return fail_turn("The program behind the questions said too much.");
  }
  take_reply(std::get<ProgramReply>(read));
}

void Visitor::take_reply(const ProgramReply& reply) {
  for (const std::string& text : reply.say) tell(text);
  std::vector<AnswerRecord> records;
  if (reply.points != 0) {
    // The answer once more, in its own place, with what it is worth now.
    visit_->add_points(reply.points);
    AnswerRecord again = record(AnswerEvent::answer);
    again.place = visit_->answered() - 1;
    again.ask = turn_ask_;
    const Ask* const ask =
        own_ask_ != nullptr ? own_ask_.get() : &service_.script().asks[visit_->last()];
    if (ask->is_kept) again.answer = turn_answer_;
    again.how = turn_how_;
    again.took_ms = turn_took_ms_;
    again.points = visit_->last_points();
    records.push_back(std::move(again));
  }
  if (reply.then == ProgramReply::Then::more) {
    if (records.empty()) return;
    // Kept with what comes next: nothing waits for it.
    AnswerKeeper* const keeper = service_.shared().setting.keeper.get();
    if (keeper != nullptr) keeper->keep(std::move(records), [] {});
    return;
  }
  const auto go = [this, then = reply.then, to = reply.to, own = reply.own_ask] {
    end_turn();
    switch (then) {
      case ProgramReply::Then::more:
      case ProgramReply::Then::next: return go_on();
      case ProgramReply::Then::goes_to: visit_->go_to(to); return go_on();
      case ProgramReply::Then::end: visit_->go_to(kScriptEnd); return go_on();
      case ProgramReply::Then::asks:
        if (has_input_ended_) return leave_unfinished({});
        own_ask_ = own;
        return ask_now();
    }
  };
  deadline_.cancel();
  if (records.empty()) return go();
  keep(std::move(records), go);
}

/// Lines are taken again.
void Visitor::end_turn() {
  deadline_.cancel();
  PromptShared& shared = service_.shared();
  if (shared.program != nullptr) shared.program->leave(visit_->id(), service_.ref(number_));
  settle(State::asked);
}

void Visitor::on_program_end(const std::string& why) {
  program_.reset();
  if (service_.shared().program == nullptr) {
    service_.warnings().note("program behind the questions has ended",
                             {{"session", visit_->id()}, {"why", why}});
  }
  if (state_ != State::at_work) return;  // it is started again for the next answer
  fail_turn("The program behind the questions has ended.");
}

void Visitor::fail_turn(std::string_view sentence) {
  ++program_failures_;
  if (service_.shared().run().ends_on_failure) {
    wording_.refuse(fmt::format("{} Your answers are kept.", sentence), "program");
    return leave_unfinished("It does not go on without it. Goodbye!");
  }
  wording_.refuse(fmt::format("{} Your answer is kept, and it goes on without it.", sentence),
                  "program");
  end_turn();
  go_on();
}

}  // namespace grotto
