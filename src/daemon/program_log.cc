#include "daemon/program_log.h"

#include <algorithm>

#include "base/log.h"
#include "line/text.h"

namespace grotto {

namespace {
constexpr TokenBucket::Rate kRate{ProgramLog::kLinesPerSecond, ProgramLog::kBurstLines};
}

void ProgramLog::take(std::string_view bytes, std::uint64_t now_ms) noexcept {
  try {
    while (!bytes.empty()) {
      const std::size_t room = kLineBytesMax - line_.size();
      const std::size_t end = std::min(bytes.find('\n'), bytes.size());
      const std::size_t taken = std::min(end, room);
      line_ += bytes.substr(0, taken);
      bytes.remove_prefix(taken);
      if (!bytes.empty() && bytes.front() == '\n') {
        bytes.remove_prefix(1);
      } else if (line_.size() < kLineBytesMax) {
        return;
      }
      end_line(now_ms);
    }
  } catch (...) {
    line_.clear();
  }
}

void ProgramLog::flush(std::uint64_t now_ms) noexcept {
  try {
    end_line(now_ms);
    tell_dropped();
  } catch (...) {
    line_.clear();
  }
}

void ProgramLog::end_line(std::uint64_t now_ms) {
  std::string scratch;
  const std::string_view text = clean_text(line_, scratch);
  if (text.empty()) {
    line_.clear();
    return;
  }
  if (lines_.wait_ms(1, kRate, now_ms) > 0) {
    ++dropped_;
  } else {
    lines_.take(1, kRate, now_ms);
    tell_dropped();
    log::info(kind_ + " says on standard error", {{kind_, name_}, {"text", text}});
  }
  line_.clear();
}

void ProgramLog::tell_dropped() {
  if (dropped_ == 0) return;
  log::warning(kind_ + " says too much on standard error",
               {{kind_, name_}, {"dropped_lines", dropped_}});
  dropped_ = 0;
}

}  // namespace grotto
