// LineFramer: cuts a stream of bytes into lines, without copying a line that is whole in the input.
//
// LF, CR LF, CR NUL and a lone CR each end a line; the LF or NUL after a CR is swallowed, also when
// it comes in a later read. Other NULs are dropped. A blank line is a line. A line of more than
// `line_bytes_max` bytes (its end and its NULs not counted) is refused once, as soon as it is too
// long, and its rest is dropped. Only a partial line owns memory: at most the limit.
//
// The consumer pulls: it may stop after any line, and what next() has not taken from its input is
// then the consumer's to keep. Threads: owned by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace grotto {

class StateReader;
class StateWriter;

class LineFramer {
 public:
  enum class Next : std::uint8_t {
    line,       // `line` is set, without its end
    too_long,   // a line went over the limit; it will not come, its rest is dropped
    need_more,  // the input is used up
  };

  explicit LineFramer(std::size_t line_bytes_max) noexcept
      : limit_(static_cast<std::uint32_t>(line_bytes_max)) {}

  /// Takes bytes from the front of `input` up to the next outcome. `line` is valid until the next
  /// call of anything here, and as long as the input's bytes are.
  Next next(std::string_view& input, std::string_view& line);

  /// The input has ended: true if it ended inside a line, which is then `line`, valid until the
  /// next call. Ready for a new stream afterwards.
  bool flush(std::string_view& line) noexcept;

  /// Forgets the line that is being gathered (telnet IP, BRK, EL); a new one begins.
  void drop_line() noexcept;

  /// Takes back the last code point of the line that is being gathered (telnet EC).
  void erase_character() noexcept;

  /// For an upgrade: what has come of a line, to go on with. REQUIRES for save(): no line that was
  /// given is in use.
  void save(StateWriter& state) const;
  void restore(StateReader& state);

  /// Bytes of the line that is being gathered.
  [[nodiscard]] std::size_t partial_bytes() const noexcept { return is_given_ ? 0 : size_; }

  /// The line that is being gathered, as far as it has come; valid until the next call.
  [[nodiscard]] std::string_view partial() const noexcept;

 private:
  void append(std::string_view bytes);
  void clear() noexcept;
  bool skip_rest_of_line(std::string_view& input) noexcept;

  std::unique_ptr<char[]> partial_;  // null unless a line is partial
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
  std::uint32_t limit_;
  bool is_after_cr_ = false;
  bool is_dropping_ = false;  // the rest of a line that was too long
  bool is_given_ = false;     // the partial line was handed out: free it at the next call
};

}  // namespace grotto
