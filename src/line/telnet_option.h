// TelnetOption: one option of one side, by the Q method of RFC 1143, which cannot loop.
//
// The same machine serves our options (DO/DONT come in, WILL/WONT go out) and the peer's (WILL/WONT
// come in, DO/DONT go out): `yes` is the first of each pair. Threads: owned by one.
#pragma once

#include <cstdint>
#include <optional>

namespace grotto {

class TelnetOption {
 public:
  /// What to send now, if anything: true is WILL or DO, false is WONT or DONT.
  using Answer = std::optional<bool>;

  /// The peer said `yes` (DO, WILL) or not (DONT, WONT). `is_welcome`: whether we agree.
  Answer receive(bool yes, bool is_welcome) noexcept;

  /// For an upgrade: where the negotiation stands, as a number.
  [[nodiscard]] std::uint8_t saved() const noexcept { return static_cast<std::uint8_t>(state_); }
  /// False: it is none that saved() gives.
  [[nodiscard]] bool restore(std::uint64_t saved) noexcept {
    if (saved > static_cast<std::uint64_t>(State::want_yes_then_no)) return false;
    state_ = static_cast<State>(saved);
    return true;
  }

  /// We want the option on, or off.
  Answer request(bool on) noexcept;

  [[nodiscard]] bool is_on() const noexcept { return state_ == State::yes; }
  /// A request of ours has had its answer, or there was none.
  [[nodiscard]] bool is_settled() const noexcept {
    return state_ == State::yes || state_ == State::no;
  }

 private:
  enum class State : std::uint8_t {
    no,
    yes,
    want_no,           // we asked to end it
    want_no_then_yes,  // … and changed our mind (RFC 1143: queue OPPOSITE)
    want_yes,          // we asked to begin it
    want_yes_then_no,  // … and changed our mind
  };
  Answer become(State state, Answer answer = std::nullopt) noexcept {
    state_ = state;
    return answer;
  }

  State state_ = State::no;
};

}  // namespace grotto
