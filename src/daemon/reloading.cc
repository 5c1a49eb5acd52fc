#include "daemon/reloading.h"

#include <fmt/format.h>
#include <unistd.h>

#include <utility>

#include "base/log.h"
#include "net/worker.h"

namespace grotto {

namespace {

/// What `grottod reload` prints.
std::vector<std::string> sentences(const Changes& changes) {
  std::vector<std::string> told;
  told.reserve(changes.now.size() + 1);
  for (const Changes::Change& each : changes.now) {
    told.push_back(each.from.empty() && each.to.empty()
                       ? fmt::format("{}: the file has changed and was read anew", each.key)
                       : fmt::format("{}: {} -> {}", each.key, each.from, each.to));
  }
  if (!changes.restarts.empty()) {
    told.push_back(fmt::format("need a restart, and stay as they are until then: {}",
                               fmt::join(changes.restarts, ", ")));
  }
  if (told.empty()) told.emplace_back("no setting has changed");
  return told;
}

void log_changes(const Changes& changes) {
  for (const Changes::Change& each : changes.now) {
    if (each.from.empty() && each.to.empty()) {
      log::info("file of a setting was read anew", {{"key", each.key}});
    } else {
      log::info("setting changed", {{"key", each.key}, {"from", each.from}, {"to", each.to}});
    }
  }
  if (!changes.restarts.empty()) {
    log::warning("settings need a restart",
                 {{"keys", fmt::format("{}", fmt::join(changes.restarts, ", "))}});
  }
  log::info("reloaded", {{"changed", changes.now.size()}});
}

}  // namespace

Reloading::Reloading(TimerWheel& wheel, ProgramKind program, Settings running,
                     std::string outcome_file, Load load, Apply apply)
    : wheel_(wheel),
      program_(std::move(program)),
      running_(std::move(running)),
      outcome_file_(std::move(outcome_file)),
      load_(std::move(load)),
      apply_(std::move(apply)) {}

Reloading::~Reloading() {
  if (!outcome_file_.empty() && !is_handed_over_) ::unlink(outcome_file_.c_str());
}

void Reloading::ask() {
  if (pause_.is_armed()) {
    is_asked_again_ = true;
  } else {
    reload();
  }
}

void Reloading::on_pause_over() {
  if (std::exchange(is_asked_again_, false)) reload();
}

Result<Changes> Reloading::change() {
  const auto wanted = load_();
  if (!wanted) return wanted.error();
  Changes changes = compare_settings(program_, running_, *wanted);
  Settings settings = with_live(running_, *wanted);
  if (auto applied = apply_(settings); !applied) return applied.error();
  running_ = std::move(settings);
  return changes;
}

void Reloading::reload() {
  wheel_.arm(pause_, kPauseMs);
  ReloadOutcome outcome;
  outcome.began_ns = Worker::now_ns();
  const auto changes = change();
  outcome.is_good = changes.has_value();
  if (changes) {
    log_changes(*changes);
    outcome.sentences = sentences(*changes);
  } else {
    log::error("not reloaded, all stays as it was", {{"why", changes.error().sentence}});
    outcome.sentences = {changes.error().sentence};
  }
  if (!outcome_file_.empty() && !outcome.write(outcome_file_)) {
    log::debug("the outcome of a reload cannot be written", {{"file", outcome_file_}});
  }
}

}  // namespace grotto
