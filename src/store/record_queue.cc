#include "store/record_queue.h"

#include "base/check.h"

namespace grotto {

namespace {

constexpr const char* kRefused = "changes of before are not kept in this run";

std::size_t bytes_of(const std::pair<std::string, std::string>& name,
                     const std::optional<std::string>& value) noexcept {
  return name.first.size() + name.second.size() + (value ? value->size() : 0) +
         RecordQueue::kChangeBytes;
}

}  // namespace

void RecordQueue::change(std::string_view kind, std::string_view key,
                         std::optional<std::string_view> value) {
  if (refused_kinds_.contains(kind)) {
    ++refused_;
  } else {
    take_in({std::string(kind), std::string(key)}, value);
  }
}

void RecordQueue::restore(std::string_view kind, std::string_view key, std::string_view value) {
  std::pair name{std::string(kind), std::string(key)};
  if (!changes_by_key_.contains(name)) take_in(std::move(name), value);
}

void RecordQueue::take_in(Name name, std::optional<std::string_view> value) {
  std::optional<std::string> text;
  if (value) text.emplace(*value);
  const auto found = changes_by_key_.find(name);
  const std::size_t before =
      found == changes_by_key_.end() ? 0 : bytes_of(found->first, found->second);
  const std::size_t after = bytes_of(name, text);
  if (bytes_ + taken_bytes_ - before + after > bytes_max_) {  // Q2
    ++refused_;
    return;
  }
  if (found == changes_by_key_.end()) {
    changes_by_key_.emplace(std::move(name), std::move(text));
  } else {
    found->second = std::move(text);
  }
  bytes_ += after - before;  // wraps as it must
  ++changes_;
}

void RecordQueue::apply_to(std::string_view kind,
                           std::map<std::string, std::string>& records) const {
  for (auto each = changes_by_key_.lower_bound(std::pair{std::string(kind), std::string()});
       each != changes_by_key_.end() && each->first.first == kind; ++each) {
    const auto& [name, text] = *each;
    if (text) {
      records[name.second] = *text;
    } else {
      records.erase(name.second);
    }
  }
}

RecordChanges RecordQueue::take() noexcept {
  GROTTO_CHECK(taken_bytes_ == 0);
  taken_ = changes_;
  taken_bytes_ = std::exchange(bytes_, 0);
  return std::exchange(changes_by_key_, {});
}

void RecordQueue::written() noexcept {
  written_ = taken_;
  taken_bytes_ = 0;
}

void RecordQueue::put_back(RecordChanges& taken) noexcept {
  changes_by_key_.merge(taken);  // what is newer stays
  bytes_ = taken_bytes_ = 0;
  for (const auto& [name, value] : changes_by_key_) {
    bytes_ += bytes_of(name, value);
  }
}

std::vector<RecordQueue::Answer> RecordQueue::take_answers(const std::string& fault) {
  std::vector<Answer> answers;
  const std::string why = fault.empty() && refused_ > 0 ? kRefused : fault;
  while (!tasks_.empty() && (!why.empty() || tasks_.front().position <= written_)) {
    answers.push_back({tasks_.front().done, why});
    tasks_.pop_front();
  }
  return answers;
}

}  // namespace grotto
