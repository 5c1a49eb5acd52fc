// Desk: the questions at workers without threads, people without sockets, a keeper whose disk the
// test moves, and programs that the test plays.
#pragma once

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "grotto/session.h"
#include "line/text.h"
#include "prompt/prompt.h"
#include "script/load_script.h"
#include "support/fake_worker.h"

namespace grotto::testing {

using Lines = std::vector<std::string>;

/// A person who is asked.
class Guest final : public Session {
 public:
  explicit Guest(std::string first_command = {}) : first_command_(std::move(first_command)) {}

  /// What has come since the last call.
  Lines reads() { return std::exchange(lines_, {}); }
  [[nodiscard]] CloseReason reason() const { return reason_; }
  bool is_telnet = false;
  bool is_hidden = false;
  bool was_told_to_go_on = false;

  // Session
  void write(std::string_view /*bytes*/) override { FAIL("the questions write lines"); }
  void write_line(std::string_view text) override {
    std::string scratch;
    lines_.emplace_back(clean_text(text, scratch));
  }
  [[nodiscard]] std::size_t outbox_bytes() const noexcept override { return 0; }
  [[nodiscard]] std::size_t undelivered_bytes() const noexcept override { return 0; }
  void follow(Feed* /*feed*/) override {}
  void touch() override {}
  void finish(CloseReason reason, std::string_view last_line) override {
    if (is_ending()) return;
    reason_ = reason;
    if (!last_line.empty()) write_line(last_line);
  }
  void abort(CloseReason reason) override { finish(reason, {}); }
  void resume() override { was_told_to_go_on = true; }
  [[nodiscard]] bool is_ending() const noexcept override { return reason_ != CloseReason::none; }
  bool start_telnet() override { return is_telnet = true; }
  bool hide_input(bool hidden) override {
    if (!is_telnet) return false;
    is_hidden = hidden;
    return true;
  }
  [[nodiscard]] std::string_view first_command() const noexcept override { return first_command_; }
  [[nodiscard]] std::uint64_t idle_ms() const noexcept override { return 0; }
  [[nodiscard]] std::string peer_name() const override { return "127.0.0.1:40712"; }
  [[nodiscard]] std::string peer_host() const override { return "127.0.0.1"; }

 private:
  const std::string first_command_;
  Lines lines_;
  CloseReason reason_ = CloseReason::none;
};

/// Its disk writes when the test says so.
class Disk final : public AnswerKeeper {
 public:
  void load(const std::function<void(AnswerRecord&& record)>& take) override {
    for (AnswerRecord each : kept) take(std::move(each));
  }
  void keep(std::vector<AnswerRecord> records, OnKept on_kept) override {
    waiting_.emplace_back(std::move(records), std::move(on_kept));
    if (is_quick) write();
  }
  [[nodiscard]] std::string fault() const override { return what; }

  void write() {
    auto all = std::exchange(waiting_, {});
    for (auto& [records, on_kept] : all) {
      for (AnswerRecord& each : records) kept.push_back(std::move(each));
      on_kept();
    }
  }

  bool is_quick = true;
  std::string what;  // why it does not write
  std::vector<AnswerRecord> kept;

 private:
  std::vector<std::pair<std::vector<AnswerRecord>, OnKept>> waiting_;
};

/// The test reads what they got, and says what they print.
class Stage final : public Programs {
 public:
  struct Part {
    Events events;
    Lines got;
    std::vector<std::string> variables;
    bool is_wanted = true;
  };

  std::shared_ptr<Program> start(const std::vector<std::string>& /*command*/,
                                 const std::vector<std::string>& variables,
                                 Events events) override {
    parts.push_back(std::make_shared<Part>(Part{std::move(events), {}, variables}));
    return std::make_shared<Player>(parts.back());
  }

  std::vector<std::shared_ptr<Part>> parts;

