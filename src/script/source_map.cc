#include "script/source_map.h"

#include <algorithm>
#include <optional>

namespace grotto {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kCountedBytes = 1024;  // so many at most, to find a place

bool begins_code_point(char byte) noexcept {
  return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U;
}

/// How long an escape is in the file, and what it stands for in the value.
struct Escape {
  std::size_t source_bytes;
  std::size_t value_bytes;
};

std::size_t utf8_size(std::string_view hexadecimal) {
  std::size_t code_point = 0;
  for (const char digit : hexadecimal) {
    const int value = digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10;
    code_point = code_point * 16 + static_cast<std::size_t>(value);
  }
  return code_point < 0x80 ? 1 : code_point < 0x800 ? 2 : code_point < 0x10000 ? 3 : 4;
}

Escape escape_at(std::string_view source) {
  if (source.substr(1, 1) == "u") return {6, utf8_size(source.substr(2, 4))};
  if (source.substr(1, 1) == "U") return {10, utf8_size(source.substr(2, 8))};
  return {2, 1};
}

/// Walks along a text in the file, beside its value.
class Walk {
 public:
  Walk(std::string_view source, std::string_view value) : source_(source), value_(value) {
    const char quote = source.empty() ? '\0' : source.front();
    is_basic_ = quote == '"';
    is_multi_line_ = source.substr(0, 3) == std::string(3, quote);
    at_ = is_multi_line_ ? 3 : 1;
    if (is_multi_line_) at_ += line_end();
  }

  /// Where the byte of the value stands in the file, if the two agree so far.
  std::optional<std::size_t> to(std::size_t offset) {
    std::size_t done = 0;
    while (skip_joint(), done < offset) {
      if (at_ >= source_.size() || done >= value_.size()) return std::nullopt;
      if (is_basic_ && source_[at_] == '\\') {
        const Escape escape = escape_at(source_.substr(at_));
        at_ += escape.source_bytes;
        done += escape.value_bytes;
        continue;
      }
      const std::size_t end = line_end();
      if (value_[done] != (end != 0 ? '\n' : source_[at_])) return std::nullopt;
      at_ += std::max<std::size_t>(end, 1);
      ++done;
    }
    return at_;
  }

 private:
  [[nodiscard]] std::size_t line_end() const {
    const std::string_view rest = source_.substr(std::min(at_, source_.size()));
    return rest.starts_with('\n') ? 1 : rest.starts_with("\r\n") ? 2 : 0;
  }

  /// A backslash at the end of a line joins it with the next text.
  void skip_joint() {
    if (!is_basic_ || !is_multi_line_) return;
    while (at_ + 1 < source_.size() && source_[at_] == '\\' &&
           std::string_view{" \t\r\n"}.find(source_[at_ + 1]) != std::string_view::npos) {
      at_ = std::min(source_.find_first_not_of(" \t\r\n", at_ + 1), source_.size());
    }
  }

  std::string_view source_;
  std::string_view value_;
  bool is_basic_;
  bool is_multi_line_;
  std::size_t at_;
};

}  // namespace

SourceMap::SourceMap(std::string_view text) : text_(text) {
  if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  Known here{0, {}};
  known_.push_back(here);
  for (; here.offset != text_.size(); ++here.offset) {
    const char byte = text_[here.offset];
    if (here.offset >= known_.back().offset + kCountedBytes && begins_code_point(byte)) {
      known_.push_back(here);
    }
    if (byte == '\n') {
      here.place = {here.place.line + 1, 1};
      known_.push_back({here.offset + 1, here.place});
    } else if (begins_code_point(byte)) {
      ++here.place.column;
    }
  }
}

Place SourceMap::place_at(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::upper_bound(
      known_.begin(), known_.end(), offset,
      [](std::size_t wanted, const Known& known) { return wanted < known.offset; });
  const Known& nearest = *(after - 1);
  const std::string_view between = text_.substr(nearest.offset, offset - nearest.offset);
  const auto columns = std::count_if(between.begin(), between.end(), begins_code_point);
  return {nearest.place.line, nearest.place.column + static_cast<unsigned>(columns)};
}

std::size_t SourceMap::offset_of(Place place) const {
  const auto after =
      std::upper_bound(known_.begin(), known_.end(), place,
                       [](Place wanted, const Known& known) { return wanted < known.place; });
  if (after == known_.begin() || place.line > known_.back().place.line) return text_.size();
  std::size_t at = (after - 1)->offset;
  for (unsigned column = (after - 1)->place.column; column < place.column && at < text_.size();
       ++column) {
    do ++at;
    while (at < text_.size() && !begins_code_point(text_[at]));
  }
  return at;
}

Place SourceMap::inside(Place begin, std::string_view value, std::size_t offset) const {
  const std::size_t start = offset_of(begin);
  const auto at = Walk(text_.substr(start), value).to(offset);
  return at ? place_at(start + *at) : begin;
}

}  // namespace grotto
