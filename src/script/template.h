// Template: a text with `{id}` for an answer in it, `{score}`, `{round}`, and `{{` for a brace.
// Threads: immutable once parsed; any.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/mention.h"
#include "script/value.h"

namespace grotto {

class Template {
 public:
  struct Misfit {
    std::size_t offset;  // in bytes
    std::string sentence;
  };

  Template() = default;

  /// `ids`: of the questions, in the script's order. A `}` that closes nothing stands for itself.
  static std::variant<Template, Misfit> parse(std::string_view text,
                                              std::span<const std::string_view> ids);

  [[nodiscard]] bool is_empty() const noexcept { return pieces_.empty(); }
  /// Filled in; may have several lines, divided by LF, without one at the end. An answer is
  /// filled in at most 4 KiB long; of the whole nothing is cut.
  [[nodiscard]] std::string fill(const Facts& facts) const;
  /// The questions that it names, each once, in ascending order.
  [[nodiscard]] std::vector<std::size_t> asks() const { return mentioned_asks(mentions_); }

  /// Where it names each of them first.
  [[nodiscard]] const std::vector<Mention>& mentions() const noexcept { return mentions_; }
  [[nodiscard]] std::vector<Mention>& mentions() noexcept { return mentions_; }

 private:
  static constexpr std::size_t kNoAsk = static_cast<std::size_t>(-1);
  enum class Of : unsigned char { text, answer, score, round };
  struct Piece {
    Of of;
    std::string text;
    std::size_t ask = kNoAsk;
  };

  void add_text(std::string_view text);

  std::vector<Piece> pieces_;
  std::vector<Mention> mentions_;
};

}  // namespace grotto
