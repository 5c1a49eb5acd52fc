// ChunkedBody: takes the chunks of a body apart (RFC 9112 section 7.1), strictly: lines end with CR
// LF, sizes are digits, and what nobody reads (extensions, the trailer) is bounded.
//
// Our own, for Beast's (1.74) asserts on a last chunk that comes in pieces.
// Threads: a value; owned by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace grotto {

class ChunkedBody {
 public:
  enum class Step : std::uint8_t { need_more, whole, too_large, fault };

  /// Takes bytes from the front of `input`, up to the body's end, and appends data to `body`, which
  /// gets no larger than `bytes_max`.
  Step take(std::string_view& input, std::string& body, std::size_t bytes_max);

 private:
  // The grammar: *( size [extension] CR LF data CR LF ) 0 [extension] CR LF *( field CR LF ) CR LF
  enum class At : std::uint8_t {
    size_start,
    size,
    extension,
    size_lf,
    data,
    data_cr,
    data_lf,
    trailer_start,
    trailer,
    trailer_lf,
    end_lf,
  };

  Step take_byte(char byte, std::size_t room);
  Step take_size(char byte, std::size_t room);
  [[nodiscard]] Step skip(char byte, At next) noexcept;

  std::uint64_t left_ = 0;  // of the chunk
  std::size_t skipped_ = 0;
  At at_ = At::size_start;
};

}  // namespace grotto
