// Opening: the engine that fits the name of an answers file. Threads: before the workers run.
#pragma once

#include <memory>
#include <string>

#include "answers/answer_keeper.h"
#include "base/result.h"

namespace grotto {

class Records;

/// `path` ends with `.jsonl` or `.csv`. The file is made (mode 0600) if it is not there, locked
/// until the end, and appended to; a last line that a crash has cut is taken off, and that is
/// logged. Errors: exit status 64 for another ending, 73 (EX_CANTCREAT) if it cannot be opened, is
/// no plain file, or another process holds it (the sentence says which), 65 (EX_DATAERR) if what is
/// in it are no answers (it is not touched then).
[[nodiscard]] Result<std::unique_ptr<AnswerKeeper>> open_answers_file(const std::string& path);

/// Answers as records of the store (kind `answer`), in order of their keys. Before the store
/// starts: what it has is read now. What is put there waits for the start.
[[nodiscard]] std::unique_ptr<AnswerKeeper> keep_answers_in(std::shared_ptr<Records> records);

}  // namespace grotto
