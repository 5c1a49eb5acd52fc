// HeadScan: finds the end of a request's head in bytes as they come, and refuses at once what no
// head may hold (RFC 9112 sections 2.2, 3 and 5).
//
// It is stricter than the parser behind it: every line ends with CR LF, no line goes on in the next
// one, and there is no control character. What two readers could read in two ways is refused.
// Threads: a value; owned by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "web/request.h"

namespace grotto {

class HeadScan {
 public:
  enum class Step : std::uint8_t { need_more, whole, fault };
  struct Bounds {
    std::size_t line_bytes_max = 8 * 1024;    // the request line: 414
    std::size_t fields_bytes_max = 8 * 1024;  // all fields together: 431
    std::size_t fields_max = 100;             // 431
  };

  explicit HeadScan(const Bounds& bounds) noexcept : bounds_(bounds) {}

  /// Takes bytes from the front of `input`: all of them, or up to the head's end or the fault.
  Step take(std::string_view& input) noexcept;

  /// After `fault`.
  [[nodiscard]] const HttpFault& fault() const noexcept { return fault_; }

  /// Empty lines before the request line, which is where the head begins: at most one is skipped.
  [[nodiscard]] std::size_t skipped_bytes() const noexcept { return skipped_; }

 private:
  enum class At : std::uint8_t {
    start,
    start_lf,
    line,
    line_lf,
    field_start,
    field,
    field_lf,
    end_lf
  };

  Step take_byte(char byte) noexcept;
  Step refuse(const HttpFault& fault) noexcept;
  Step count() noexcept;

  Bounds bounds_;
  HttpFault fault_;
  std::size_t line_bytes_ = 0;
  std::size_t fields_bytes_ = 0;
  std::size_t fields_ = 0;
  std::size_t skipped_ = 0;
  At at_ = At::start;
};

}  // namespace grotto
