// Value: what an answer is worth to a script's conditions, texts and programs. Threads: a value.
#pragma once

#include <string>
#include <variant>

namespace grotto {

/// Nothing (not answered), a yes or no, a number, or a text. Dates are texts, `2026-01-31`.
using Value = std::variant<std::monostate, bool, double, std::string>;

/// As a person reads it: `` (nothing), `yes`, `no`, `3`, `2.5`, the text.
[[nodiscard]] std::string to_text(const Value& value);

/// As JSON (RFC 8259): `null`, `true`, `3`, `2.5`, `"text"`.
[[nodiscard]] std::string to_json(const Value& value);

/// What conditions and texts may know of a run. Threads: its owner's.
class Facts {
 public:
  /// The answer to a question, by its place in Script::asks; nothing if it has none.
  [[nodiscard]] virtual const Value& answer(std::size_t ask) const noexcept = 0;
  [[nodiscard]] virtual double score() const noexcept = 0;
  /// 1 in the first round (`repeat = true` has more).
  [[nodiscard]] virtual double round() const noexcept = 0;

 protected:
  ~Facts() = default;
};

}  // namespace grotto