 private:
  class Player final : public Program {
   public:
    explicit Player(std::shared_ptr<Part> part) : part_(std::move(part)) {}
    Player(const Player&) = delete;
    Player& operator=(const Player&) = delete;
    ~Player() override { part_->is_wanted = false; }
    void send(std::string line) override { part_->got.push_back(std::move(line)); }

   private:
    const std::shared_ptr<Part> part_;
  };
};

inline std::shared_ptr<const Script> script_of(std::string_view text) {
  LoadedScript loaded = load_script(text);
  for (const ScriptFault& fault : loaded.faults) FAIL_CHECK(to_string(fault, "script"));
  REQUIRE(loaded.script != nullptr);
  return loaded.script;
}

class Desk {
 public:
  struct How {
    std::string host_key = {};
    unsigned workers = 1;
    std::shared_ptr<Disk> disk = std::make_shared<Disk>();
    double rate = 0;
  };

  explicit Desk(std::string_view script) : Desk(script, How{}) {}
  Desk(std::string_view script, const How& how) : disk(how.disk) {
    PromptSetting setting;
    setting.script = script_of(script);
    setting.keeper = disk;
    setting.programs = stage;
    setting.host_key = how.host_key;
    Limits limits;
    limits.rate_lines_per_second = how.rate;
    const ServiceFactory factory = make_prompt_factory(setting, limits);
    for (unsigned i = 0; i < how.workers; ++i) {
      workers_.push_back(std::make_unique<FakeWorker>(i, how.workers));
      services_.push_back(factory(*workers_.back()));
    }
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk() {
    for (const auto& each : guests_) leaves(*each.guest);
    services_.clear();
  }

  Guest& comes(const std::string& first_command = {}, unsigned worker = 0) {
    guests_.push_back({std::make_unique<Guest>(first_command), worker});
    Guest& guest = *guests_.back().guest;
    services_[worker]->on_open(guest);
    settle();
    return guest;
  }
  Taken offers(Guest& guest, std::string_view line) {
    const Taken taken = service_of(guest).on_line(guest, line);
    settle();
    return taken;
  }
  void says(Guest& guest, std::string_view line) { REQUIRE(offers(guest, line) == Taken::yes); }
  void ends_input(Guest& guest) {
    service_of(guest).on_end_of_input(guest);
    settle();
  }
  void is_stopping(Guest& guest) { service_of(guest).on_stopping(guest); }
  /// Its connection is gone.
  void leaves(Guest& guest) {
    for (auto& each : guests_) {
      if (each.guest.get() != &guest || std::exchange(each.is_gone, true)) continue;
      services_[each.worker]->on_closed(guest, CloseReason::peer_reset);
    }
    settle();
  }
  void pass_ms(std::uint64_t milliseconds) {
    clock_ms_ += milliseconds;
    for (const auto& worker : workers_) worker->wheel().advance(clock_ms_);
    settle();
  }
  void settle() {
    for (int round = 0; round < 10; ++round) {
      for (const auto& worker : workers_) worker->run_posted();
    }
  }

  const std::shared_ptr<Disk> disk;
  const std::shared_ptr<Stage> stage = std::make_shared<Stage>();

 private:
  struct Visit {
    std::unique_ptr<Guest> guest;
    unsigned worker;
    bool is_gone = false;
  };
  Service& service_of(Guest& guest) {
    for (const auto& each : guests_) {
      if (each.guest.get() == &guest) return *services_[each.worker];
    }
    FAIL("nobody");
    return *services_.front();
  }

  std::vector<std::unique_ptr<FakeWorker>> workers_;
  std::vector<std::unique_ptr<Service>> services_;
  std::vector<Visit> guests_;
  std::uint64_t clock_ms_ = 0;
};

/// The token in the last line that has one.
inline std::string token_in(const Lines& lines) {
  for (auto each = lines.rbegin(); each != lines.rend(); ++each) {
    const std::size_t at = each->rfind("/resume ");
    if (at != std::string::npos) return each->substr(at + 8);
  }
  FAIL("no token was told");
  return {};
}

}  // namespace grotto::testing
