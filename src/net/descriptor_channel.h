// DescriptorChannel: messages between two processes of this machine, with descriptors beside them
// (unix(7), SOCK_SEQPACKET and SCM_RIGHTS).
//
// A message is at most kTextBytesMax bytes and kDescriptorsMax descriptors (the kernel's
// SCM_MAX_FD). Blocks no longer than it is told. Threads: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"
#include "net/passed_descriptors.h"

namespace grotto {

class DescriptorChannel {
 public:
  static constexpr std::size_t kTextBytesMax = 4'096;
  static constexpr std::size_t kDescriptorsMax = kPassedDescriptorsMax;

  explicit DescriptorChannel(Descriptor end) noexcept : end_(std::move(end)) {}

  /// Two ends, both close-on-exec. Errors: there are no descriptors (exit status 71).
  static Result<std::pair<Descriptor, Descriptor>> make_pair();

  /// False if the other end is closed, or takes nothing for `patience_ms`. The descriptors stay the
  /// caller's.
  [[nodiscard]] bool send(std::string_view text, std::span<const int> descriptors,
                          std::uint64_t patience_ms);

  struct Message {
    std::string text;
    std::vector<Descriptor> descriptors;  // close-on-exec
  };
  enum class Outcome : std::uint8_t { message, nothing_yet, closed };
  /// The next message, awaited for so long (0: not at all).
  [[nodiscard]] Outcome receive(Message& message, std::uint64_t patience_ms);

  void close() noexcept { end_ = Descriptor(); }

 private:
  Descriptor end_;
};

}  // namespace grotto
