// CHECK: states an invariant. On in release too: a broken invariant ends the process where it
// broke, not later.
#pragma once

namespace grotto {

/// Prints the condition and its place to standard error and aborts.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace grotto

// NOLINTNEXTLINE(cppcoreguidelines-macro-usage): it needs the text of the condition.
#define GROTTO_CHECK(condition) \
  (static_cast<bool>(condition) ? void(0) : ::grotto::check_failed(#condition, __FILE__, __LINE__))
