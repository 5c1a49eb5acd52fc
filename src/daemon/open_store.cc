#include "daemon/open_store.h"

#include <sysexits.h>

#include <cstdlib>

#include "base/log.h"
#include "daemon/state_folder.h"

namespace grotto {

namespace {

constexpr std::uint64_t kDayMs = 86'400'000;

}  // namespace

std::string default_store_path() {
  const std::string folder = state_folder();
  return folder.empty() ? folder : folder + "/grotto.db";
}

Result<std::shared_ptr<HistoryStore>> open_store(const Settings& settings) {
  std::shared_ptr<HistoryStore> none;
  if (settings.store == "none") return none;
  HistoryStore::Options options;
  const bool is_default = settings.store.empty();
  options.path = is_default ? default_store_path() : settings.store;
  if (options.path.empty()) return none;
  options.retention = {settings.store_days * kDayMs, settings.store_lines, settings.store_bytes};
  options.when_stuck = [](std::uint64_t lines) {
    log::error("history lost its last lines",
               {{"lines", lines}, {"fault", "the disk does not answer"}});
    log::stop();
    std::_Exit(EX_IOERR);
  };
  auto store = HistoryStore::open(options);
  if (store) {
    log::info("history", {{"file", options.path}});
    return std::shared_ptr<HistoryStore>(std::move(*store));
  }
  constexpr int kTooNew = 78;
  const Error& fault = store.error();
  if (!is_default && fault.exit_status != kTooNew) return fault;
  log::warning("history is kept in memory only", {{"why", fault.sentence}});
  return none;
}

}  // namespace grotto
