#include "answers/open_answers.h"

#include <utility>

#include "answers/answers_file.h"
#include "answers/queued_keeper.h"
#include "answers/records_sink.h"

namespace grotto {

Result<std::unique_ptr<AnswerKeeper>> open_answers_file(const std::string& path) {
  static Disk& disk = *new Disk;  // a thread that hangs in it may outlive main()
  auto file = AnswersFile::open(path, disk);
  if (!file) return file.error();
  return std::unique_ptr<AnswerKeeper>(std::make_unique<QueuedKeeper>(std::move(*file)));
}

std::unique_ptr<AnswerKeeper> keep_answers_in(std::shared_ptr<Records> records) {
  return std::make_unique<QueuedKeeper>(std::make_unique<RecordsSink>(std::move(records)));
}

}  // namespace grotto
