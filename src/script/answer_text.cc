#include <algorithm>

#include "script/answer_kinds.h"

namespace grotto {
namespace {

constexpr std::size_t kAddressBytesMax = 254;  // RFC 5321, erratum 1690
constexpr std::size_t kLocalBytesMax = 64;
constexpr std::size_t kLabelBytesMax = 63;

/// Letters of other scripts are let through: there are such addresses (RFC 6531).
bool is_letter_or_digit(char each) noexcept {
  return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') ||
         (each >= '0' && each <= '9') || (static_cast<unsigned char>(each) & 0x80U) != 0;
}

bool is_local_part(std::string_view local) {
  if (local.empty() || local.size() > kLocalBytesMax || local.front() == '.' ||
      local.back() == '.' || local.find("..") != std::string_view::npos) {
    return false;
  }
  return std::all_of(local.begin(), local.end(), [](char each) {
    return is_letter_or_digit(each) ||
           std::string_view{"!#$%&'*+-/=?^_`{|}~."}.find(each) != std::string_view::npos;
  });
}

bool is_label(std::string_view label) {
  return !label.empty() && label.size() <= kLabelBytesMax && label.front() != '-' &&
         label.back() != '-' && std::all_of(label.begin(), label.end(), [](char each) {
           return is_letter_or_digit(each) || each == '-';
         });
}

/// At least two labels, the last of two bytes or more and not of digits.
bool is_domain(std::string_view domain) {
  if (domain.find('.') == std::string_view::npos) return false;
  for (;;) {
    const std::size_t dot = domain.find('.');
    const std::string_view label = domain.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) {
      return label.size() >= 2 && label.find_first_not_of("0123456789") != std::string_view::npos;
    }
    domain.remove_prefix(dot + 1);
  }
}

/// Whether it looks like an address: that there is such a mailbox, only a mail can tell.
bool is_email(std::string_view text) {
  const std::size_t at = text.find('@');
  return text.size() <= kAddressBytesMax && at != std::string_view::npos &&
         is_local_part(text.substr(0, at)) && is_domain(text.substr(at + 1));
}

}  // namespace

Answer read_text(const Ask& ask, std::string_view line) {
  if (ask.pattern && !ask.pattern->matches(line)) return NoAnswer{ask.mismatch, "mismatch"};
  return Value{std::string(line)};
}

Answer read_email(const Ask& ask, std::string_view line) {
  if (!is_email(line)) {
    return NoAnswer{"Please type an e-mail address, such as luzmi@example.org.", "not-an-email"};
  }
  return read_text(ask, line);
}

}  // namespace grotto
