// RoomRules: what a room asks of those who join it, and what it says it is about.
//
// A room may want a password, and may be private: unlisted, and open only to those who were
// invited. Threads: every method may be called from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "room/names.h"

namespace grotto {

struct Topic {
  std::string text;  // empty: none
  std::string by;    // who set it
};

class RoomRules {
 public:
  /// The oldest invitations go when there are more.
  static constexpr std::size_t kInvitationsMax = 100;
  static constexpr std::size_t kTopicBytesMax = 400;
  static constexpr std::size_t kPasswordBytesMax = 128;

  enum class Verdict : std::uint8_t { welcome, wants_password, wrong_password, wants_invitation };

  /// Whether `who` may join. An invitation opens the room whatever else it asks, once.
  [[nodiscard]] Verdict admit(const NameKey& who, std::string_view password);

  void invite(const NameKey& who);
  /// Empty: none is asked for.
  void set_password(std::string_view password);
  void set_private(bool is_private);
  [[nodiscard]] bool is_private() const;
  [[nodiscard]] bool has_password() const;
  /// For who keeps it beyond the process.
  [[nodiscard]] std::string password() const;

  void set_topic(std::string_view text, std::string_view by);
  [[nodiscard]] Topic topic() const;

 private:
  mutable std::mutex mutex_;  // guards what follows
  std::string password_;
  bool is_private_ = false;
  std::vector<NameKey> invited_;  // in order of invitation
  Topic topic_;
};

}  // namespace grotto
