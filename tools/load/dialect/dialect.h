// Dialect: how one kind of server is talked to: what is said to get in, how a payload is framed,
// and what the bytes that come back mean. One object serves all connections of a run; what belongs
// to one conversation is in its Talk. Threads: constant after construction, so any thread may use
// it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "load/check/payload.h"

namespace grotto::load {

/// Where one conversation stands. Only its dialect looks inside.
struct Talk {
  std::uint32_t member = 0;  // which connection of the run
  bool is_reader = true;     // it wants what is said in the room
  std::uint8_t step = 0;
  bool is_in_history = false;
  std::uint64_t live_from = 0;  // lines of the room with lower numbers were said before
  bool is_in_message = false;   // that comes in pieces,
  std::string message = {};     // of which these were read, or that of the last one
};

/// What comes first in the bytes.
struct Frame {
  enum class Kind : std::uint8_t {
    incomplete,  // more bytes are needed
    payload,     // `text` is what somebody sent (it may be corrupted)
    notice,      // the server's own words: they count for nothing
    ready,       // the server has let us in; once per conversation
    skipped,     // the server says that it left out `number` lines
    refused,     // the server will not have us, for the reason in `text`
    ended,       // the server ends the conversation: `text` says why, `number` is its code or 0
    alien,       // nothing that this dialect knows: `text`
  };
  Kind kind = Kind::incomplete;
  std::size_t size = 0;   // bytes of the frame; 0 only if incomplete, or ready without a word
  std::string_view text;  // within the bytes, or within the Talk: good until the next frame is read
  std::string_view lead;  // payload: what the server put before the text, within the bytes
  std::uint64_t number = 0;
};

/// What a run uses its connections for.
enum class Purpose : std::uint8_t { echo, room };

class Dialect {
 public:
  virtual ~Dialect() = default;

  /// Adds to `out` what is said first, once connected.
  virtual void greet(const Talk& talk, std::string& out) const = 0;
  /// Reads the first frame of `bytes`; adds to `out` what must be answered.
  virtual Frame next(Talk& talk, std::string_view bytes, std::string& out) const = 0;

  /// Bytes that are put before and after a text of `text_bytes`. `head` has room for kHeadBytesMax.
  static constexpr std::size_t kHeadBytesMax = 96;
  virtual std::size_t write_head(const Talk& talk, std::size_t text_bytes, char* head) const = 0;
  [[nodiscard]] virtual std::string_view tail() const = 0;
  /// Last of all, changes the text that stands behind its head, and the head, as the wire wants it.
  virtual void seal(char* /*text*/, std::size_t /*text_bytes*/) const {}

  /// Before the first conversation: they are to be held in that room. False: there are no rooms.
  virtual bool choose_room(std::string_view /*name*/) { return false; }
  /// A reader that sends gets its own lines too.
  [[nodiscard]] virtual bool hears_itself() const { return false; }
  /// Who sends must be in the room, and so reads what others send.
  [[nodiscard]] virtual bool sender_is_reader() const { return true; }
  /// Nothing tells when a reader is in: it is asked by lines sent until it hears one.
  [[nodiscard]] virtual bool needs_probe() const { return false; }
  /// Whether `lead` is what must stand before a line of `sender`.
  [[nodiscard]] virtual bool is_lead_of(std::string_view lead, std::uint32_t sender) const = 0;
  /// What leaving politely takes; empty: closing does.
  [[nodiscard]] virtual std::string_view farewell() const { return {}; }
};

/// Names of those that make_dialect() knows, for help and errors.
const std::vector<std::string>& dialect_names();

/// nullptr if there is none of that name. `nonce` (20 bits) keeps the names of this run apart from
/// those of another.
std::unique_ptr<Dialect> make_dialect(std::string_view name, Purpose purpose, std::uint32_t nonce);

// One file each.
std::unique_ptr<Dialect> make_line_dialect(Purpose purpose);
std::unique_ptr<Dialect> make_grotto_dialect(Purpose purpose, std::uint32_t nonce);
std::unique_ptr<Dialect> make_redis_dialect(Purpose purpose);
std::unique_ptr<Dialect> make_nats_dialect(Purpose purpose);
std::unique_ptr<Dialect> make_irc_dialect(Purpose purpose, std::uint32_t nonce);
std::unique_ptr<Dialect> make_ws_dialect(Purpose purpose, std::uint32_t nonce);

/// Writes a line with `payload` in a text of `text_bytes`; returns its bytes, at most
/// kHeadBytesMax more on either side.
std::size_t put_line(const Dialect& dialect, const Talk& talk, const Payload& payload,
                     std::size_t text_bytes, char* out);

/// A line of `bytes` up to its LF, with the CR before it left out of `text`. `size` counts both; 0:
/// there is no LF yet.
struct Line {
  std::string_view text;
  std::size_t size = 0;
};
Line first_line(std::string_view bytes) noexcept;

/// A frame of `kind` that is all of `line`.
Frame whole_line(Frame::Kind kind, const Line& line) noexcept;

/// A payload frame if a text of ours, or what is left of one, ends `line`; else a frame of kind
/// `otherwise`.
Frame payload_in(const Line& line, Frame::Kind otherwise) noexcept;

}  // namespace grotto::load
