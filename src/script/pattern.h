// Pattern: a regular expression (ICU's) that an answer has to match as a whole.
// Threads: immutable once compiled; any: each match has a matcher of its own.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

namespace grotto {

class Pattern {
 public:
  struct Misfit {
    std::size_t offset;  // in code points
    std::string sentence;
  };

  /// At most 1 KiB.
  static std::variant<Pattern, Misfit> compile(std::string_view text);

  /// Whether all of `text` matches. A pattern that takes more than about 50 ms or 8 MiB for it
  /// does not match (so nobody can stop the server with an answer).
  [[nodiscard]] bool matches(std::string_view text) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace grotto
