// AnswersFile: a file of answers, one record a line, as the sink of a QueuedKeeper.
//
// A group is written with one pwrite at the end of what counts, then synced; only then it counts.
//   F1 what counts is on the disk: a line that a crash has cut is behind it, and is taken off by
//   the next start. F2 after a failed sync, nothing that was written since the last good one is
//   taken for written: the file is opened anew and the group written again, at the same place. F3
//   nobody else's bytes are written over: what others have appended stays, what they have cut off
//   is noticed, and a file that was removed is made again, with all that was in it.
// Threads: open() on main, the rest as AnswerSink.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "answers/answer_format.h"
#include "answers/answer_sink.h"
#include "answers/disk.h"
#include "base/descriptor.h"
#include "base/file_lock.h"
#include "base/result.h"

namespace grotto {

class AnswersFile final : public AnswerSink {
 public:
  /// As open_answers_file(). `disk` outlives it.
  static Result<std::unique_ptr<AnswersFile>> open(const std::string& path, Disk& disk);

  void load(const std::function<void(AnswerRecord&& record)>& take) override;
  [[nodiscard]] std::string write(const AnswerGroup& group) override;
  [[nodiscard]] const std::string& name() const noexcept override { return path_; }

 private:
  AnswersFile(std::string path, const AnswerFormat& format, Disk& disk, FileLock lock,
              Descriptor file);
  [[nodiscard]] Result<Done> begin();

  // What others may have done to the file; each returns a fault or nothing.
  [[nodiscard]] std::string look_after_file();
  [[nodiscard]] std::string open_anew();
  [[nodiscard]] std::string make_again();
  void move_end(std::uint64_t end, const char* event);

  void encode(const AnswerGroup& group);
  [[nodiscard]] std::string write_all(int fd, std::string_view bytes, std::uint64_t at);
  [[nodiscard]] std::string copy_to(int fd);

  const std::string path_;
  const AnswerFormat& format_;
  Disk& disk_;
  const FileLock lock_;
  Descriptor file_;
  std::uint64_t end_ = 0;         // of what counts (F1)
  std::uint64_t written_ = 0;     // so far the file may reach by what we have tried
  bool must_begin_line_ = false;  // what stands before end_ is not a whole line
  bool must_open_anew_ = false;   // F2
  std::string text_;              // of the group
};

}  // namespace grotto
