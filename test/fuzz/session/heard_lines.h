// HeardLines: cuts what a peer of a line server has read into whole lines, each of which ends with
// CR LF and is text (reliability's rule for all that goes out). Threads: no state shared.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "base/check.h"

namespace grotto::test {

class HeardLines {
 public:
  /// Calls `take` for each line that is whole now, without its end.
  template <class Take>
  void hear(std::string_view bytes, Take take) {
    pending_ += bytes;
    std::size_t at = 0;
    for (std::size_t end = 0; (end = pending_.find("\r\n", at)) != std::string::npos;
         at = end + 2) {
      take(std::string_view(pending_).substr(at, end - at));
    }
    pending_.erase(0, at);
  }
  [[nodiscard]] bool is_whole() const noexcept { return pending_.empty(); }

 private:
  std::string pending_;
};

}  // namespace grotto::test
