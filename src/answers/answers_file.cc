#include "answers/answers_file.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>
#include <utility>

#include "answers/answer_lines.h"
#include "base/log.h"

namespace grotto {

namespace {

/// So many broken lines have a line of the log each.
constexpr std::uint64_t kBrokenToldMax = 10;
constexpr std::uint64_t kToTheEnd = std::numeric_limits<std::uint64_t>::max();

Error cannot_open(const std::string& path, const std::string& why) {
  return {fmt::format("cannot open the answers file {}: {}.", path, why), EX_CANTCREAT};
}

}  // namespace

Result<std::unique_ptr<AnswersFile>> AnswersFile::open(const std::string& path, Disk& disk) {
  const AnswerFormat* const format = answer_format(path);
  if (format == nullptr) {
    return Error{fmt::format("the name of the answers file {} must end in .jsonl or .csv.", path),
                 EX_USAGE};
  }
  // One file, one lock, by whatever name it is given.
  std::error_code fault;
  std::string real = std::filesystem::weakly_canonical(path, fault).string();
  if (fault) real = path;
  struct stat status{};
  if (::stat(real.c_str(), &status) == 0 && !S_ISREG(status.st_mode)) {
    return cannot_open(path, "it is no plain file");
  }
  auto lock = FileLock::take("answers file", real);
  if (!lock) return lock.error();
  Descriptor file(disk.open(real, O_RDWR | O_CREAT | O_NONBLOCK));
  if (!file.is_open()) return cannot_open(path, std::strerror(errno));
  std::unique_ptr<AnswersFile> opened(
      new AnswersFile(real, *format, disk, std::move(*lock), std::move(file)));
  if (auto done = opened->begin(); !done) return done.error();
  return opened;
}

AnswersFile::AnswersFile(std::string path, const AnswerFormat& format, Disk& disk, FileLock lock,
                         Descriptor file)
    : path_(std::move(path)),
      format_(format),
      disk_(disk),
      lock_(std::move(lock)),
      file_(std::move(file)) {}

/// Finds the end of what counts, and takes off what a crash has cut. What is read from now on is on
/// the disk: a failed sync of the run before may have left it in memory only.
Result<Done> AnswersFile::begin() {
  const auto found = read_answer_lines(file_.get(), path_, kToTheEnd, format_, {});
  if (!found && found.error().exit_status == EX_DATAERR) return found.error();
  if (!found) return Error{found.error().sentence, EX_CANTCREAT};
  end_ = written_ = found->whole_bytes;
  if (found->torn_bytes > 0) {
    if (::ftruncate(file_.get(), static_cast<off_t>(end_)) != 0) {
      return cannot_open(path_, std::strerror(errno));
    }
    log::warning("the last answer was cut by a crash, and is taken off",
                 {{"file", path_}, {"bytes", found->torn_bytes}});
  }
  if (disk_.sync(file_.get()) != 0 || disk_.sync_folder_of(path_) != 0) {
    return cannot_open(path_, std::strerror(errno));
  }
  return Done{};
}

void AnswersFile::load(const std::function<void(AnswerRecord&& record)>& take) {
  const auto tell = [this](std::uint64_t line) {
    log::warning("a line of answers is broken, and passed over", {{"file", path_}, {"line", line}});
  };
  std::uint64_t broken = 0;
  const AnswerLineUser user{take, [&](std::uint64_t line) {
                              if (++broken <= kBrokenToldMax) tell(line);
                            }};
  const auto found = read_answer_lines(file_.get(), path_, end_, format_, user);
  if (!found) {
    log::error("answers of before cannot be read",
               {{"file", path_}, {"fault", found.error().sentence}});
  } else if (broken > kBrokenToldMax) {
    log::warning("more lines of answers are broken",
                 {{"file", path_}, {"lines", broken - kBrokenToldMax}});
  }
}

}  // namespace grotto
