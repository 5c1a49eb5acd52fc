// Schedule: when the lines of an open loop are due: one burst after the other at the same distance,
// each of the next sender in turn, so that the senders' phases are spread evenly. One of these
// holds a thread's senders. Threads: owned by one.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace grotto::load {

class Schedule {
 public:
  static constexpr std::uint64_t kNever = ~std::uint64_t{0};

  /// Bursts are due every `gap_ns` from `start_ns` on, in turn of `senders` senders, of which `own`
  /// (rising) are here.
  void begin(std::uint64_t start_ns, double gap_ns, std::uint32_t senders,
             std::vector<std::uint32_t> own) {
    start_ns_ = start_ns;
    gap_ns_ = gap_ns;
    senders_ = senders;
    own_ = std::move(own);
    round_ = 0;
    at_ = 0;
  }
  void end() noexcept { own_.clear(); }

  /// When the next burst of a sender here is due; kNever if there is none.
  [[nodiscard]] std::uint64_t next_due_ns() const noexcept {
    if (own_.empty()) return kNever;
    const double bursts = static_cast<double>(round_) * senders_ + own_[at_];
    return start_ns_ + static_cast<std::uint64_t>(bursts * gap_ns_);
  }

  /// Calls `send(position)` for each burst that is due by `now_ns`; position: that of its sender in
  /// `own`.
  template <class Send>
  void run(std::uint64_t now_ns, Send send) {
    while (next_due_ns() <= now_ns) {
      send(at_);
      if (++at_ == own_.size()) {
        at_ = 0;
        ++round_;
      }
    }
  }

 private:
  std::uint64_t start_ns_ = 0;
  double gap_ns_ = 0;
  std::uint32_t senders_ = 1;
  std::vector<std::uint32_t> own_;
  std::uint64_t round_ = 0;
  std::size_t at_ = 0;
};

}  // namespace grotto::load
