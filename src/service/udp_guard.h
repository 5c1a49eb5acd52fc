// UdpGuard: which datagrams an echo server may answer without becoming a weapon.
//
// A forged source turns an echo into a loop between two servers (echo, chargen) or a mirror. So:
// never to ports below 1024 or to our own port, and at most 10 answers a second per source address.
// The table of sources is bounded; when it is full of busy sources, new ones are not answered.
// Threads: one worker's.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>

namespace grotto {

class UdpGuard {
 public:
  static constexpr unsigned kAnswersPerSecond = 10;
  static constexpr std::uint16_t kPortMin = 1024;
  static constexpr std::size_t kSourcesMax = 65'536;

  /// `source_ip`: 16 bytes, IPv4 as mapped IPv6. Ports in host order. Counts an answer if it may be
  /// given.
  bool may_answer(std::span<const std::uint8_t, 16> source_ip, std::uint16_t source_port,
                  std::uint16_t own_port, std::uint64_t now_ms);

  [[nodiscard]] std::size_t sources() const noexcept { return answers_.size(); }

 private:
  /// When the last answers were given: the eleventh waits until the first of them is a second old.
  struct Answers {
    std::array<std::uint64_t, kAnswersPerSecond> at_ms{};
    std::uint8_t given = 0;   // of at_ms, up to all
    std::uint8_t oldest = 0;  // the next to be overwritten
    [[nodiscard]] bool may_be_more(std::uint64_t now_ms) const noexcept;
    [[nodiscard]] bool are_old(std::uint64_t now_ms) const noexcept;
    void add(std::uint64_t now_ms) noexcept;
  };
  struct Key {
    std::array<std::uint8_t, 16> ip{};
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const noexcept;
  };

  void forget_idle(std::uint64_t now_ms);

  std::unordered_map<Key, Answers, KeyHash> answers_;
  std::uint64_t swept_ms_ = 0;
};

}  // namespace grotto
