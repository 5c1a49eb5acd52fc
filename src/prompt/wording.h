// Wording: how one person reads what is said: as lines of text, or as a JSON object each (the types
// of docs/protocol.md). Threads: its worker's.
#pragma once

#include <string>
#include <string_view>

#include "grotto/session.h"
#include "script/script.h"

namespace grotto {

class Wording {
 public:
  explicit Wording(Session& session) noexcept : session_(session) {}

  [[nodiscard]] bool is_json() const noexcept { return is_json_; }
  void set_json(bool is_json) noexcept { is_json_ = is_json; }

  /// A text, line by line; nothing if it is empty.
  void tell(std::string_view text);
  /// Why nothing was done, with a stable code.
  void refuse(std::string_view sentence, std::string_view code);
  /// A question: its prompt with its hint, and its choices.
  void ask(const Ask& ask, std::string_view prompt, bool is_hidden);
  /// The token to go on with, in a sentence.
  void tell_token(std::string_view sentence, std::string_view token);
  /// How many points there are.
  void tell_score(std::string_view sentence, double score);

  /// That nothing more is going to be asked; said to programs only.
  void tell_end();

  /// One line that says so.
  [[nodiscard]] std::string phrase(std::string_view sentence, std::string_view code) const;

 private:
  Session& session_;
  bool is_json_ = false;
};

/// A number as people write it: `3`, `2.5`.
[[nodiscard]] std::string points_text(double number);

}  // namespace grotto
