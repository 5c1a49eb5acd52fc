// HistoryStore's chapter on records.
#include <stdexcept>

#include "base/log.h"
#include "store/history_store.h"

namespace grotto {

std::vector<Records::Record> HistoryStore::load(std::string_view kind) {
  std::map<std::string, std::string> found;
  try {
    if (database_ == nullptr) throw std::runtime_error(fault_);
    if (database_->records() != nullptr) found = database_->records()->load(kind);
  } catch (const std::exception& fault) {
    log::error("records cannot be read, changes to them are not kept in this run",
               {{"kind", kind}, {"fault", fault.what()}});
    const std::scoped_lock lock(mutex_);
    records_.refuse(kind);
    return {};
  }
  {
    const std::scoped_lock lock(mutex_);
    records_.apply_to(kind, found);
  }
  std::vector<Record> records;
  records.reserve(found.size());
  for (auto& [key, value] : found) records.push_back({key, std::move(value)});
  return records;
}

void HistoryStore::put(std::string_view kind, std::string_view key, std::string_view value) {
  const std::scoped_lock lock(mutex_);
  records_.change(kind, key, value);
  wake();
}

void HistoryStore::remove(std::string_view kind, std::string_view key) {
  const std::scoped_lock lock(mutex_);
  records_.change(kind, key, std::nullopt);
  wake();
}

void HistoryStore::when_recorded(std::function<void(const std::string& fault)> done) {
  const std::scoped_lock lock(mutex_);
  records_.when_recorded(std::move(done));
  wake();
}

void HistoryStore::answer_recorded() {
  std::vector<RecordQueue::Answer> answers;
  {
    const std::scoped_lock lock(mutex_);
    answers = records_.take_answers(fault_);
  }
  for (const RecordQueue::Answer& each : answers) {
    try {
      each.done(each.fault);
    } catch (const std::bad_alloc&) {
      continue;  // who has asked is told by his own worker
    }
  }
}

void HistoryStore::tell_refused() {
  std::uint64_t refused = 0;
  {
    const std::scoped_lock lock(mutex_);
    refused = records_.refused();
  }
  if (refused == told_refused_) return;
  log::error("changes to records are not kept", {{"changes", refused - told_refused_}});
  told_refused_ = refused;
}

void HistoryStore::salvage_records(const std::string& broken) {
  RecordChanges found;
  const bool are_all = RecordTable::salvage(broken, found);
  if (found.empty() && are_all) return;
  {
    const std::scoped_lock lock(mutex_);
    for (const auto& [name, value] : found) {
      if (value) records_.restore(name.first, name.second, *value);
    }
  }
  const LogFields fields = {{"file", broken}, {"records", found.size()}};
  if (are_all) {
    log::info("records are taken over", fields);
  } else {
    log::error("not all records could be taken over", fields);
  }
}

}  // namespace grotto
