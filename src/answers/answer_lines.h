// Answer lines: reads a file of records, whole or while it grows. Threads: no state; any.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "answers/answer_format.h"
#include "answers/answer_record.h"
#include "base/result.h"

namespace grotto {

/// A longer line is a broken one. The longest that is written has 60 KiB of text, each byte of
/// which may take six.
inline constexpr std::size_t kAnswerLineBytesMax = 1024 * 1024;

struct AnswerLines {
  std::uint64_t whole_bytes = 0;  // up to the last line end
  std::uint64_t torn_bytes =
      0;                     // what stands behind it: a crash has cut it, or it is being written
  std::uint64_t broken = 0;  // lines that are no records
};

/// Who looks at the lines; each may be empty.
struct AnswerLineUser {
  std::function<void(AnswerRecord&& record)> take;
  std::function<void(std::uint64_t line)> broken;  // its number, from 1
};

/// Reads from the file's beginning, at most `bytes_max`. `path` is for the sentences; without
/// take(), only the first line that is not blank is looked into. Errors: it is not of this format
/// (exit status 65), it cannot be read (74).
[[nodiscard]] Result<AnswerLines> read_answer_lines(int fd, const std::string& path,
                                                    std::uint64_t bytes_max,
                                                    const AnswerFormat& format,
                                                    const AnswerLineUser& user);

}  // namespace grotto
