#include "answers/records_sink.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "answers/answer_json.h"
#include "base/log.h"
#include "base/numbers.h"

namespace grotto {

namespace {

constexpr std::size_t kTimeDigits = 15;
constexpr std::size_t kNumberDigits = 10;

}  // namespace

RecordsSink::RecordsSink(std::shared_ptr<Records> records, std::uint64_t patience_ms)
    : records_(std::move(records)), patience_ms_(patience_ms), found_(records_->load(kAnswerKind)) {
  for (const Records::Record& each : found_) learn_last(each.key);
}

void RecordsSink::load(const std::function<void(AnswerRecord&& record)>& take) {
  const std::vector<Records::Record> found = std::exchange(found_, {});
  for (const Records::Record& each : found) {
    auto record = answer_from_json(each.value);
    if (record) {
      take(std::move(*record));
    } else {
      log::warning("a record of answers is broken, and passed over", {{"key", each.key}});
    }
  }
}

std::string RecordsSink::write(const AnswerGroup& group) {
  Key key = last_;
  std::string json;
  for (const AnswerBatch& batch : group) {
    for (const AnswerRecord& record : batch.records) {
      key = after(key, record);
      json.clear();
      append_json(record, json);
      records_->put(kAnswerKind, text(key), json);
    }
  }
  // An answer that comes too late finds its promise still there, and nobody waiting.
  const auto answer = std::make_shared<std::promise<std::string>>();
  std::future<std::string> recorded = answer->get_future();
  records_->when_recorded([answer](const std::string& fault) { answer->set_value(fault); });
  if (recorded.wait_for(std::chrono::milliseconds(patience_ms_)) != std::future_status::ready) {
    return "the store does not answer";
  }
  std::string fault = recorded.get();
  if (fault.empty()) last_ = key;
  return fault;
}

RecordsSink::Key RecordsSink::after(Key last, const AnswerRecord& record) noexcept {
  const auto ms = static_cast<std::uint64_t>(std::max<std::int64_t>(record.at_ms, 0));
  return ms > last.ms ? Key{ms, 0} : Key{last.ms, last.number + 1};
}

std::string RecordsSink::text(Key key) {
  return fmt::format("{:0{}}-{:0{}}", key.ms, kTimeDigits, key.number, kNumberDigits);
}

/// Keys that are not ours are in nobody's way.
void RecordsSink::learn_last(std::string_view key) noexcept {
  if (key.size() != kTimeDigits + 1 + kNumberDigits || key[kTimeDigits] != '-') return;
  const auto ms = parse_whole(key.substr(0, kTimeDigits));
  const auto number = parse_whole(key.substr(kTimeDigits + 1));
  if (!ms || !number) return;
  if (std::pair(*ms, *number) > std::pair(last_.ms, last_.number)) last_ = {*ms, *number};
}

}  // namespace grotto
