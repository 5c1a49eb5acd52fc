// Sender: the lines that one connection sends, as a feed: rendered at the moment they leave, so
// that the time in a line is the time it was sent, and nothing is queued that the kernel does not
// take. Threads: its crew's only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "grotto/feed.h"
#include "load/dialect/dialect.h"
#include "load/engine/ledger.h"
#include "load/engine/options.h"
#include "load/result/histogram.h"
#include "load/result/report.h"

namespace grotto::load {

/// What the senders of a thread share.
struct SendDesk {
  SendDesk(const Dialect& spoken, const LineSizes& line_sizes, std::uint32_t room_tag,
           std::uint64_t begun_ns);

  const Dialect& dialect;
  const LineSizes& sizes;
  const std::uint32_t tag;
  const std::uint64_t epoch_ns;  // the run's clock is 0 then
  Tally* tally = nullptr;        // where what was sent is counted
  Histogram* lag = nullptr;      // open loop
  Ledger* ledger = nullptr;      // rooms
  std::vector<char> scratch;     // of the lines being sent
  std::vector<std::uint32_t> ends;
};

/// When the lines of one sender are due in an open loop: line `first + n` at `start + (n / burst) *
/// gap`.
struct Timetable {
  std::uint64_t first = 0;
  std::uint64_t start_ns = 0;  // of the run's clock
  double gap_ns = 0;           // 0: closed loop, a line is due when it is sent
  std::uint32_t burst = 1;

  [[nodiscard]] std::uint64_t due_ns(std::uint64_t sequence) const noexcept {
    const std::uint64_t bursts = (sequence - first) / burst;
    return start_ns + static_cast<std::uint64_t>(static_cast<double>(bursts) * gap_ns);
  }
};

class Sender final : public Feed {
 public:
  /// Lines are rendered at most so many bytes at a time.
  static constexpr std::size_t kBytesAtOnce = std::size_t{64} << 10U;

  Sender(SendDesk& desk, const Talk& talk, std::uint32_t id) noexcept
      : desk_(desk), talk_(talk), id_(id) {}

  /// Lines below `sequence` may be sent.
  void allow(std::uint64_t sequence) noexcept { allowed_ = sequence; }
  [[nodiscard]] std::uint64_t allowed() const noexcept { return allowed_; }
  void set_timetable(const Timetable& timetable) noexcept { timetable_ = timetable; }
  [[nodiscard]] const Timetable& timetable() const noexcept { return timetable_; }
  /// The next line to send: as many were given to the kernel.
  [[nodiscard]] std::uint64_t next() const noexcept { return next_; }
  [[nodiscard]] std::uint32_t id() const noexcept { return id_; }
  /// When the last lines were given to the kernel, by the run's clock.
  [[nodiscard]] std::uint64_t last_sent_ns() const noexcept { return gathered_at_ns_; }

  // Feed
  [[nodiscard]] bool has_more() const noexcept override { return next_ < allowed_; }
  void preface(std::string& /*out*/) override {}
  std::size_t gather(std::span<Slice> slices, std::size_t bytes_max) override;
  [[nodiscard]] std::string_view advance(std::size_t bytes) override;
  void on_blocked() override {}
  void on_unblocked() override {}

 private:
  SendDesk& desk_;
  const Talk& talk_;
  const std::uint32_t id_;
  Timetable timetable_;
  std::uint64_t next_ = 0;
  std::uint64_t allowed_ = 0;
  std::uint64_t gathered_at_ns_ = 0;
};

}  // namespace grotto::load
