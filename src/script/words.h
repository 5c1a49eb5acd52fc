// Words: what texts are compared by, and how sentences about them show them.
// Threads: pure functions.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace grotto {

/// Without the blanks (of any script) at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;

/// What is the same in all texts that differ only in case or in how Unicode composes letters
/// (NFKC_Casefold).
[[nodiscard]] std::string folded(std::string_view text);

/// `"text"`, with what cannot be seen written out, and cut after 60 bytes.
[[nodiscard]] std::string in_quotes(std::string_view text);
/// The same between backticks: for a piece of a condition.
[[nodiscard]] std::string as_code(std::string_view text);

/// `a, b or c`.
[[nodiscard]] std::string listed(std::span<const std::string> words, std::string_view last_joint);

/// ` Did you mean "color"?`, or nothing if none of the words is near.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<const std::string_view> words);

/// A question's or a section's id: ASCII letters, digits and `_`, not a digit first, at most 64.
[[nodiscard]] bool is_id(std::string_view text) noexcept;
/// A word that conditions, texts or gotos need for themselves.
[[nodiscard]] bool is_reserved(std::string_view id) noexcept;

}  // namespace grotto
