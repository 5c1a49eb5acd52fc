// AnswersFile's chapter on writing.
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "answers/answers_file.h"
#include "base/log.h"

namespace grotto {

namespace {

std::string last_fault() {
  return std::strerror(errno);
}

}  // namespace

std::string AnswersFile::write(const AnswerGroup& group) {
  if (std::string fault = look_after_file(); !fault.empty()) return fault;
  encode(group);
  if (text_.empty()) return {};
  written_ = std::max(written_, end_ + text_.size());
  if (std::string fault = write_all(file_.get(), text_, end_); !fault.empty()) return fault;
  if (disk_.sync(file_.get()) != 0) {
    must_open_anew_ = true;
    return last_fault();
  }
  end_ += text_.size();
  written_ = end_;
  must_begin_line_ = false;
  return {};
}

void AnswersFile::encode(const AnswerGroup& group) {
  text_.clear();
  for (const AnswerBatch& batch : group) {
    for (const AnswerRecord& record : batch.records) {
      if (text_.empty() && must_begin_line_) text_ += '\n';
      if (text_.empty() && end_ == 0) text_ += format_.head();
      format_.append(record, text_);
    }
  }
}

std::string AnswersFile::write_all(int fd, std::string_view bytes, std::uint64_t at) {
  while (!bytes.empty()) {  // each turn takes some of them, or ends it
    const ssize_t size = disk_.write_at(fd, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      must_open_anew_ = errno == EIO || errno == ESTALE;
      return last_fault();
    }
    if (size == 0) return "the disk takes no bytes";
    bytes.remove_prefix(static_cast<std::size_t>(size));
    at += static_cast<std::uint64_t>(size);
  }
  return {};
}

// ---- What others may do to the file (F3) -------------------------------------------------------

std::string AnswersFile::look_after_file() {
  struct stat status{};
  if (::fstat(file_.get(), &status) != 0) return last_fault();
  if (status.st_nlink == 0) return make_again();
  if (must_open_anew_) {
    if (std::string fault = open_anew(); !fault.empty()) return fault;
  }
  const auto size = static_cast<std::uint64_t>(status.st_size);
  if (size < end_) move_end(size, "answers were cut off by somebody else");
  if (size > written_) move_end(size, "somebody else writes to the answers");
  return {};
}

void AnswersFile::move_end(std::uint64_t end, const char* event) {
  log::error(event, {{"file", path_}, {"bytes", end > end_ ? end - end_ : end_ - end}});
  end_ = written_ = end;
  char last = '\n';
  if (end > 0 && ::pread(file_.get(), &last, 1, static_cast<off_t>(end - 1)) != 1) last = '\0';
  must_begin_line_ = last != '\n';
}

/// F2. One that was moved away is written to where it is now.
std::string AnswersFile::open_anew() {
  struct stat before{};
  struct stat now{};
  if (::stat(path_.c_str(), &now) == 0 && ::fstat(file_.get(), &before) == 0 &&
      now.st_dev == before.st_dev && now.st_ino == before.st_ino) {
    Descriptor file(disk_.open(path_, O_RDWR | O_NONBLOCK));
    if (!file.is_open()) return last_fault();
    file_ = std::move(file);
  }
  must_open_anew_ = false;
  return {};
}

std::string AnswersFile::make_again() {
  Descriptor file(disk_.open(path_, O_RDWR | O_CREAT | O_EXCL));
  if (!file.is_open()) {
    return errno == EEXIST ? "it was removed, and another is in its place" : last_fault();
  }
  std::string fault = copy_to(file.get());
  if (fault.empty() && (disk_.sync(file.get()) != 0 || disk_.sync_folder_of(path_) != 0)) {
    fault = last_fault();
  }
  if (!fault.empty()) {
    ::unlink(path_.c_str());
    return fault;
  }
  file_ = std::move(file);
  written_ = end_;
  must_open_anew_ = false;
  log::error("the answers file was removed, and is made again", {{"file", path_}});
  return {};
}

std::string AnswersFile::copy_to(int fd) {
  std::array<char, 16'384> chunk{};
  for (std::uint64_t at = 0; at < end_;) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(chunk.size(), end_ - at));
    const ssize_t size = ::pread(file_.get(), chunk.data(), wanted, static_cast<off_t>(at));
    if (size < 0) return last_fault();
    if (size == 0) return "it was removed, and cut off before";
    std::string fault = write_all(fd, {chunk.data(), static_cast<std::size_t>(size)}, at);
    if (!fault.empty()) return fault;
    at += static_cast<std::uint64_t>(size);
  }
  return {};
}

}  // namespace grotto
