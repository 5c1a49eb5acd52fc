#include "answers/open_answers.h"

#include "answers/answers_file.h"
#include "answers/queued_keeper.h"

namespace grotto {

Result<std::unique_ptr<AnswerKeeper>> open_answers_file(const std::string& path) {
  static Disk& disk = *new Disk;  // a thread that hangs in it may outlive main()
  auto file = AnswersFile::open(path, disk);
  if (!file) return file.error();
  return std::unique_ptr<AnswerKeeper>(std::make_unique<QueuedKeeper>(std::move(*file)));
}

}  // namespace grotto
