// Result<T>: a value, or the sentence that says why there is none. For set-up only (configuration,
// bind, resolve); `main` prints it once. The member names are those of std::expected, whose place
// it holds until C++23.
#pragma once

#include <string>
#include <utility>
#include <variant>

#include "base/check.h"

namespace grotto {

/// Why a set-up step failed: a whole sentence for a person and the exit status of sysexits.h that
/// fits.
struct Error {
  std::string sentence;
  int exit_status = 1;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value)
      : held_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(Error error)
      : held_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool has_value() const noexcept { return held_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  /// REQUIRES: has_value().
  [[nodiscard]] T& value() {
    GROTTO_CHECK(has_value());
    return *std::get_if<0>(&held_);
  }
  [[nodiscard]] const T& value() const {
    GROTTO_CHECK(has_value());
    return *std::get_if<0>(&held_);
  }
  T& operator*() { return value(); }
  const T& operator*() const { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  /// REQUIRES: !has_value().
  [[nodiscard]] const Error& error() const {
    GROTTO_CHECK(!has_value());
    return *std::get_if<1>(&held_);
  }

 private:
  std::variant<T, Error> held_;
};

/// For steps that yield nothing: `Result<Done>{Done{}}`.
struct Done {};

}  // namespace grotto
