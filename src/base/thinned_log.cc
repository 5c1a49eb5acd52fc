#include "base/thinned_log.h"

namespace grotto {

void ThinnedLog::note(LogFields fields) {
  last_.clear();
  for (const LogField& field : fields) {
    last_.push_back({field.key(), std::string(field.text()), field.number()});
  }
  if (const auto count = gate_.pass(wheel_.now_ms())) {
    tell(*count);
  } else if (!is_armed()) {
    wheel_.arm(*this, 1'000);
  }
}

void ThinnedLog::on_timer() {
  if (const auto count = gate_.take_if_due(wheel_.now_ms())) {
    tell(*count);
  } else if (gate_.has_rest()) {
    wheel_.arm(*this, 100);
  }
}

void ThinnedLog::tell(std::uint64_t count) {
  std::vector<LogField> fields;
  fields.reserve(last_.size() + 1);
  for (const Kept& each : last_) {
    each.number ? fields.emplace_back(each.key, *each.number)
                : fields.emplace_back(each.key, std::string_view(each.text));
  }
  fields.emplace_back("count", count);
  log::write(LogLevel::warning, event_, fields);
}

}  // namespace grotto
