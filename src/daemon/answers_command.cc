#include "daemon/answers_command.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "answers/answer_json.h"
#include "answers/answer_lines.h"
#include "answers/disk.h"
#include "answers/export_answers.h"
#include "answers/records_sink.h"
#include "base/descriptor.h"
#include "base/escape.h"

#if GROTTO_HAS_STORE
#include "store/read_records.h"
#endif

namespace grotto {

namespace {

constexpr std::string_view kHelp =
    "usage: grottod answers FILE [--csv|--json] [--each]\n\n"
    "Prints the answers that `grottod prompt --answers FILE` keeps: a .jsonl or .csv file, or a\n"
    "store. A server may be writing to it meanwhile.\n\n"
    "  --csv   a CSV table (the default)\n"
    "  --json  a JSON array\n"
    "  --each  a row for each answer, not for each session\n"
    "  --help  this\n\n"
    "Examples:\n"
    "  grottod answers answers.jsonl --csv > answers.csv\n"
    "  grottod answers grotto.db --json --each | jq '.[].answer'\n";

constexpr std::string_view kStoreBegins = "SQLite format 3";

/// So many broken lines have a line of standard error each.
constexpr std::uint64_t kBrokenToldMax = 10;

struct Wanted {
  std::string file;
  bool is_help = false;
  bool is_json = false;
  AnswerTable table = AnswerTable::sessions;
};

using AnswerRecords = std::vector<AnswerRecord>;

void tell(const std::string& sentence) {
  std::fprintf(stderr, "grottod: %s\n", sentence.c_str());
}

Result<Wanted> parse(int argc, const char* const* argv) {
  CLI::App app("", "grottod answers");
  app.set_help_flag();
  Wanted wanted;
  bool is_csv = false;
  bool is_each = false;
  CLI::Option* const file = app.add_option("FILE", wanted.file);
  app.add_flag("--csv", is_csv);
  app.add_flag("--json", wanted.is_json);
  app.add_flag("--each", is_each);
  app.add_flag("-h,--help", wanted.is_help);
  const auto refused = [](std::string_view why) {
    return Error{fmt::format("{} (see grottod answers --help)", why), EX_USAGE};
  };
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return refused(escaped(error.what()));
  }
  if (wanted.is_help) return wanted;
  if (file->count() == 0 || wanted.file.empty()) return refused("answers: expected a file.");
  if (is_csv && wanted.is_json) return refused("--csv and --json: only one of them.");
  if (is_each) wanted.table = AnswerTable::each;
  return wanted;
}

void tell_broken(std::uint64_t broken, const std::string& what) {
  if (broken <= kBrokenToldMax) tell(fmt::format("{} is no answer, and left out.", what));
}

void tell_more_broken(std::uint64_t broken) {
  if (broken > kBrokenToldMax) tell(fmt::format("so are {} more.", broken - kBrokenToldMax));
}

/// `bytes_max`: what the file has now; who writes to it may be faster than we read.
Result<AnswerRecords> read_lines(int fd, const std::string& path, std::uint64_t bytes_max,
                                 const AnswerFormat& format) {
  AnswerRecords records;
  std::uint64_t broken = 0;
  const AnswerLineUser user{
      [&](AnswerRecord&& record) { records.push_back(std::move(record)); },
      [&](std::uint64_t line) { tell_broken(++broken, fmt::format("line {} of {}", line, path)); }};
  const auto found = read_answer_lines(fd, path, bytes_max, format, user);
  if (!found) return found.error();
  tell_more_broken(broken);
  return records;
}

Result<AnswerRecords> read_store(const std::string& path) {
#if GROTTO_HAS_STORE
  const auto found = read_records(path, kAnswerKind);
  if (!found) return found.error();
  AnswerRecords records;
  std::uint64_t broken = 0;
  for (const Records::Record& each : *found) {
    auto record = answer_from_json(each.value);
    if (record) {
      records.push_back(std::move(*record));
    } else {
      tell_broken(++broken, fmt::format("the record {} of {}", escaped(each.key), path));
    }
  }
  tell_more_broken(broken);
  return records;
#else
  return Error{fmt::format("{} is a store, and this program was built without.", path),
               EX_UNAVAILABLE};
#endif
}

Result<AnswerRecords> read_file(const std::string& path) {
  const auto cannot = [&](const std::string& why) {
    return Error{fmt::format("cannot read {}: {}.", path, why), EX_NOINPUT};
  };
  const Descriptor file(Disk().open(path, O_RDONLY | O_NONBLOCK));
  if (!file.is_open()) return cannot(std::strerror(errno));
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return cannot(std::strerror(errno));
  if (!S_ISREG(status.st_mode)) return cannot("it is no plain file");
  std::array<char, kStoreBegins.size()> first{};
  const ssize_t size = ::pread(file.get(), first.data(), first.size(), 0);
  const std::string_view begins(first.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  if (begins == kStoreBegins) return read_store(path);
  const AnswerFormat* const format = answer_format(path);
  if (format != nullptr) {
    return read_lines(file.get(), path, static_cast<std::uint64_t>(status.st_size), *format);
  }
  if (size == 0 && path.ends_with(".db")) return AnswerRecords();  // a store before its first write
  return Error{fmt::format("{} is no file of answers: it is no store, and its name ends in neither "
                           ".jsonl nor .csv.",
                           path),
               EX_DATAERR};
}

int fail(const Error& error) {
  tell(error.sentence);
  return error.exit_status;
}

int print(std::string_view text) {
  const bool is_written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (is_written && std::fflush(stdout) == 0) return EX_OK;
  return fail({fmt::format("cannot write the table: {}.", std::strerror(errno)), EX_IOERR});
}

}  // namespace

int run_answers_command(int argc, const char* const* argv) {
  const auto wanted = parse(argc, argv);
  if (!wanted) return fail(wanted.error());
  if (wanted->is_help) return print(kHelp);
  const auto records = read_file(wanted->file);
  if (!records) return fail(records.error());
  return print(wanted->is_json ? answers_as_json(*records, wanted->table)
                               : answers_as_csv(*records, wanted->table));
}

}  // namespace grotto
