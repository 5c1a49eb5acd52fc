// The chapter of Server on how it is found and told something while it runs.
#include <fmt/format.h>
#include <sysexits.h>

#include <csignal>
#include <filesystem>
#include <system_error>
#include <utility>

#include "daemon/open_tls.h"
#include "daemon/part.h"
#include "daemon/runtime_folder.h"
#include "daemon/server.h"
#include "daemon/upgrade.h"

namespace grotto {

namespace {

/// For its owner only, if it is made.
void make_folder_of(const std::string& path) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(path).parent_path();
  std::error_code error;
  if (fs::exists(folder, error) || !fs::create_directories(folder, error)) return;
  fs::permissions(folder, fs::perms::owner_all, error);
}

}  // namespace

Result<Done> Server::be_found(const ProgramKind& program, Reloading::Load load) {
  Worker& worker = parts_[0]->worker();
  // Before anybody can find the process: a signal that nobody takes would end it.
  signals_.push_back(SignalWatcher::watch(worker, SIGHUP, [this] {
    if (is_stopping_ || reloading_ == nullptr) return;
    reports_->tell_reloading();
    reloading_->ask();
    reports_->tell_reloaded();
  }));
  signals_.push_back(SignalWatcher::watch(worker, SIGUSR2, [this] { upgrade_->begin(); }));
  signals_.push_back(SignalWatcher::watch(worker, SIGUSR1, [] {
    log::reopen();
    log::info("log opened anew");
  }));
  auto taken = take_pid_file(program.name);
  const std::string outcome_file =
      pid_file_ ? ReloadOutcome::path_beside(pid_file_->path()) : std::string();
  reloading_ =
      std::make_unique<Reloading>(worker.wheel(), program, settings_, outcome_file, std::move(load),
                                  [this](const Settings& settings) { return change(settings); });
  return taken;
}

/// Without one that somebody asked for, a server goes on: it can be signalled by its number.
Result<Done> Server::take_pid_file(const std::string& program) {
  if (settings_.pid_file == "none") return Done{};
  const bool is_asked_for = !settings_.pid_file.empty();
  const std::string path = is_asked_for ? settings_.pid_file : default_pid_file(program, endpoint_);
  if (path.empty()) return Done{};
  if (!is_asked_for) make_folder_of(path);
  auto taken = PidFile::take(path);
  if (taken) {
    pid_file_.emplace(std::move(*taken));
    return Done{};
  }
  if (is_asked_for || PidFile::owner(path)) return taken.error();
  log::warning("no pid file", {{"why", taken.error().sentence}});
  return Done{};
}

Result<Done> Server::load_tls() {
  auto context = open_tls(settings_);
  if (!context) return context.error();
  for (const auto& part : parts_) part->worker().set_tls(*context);
  return Done{};
}

/// Whoever is here keeps what he has; the workers go over to the new one by one.
Result<Done> Server::change(const Settings& settings) {
  if (const auto fault = fault_of_tls(settings)) return Error{*fault, EX_CONFIG};
  auto context = open_tls(settings);
  if (!context) return context.error();
  const auto shared = std::make_shared<const Settings>(settings);
  for (const auto& part : parts_) {
    part->worker().post([this, part = part.get(), shared, context = *context] {
      part->change(shared->limits, context);
      for (std::size_t index = 0; index < service_names_.size(); ++index) {
        const auto found = changes_.find(service_names_[index]);
        if (found != changes_.end()) found->second(part->service(index), *shared);
      }
    });
  }
  admission_->change(settings.limits, {settings.allow, settings.deny, settings.wait_turn});
  parts_[0]->worker().defer([this] { reception_->look_again(); });
  log::set_level(settings.log.level);
  log::set_format(settings.log.format);
  if (has_certificates(settings)) log::info("certificates were read anew");
  return Done{};
}

}  // namespace grotto
