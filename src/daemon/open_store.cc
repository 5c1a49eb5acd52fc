#include "daemon/open_store.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "base/log.h"

namespace grotto {

namespace {

constexpr std::uint64_t kDayMs = 86'400'000;

std::string_view variable(const char* name) noexcept {
  const char* const text = std::getenv(name);
  return text == nullptr ? std::string_view() : std::string_view(text);
}

}  // namespace

std::string default_store_path() {
  constexpr std::string_view kFile = "/grotto.db";
  std::string_view folder = variable("STATE_DIRECTORY");
  folder = folder.substr(0, folder.find(':'));  // several may be given
  if (folder.starts_with('/')) return std::string(folder).append(kFile);
  folder = variable("XDG_STATE_HOME");
  if (folder.starts_with('/')) return std::string(folder).append("/grotto").append(kFile);
  folder = variable("HOME");
  if (folder.starts_with('/')) {
    return std::string(folder).append("/.local/state/grotto").append(kFile);
  }
  return {};
}

Result<std::shared_ptr<HistoryStore>> open_store(const Settings& settings) {
  std::shared_ptr<HistoryStore> none;
  if (settings.store == "none") return none;
  HistoryStore::Options options;
  const bool is_default = settings.store.empty();
  options.path = is_default ? default_store_path() : settings.store;
  if (options.path.empty()) return none;
  options.retention = {settings.store_days * kDayMs, settings.store_lines, settings.store_bytes};
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
