// hex_value(): what a hexadecimal digit is worth. Threads: no state; any.
#pragma once

namespace grotto {

/// 0 to 15; -1 if it is none.
constexpr int hex_value(char digit) noexcept {
  if (digit >= '0' && digit <= '9') return digit - '0';
  if (digit >= 'a' && digit <= 'f') return digit - 'a' + 10;
  if (digit >= 'A' && digit <= 'F') return digit - 'A' + 10;
  return -1;
}

}  // namespace grotto
