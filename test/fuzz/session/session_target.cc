// An act is a byte: its low four bits say what, its high four to whom; what it needs follows.
//   0 WHERE       a stranger connects: to a worker (bit 0), from one of 7 hosts or a Unix socket
//   1 SIZE BYTES  the stranger sends bytes as they stand
//   2 TEXT LF     the stranger sends a line
//   3 OPCODE TEXT LF  the stranger sends a masked WebSocket frame
//   4 N           the stranger reads 16 N bytes; 5: all
//   6 · 7         the stranger ends its output · resets
//   8 N           time passes: 2 to the power of N % 15 ms; with N ≥ 128 the process stands still
//   9 N           a witness says a numbered line, with N bytes behind the number
//   A · B N       a witness asks for a command that there is not · reads 16 N bytes
//   C N           N % 64 rounds of both workers
//   D READ WRITE  the stranger's socket takes and gives so many bytes a call (0: all)
//   E N           the kernel holds 64 N bytes for the stranger (odd: for a witness) that it has not
//   read F             the stranger sends /resume with the last token that anybody has read
// After the first byte, which says how it ends and whether each act is followed by rounds until all
// is done.
#include "session_target.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "base/check.h"
#include "stranger.h"
#include "witness.h"
#include "world.h"

namespace grotto::test {

namespace {

constexpr std::size_t kActsMax = 400;
constexpr std::size_t kStrangers = 5;
constexpr std::uint64_t kPassedMsMax = 200'000;  // the simulated time of all acts

class Play {
 public:
  explicit Play(std::string_view acts) : acts_(acts) {}

  void run() {
    const unsigned manner = byte();
    for (std::size_t left = kActsMax; left > 0 && !acts_.empty(); --left) {
      act();
      (manner & 4U) != 0 ? world_.round() : world_.settle();
      arbiter_.hears();
    }
    finish();
    end(manner & 3U);
  }

 private:
  unsigned byte() {
    if (acts_.empty()) return 0;
    const auto taken = static_cast<unsigned char>(acts_.front());
    acts_.remove_prefix(1);
    return taken;
  }
  std::string_view bytes(std::size_t size) {
    const std::string_view taken = acts_.substr(0, size);
    acts_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view text() {
    const std::string_view taken = bytes(std::min(acts_.find('\n'), acts_.size()));
    byte();
    return taken;
  }

  void act();
  void act_of_stranger(unsigned what, std::unique_ptr<Stranger>& who);
  void act_of_witness(unsigned what, Witness& who);
  void pass(unsigned how);
  void everybody_reads();
  void finish();
  void end(unsigned manner);

  std::string_view acts_;
  World world_;
  Arbiter arbiter_{world_};
  std::array<Witness, 2> witnesses_{Witness{world_, "jo", 1, Witness::Reads::json},
                                    Witness{world_, "per", 0, Witness::Reads::plain}};
  std::array<std::unique_ptr<Stranger>, kStrangers> strangers_;
  std::string token_;
  std::uint64_t passed_ms_ = 0;
};

void Play::act() {
  const unsigned first = byte();
  const unsigned what = first & 15U;
  const unsigned whom = first >> 4U;
  switch (what) {
    case 0x8: return pass(byte());
    case 0x9:
    case 0xA:
    case 0xB: return act_of_witness(what, witnesses_[whom % witnesses_.size()]);
    case 0xC:
      for (unsigned left = byte() % 64; left > 0; --left) world_.round();
      return;
    default: return act_of_stranger(what, strangers_[whom % kStrangers]);
  }
}

void Play::act_of_witness(unsigned what, Witness& who) {
  if (what == 0x9) return who.says(byte() % 200);
  if (what == 0xA) return who.asks();
  who.hears(std::size_t{16} * byte());
}

void Play::act_of_stranger(unsigned what, std::unique_ptr<Stranger>& who) {
  if (what == 0x0) {
    const unsigned where = byte();
    if (who == nullptr || who->socket().is_closed_by_server()) {
      who = std::make_unique<Stranger>(world_.connect(where & 1U, (where >> 1U) % 8));
    }
    return;
  }
  const unsigned first =
      what == 0xF || what == 5 || what == 6 || what == 7 || what == 2 ? 0 : byte();
  const unsigned second = what == 0xD ? byte() : 0;
  const std::string_view said = what == 1                ? bytes(first)
                                : what == 2 || what == 3 ? text()
                                                         : std::string_view();
  if (what == 0xE && (first & 1U) != 0) {
    return witnesses_[first / 2 % witnesses_.size()].socket().set_window(std::size_t{64} * first);
  }
  if (who == nullptr) return;
  constexpr std::size_t kAll = 64 * 1024;
  switch (what) {
    case 0x1: return who->sends(said);
    case 0x2: return who->sends(std::string(said) + "\n");
    case 0x3: return who->sends_frame(first & 15U, said);
    case 0x4: who->hears(std::size_t{16} * first); break;
    case 0x5: who->hears(); break;
    case 0x6: return who->socket().end_output();
    case 0x7: return who->socket().reset();
    case 0xD:
      return who->socket().set_pieces(first == 0 ? kAll : first, second == 0 ? kAll : second);
    case 0xE: return who->socket().set_window(std::size_t{64} * first);
    case 0xF: return who->sends("/resume " + token_ + "\n");
    default: break;
  }
  if (!who->token().empty()) token_ = who->token();
}

void Play::pass(unsigned how) {
  const std::uint64_t milliseconds = std::uint64_t{1} << how % 15;
  passed_ms_ += milliseconds;
  if (passed_ms_ > kPassedMsMax) return;
  how >= 128 ? world_.stand_still_ms(milliseconds) : world_.pass_ms(milliseconds);
}

void Play::everybody_reads() {
  arbiter_.hears();
  for (Witness& witness : witnesses_) witness.hears();
  for (const auto& stranger : strangers_) {
    if (stranger != nullptr) stranger->hears();
  }
}

/// Everybody reads again: what was said reaches all, and what was asked is answered.
void Play::finish() {
  constexpr std::size_t kAll = 1024 * 1024;
  for (Witness& witness : witnesses_) witness.socket().set_window(kAll);
  for (const auto& stranger : strangers_) {
    if (stranger == nullptr) continue;
    stranger->socket().set_window(kAll);
    stranger->socket().set_pieces(kAll, kAll);
  }
  const auto are_done = [this] {
    return std::all_of(witnesses_.begin(), witnesses_.end(),
                       [this](const Witness& each) { return each.is_done(arbiter_); });
  };
  for (int seconds = 0; seconds < 3 || !are_done(); ++seconds) {
    GROTTO_CHECK(seconds < 100);
    everybody_reads();
    world_.pass_ms(1000);
  }
  world_.settle();
  everybody_reads();
  for (const Witness& witness : witnesses_) witness.check(arbiter_);
}

void Play::end(unsigned manner) {
  if (manner >= 2) return;  // all are cut off: the world does that
  if (manner == 0) {
    for (Witness& witness : witnesses_) witness.socket().end_output();
    for (const auto& stranger : strangers_) {
      if (stranger != nullptr) stranger->socket().end_output();
    }
    arbiter_.socket().end_output();
  } else {
    world_.stop_serving();
  }
  for (int seconds = 0; world_.connections() > 0; ++seconds) {
    GROTTO_CHECK(seconds < 150);
    everybody_reads();
    world_.pass_ms(1000);
  }
}

}  // namespace

void fuzz_session(std::string_view acts) {
  Play(acts).run();
}

}  // namespace grotto::test
