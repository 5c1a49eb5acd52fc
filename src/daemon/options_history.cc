// The chapter of the option table on what is kept of what was said.
#include "daemon/option_values.h"

namespace grotto {
namespace {

constexpr std::uint64_t kHistoryMax = 10'000;
constexpr std::uint64_t kDaysMax = 36'500;
constexpr std::uint64_t kLinesMax = 1'000'000'000;
constexpr std::uint64_t kBytesMax = 1ULL << 44U;

std::optional<std::string> set_store(Settings& settings, const Texts& texts) {
  const std::string& path = texts.front();
  if (!is_path(path)) return "the path of a file, or none";
  settings.store = path;
  return std::nullopt;
}

}  // namespace

void add_history_options(std::vector<Option>& table, const ProgramKind& program) {
  constexpr auto kGroup = OptionGroup::history;
  table.push_back(whole(
      {"history",
       "N",
       kGroup,
       OptionKind::number,
       "lines",
       "Said lines that a newcomer reads first",
       "",
       {},
       {}},
      [](Settings& s) -> std::size_t& { return s.history; }, 0, kHistoryMax));
  if (!program.has_store) return;
  table.push_back({"store", "PATH|none", kGroup, OptionKind::text, "",
                   "The file that keeps what was said in permanent rooms",
                   "grotto/grotto.db in the user's or the service's state directory", set_store,
                   [](const Settings& s) { return toml_string(s.store); }});
  table.push_back(whole(
      {"store-days",
       "N",
       kGroup,
       OptionKind::number,
       "days",
       "Lines are kept so long; 0: for ever",
       "",
       {},
       {}},
      [](Settings& s) -> std::uint64_t& { return s.store_days; }, 0, kDaysMax));
  table.push_back(whole(
      {"store-lines",
       "N",
       kGroup,
       OptionKind::number,
       "lines",
       "So many lines of each room are kept; 0: any number",
       "",
       {},
       {}},
      [](Settings& s) -> std::uint64_t& { return s.store_lines; }, 0, kLinesMax));
  table.push_back(bytes(
      {"store-bytes",
       "N",
       kGroup,
       OptionKind::either,
       "bytes",
       "So much is kept of all rooms together; 0: any amount",
       "",
       {},
       {}},
      [](Settings& s) -> std::uint64_t& { return s.store_bytes; }, 0, kBytesMax));
}

}  // namespace grotto
