// The chapter of the option table on the questions of the prompt service.
#include "daemon/option_values.h"
#include "daemon/plain_file.h"

namespace grotto {
namespace {

constexpr std::size_t kHostKeyBytesMin = 8;
constexpr std::size_t kHostKeyBytesMax = 128;

std::optional<std::string> set_script(Settings& settings, const Texts& texts) {
  if (!is_path(texts.front())) return "the name of a file";
  settings.script = texts.front();
  return std::nullopt;
}

std::optional<std::string> set_answers(Settings& settings, const Texts& texts) {
  const std::string& text = texts.front();
  const bool is_file = text.ends_with(".jsonl") || text.ends_with(".csv");
  if (!is_path(text) || !(is_file || text.empty() || text == "store" || text == "none")) {
    return "a file that ends with .jsonl or .csv, store, or none";
  }
  settings.answers = text;
  return std::nullopt;
}

std::optional<std::string> set_host_key(Settings& settings, const Texts& texts) {
  std::string key;
  if (!texts.front().empty()) {
    if (auto fault =
            read_secret_file(texts.front(), "a key", kHostKeyBytesMin, kHostKeyBytesMax, key)) {
      return fault;
    }
  }
  settings.host_key_file = texts.front();
  settings.host_key = std::move(key);
  return std::nullopt;
}

}  // namespace

void add_question_options(std::vector<Option>& table, const ProgramKind& program) {
  constexpr auto kGroup = OptionGroup::questions;
  table.push_back({"script", "", kGroup, OptionKind::text, "",
                   "The questions of the prompt service", "none", set_script,
                   [](const Settings& s) { return toml_string(s.script); }});
  table.push_back(
      {"answers", program.has_store ? "FILE.jsonl|FILE.csv|store|none" : "FILE.jsonl|FILE.csv|none",
       kGroup, OptionKind::text, "", "Where the answers of prompt are kept",
       program.has_store ? "the store (--store)" : "in memory only", set_answers,
       [](const Settings& s) { return toml_string(s.answers); }});
  table.push_back({"host-key-file", "FILE", kGroup, OptionKind::text, "",
                   "A file whose first line makes the host of the questions: /host KEY", "none",
                   set_host_key, [](const Settings& s) { return toml_string(s.host_key_file); }});
}

}  // namespace grotto
