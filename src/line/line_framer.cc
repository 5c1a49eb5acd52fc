#include "line/line_framer.h"

#include <algorithm>
#include <cstring>

#include "grotto/state.h"
#include "line/swar.h"

namespace grotto {
namespace {

constexpr std::uint32_t kFirstCapacity = 64;

// The first of LF, CR and NUL, or bytes.size(). One pass: asking memchr() for each of the three
// would be quadratic when one of them never comes.
std::size_t find_special(std::string_view bytes) noexcept {
  const char* const begin = bytes.data();
  const char* const end = begin + bytes.size();
  const char* at = begin;
  while (true) {
    while (end - at >= 8 && !has_byte_below(load_word(at), '\r' + 1)) at += 8;
    const char* const stop = end - at >= 8 ? at + 8 : end;
    for (; at != stop; ++at) {
      if (*at == '\n' || *at == '\r' || *at == '\0') return static_cast<std::size_t>(at - begin);
    }
    if (at == end) return bytes.size();
  }
}

}  // namespace

LineFramer::Next LineFramer::next(std::string_view& input, std::string_view& line) {
  if (is_given_) clear();
  if (is_dropping_ && !skip_rest_of_line(input)) return Next::need_more;
  if (is_after_cr_ && !input.empty()) {
    is_after_cr_ = false;
    if (input.front() == '\n' || input.front() == '\0') input.remove_prefix(1);
  }

  while (!input.empty()) {
    const std::size_t length = find_special(input);
    const std::string_view piece = input.substr(0, length);
    if (size_ + length > limit_) {
      clear();
      is_dropping_ = true;
      input.remove_prefix(length);
      return Next::too_long;
    }
    if (length == input.size()) {
      append(piece);
      input = {};
      break;
    }
    const char special = input[length];
    input.remove_prefix(length + 1);
    if (special == '\0') {
      append(piece);
      continue;
    }
    is_after_cr_ = special == '\r';
    if (size_ == 0) {
      line = piece;
      return Next::line;
    }
    append(piece);
    line = {partial_.get(), size_};
    is_given_ = true;
    return Next::line;
  }
  return Next::need_more;
}

bool LineFramer::flush(std::string_view& line) noexcept {
  const bool has_line = size_ != 0 && !is_given_;
  if (is_given_) clear();
  is_after_cr_ = false;
  is_dropping_ = false;
  if (!has_line) return false;
  line = {partial_.get(), size_};
  is_given_ = true;
  return true;
}

void LineFramer::drop_line() noexcept {
  clear();
  is_dropping_ = false;
}

void LineFramer::erase_character() noexcept {
  if (is_given_) clear();
  bool was_continuation = size_ != 0;
  while (was_continuation && size_ != 0) {
    --size_;
    was_continuation = (static_cast<unsigned char>(partial_[size_]) & 0xC0U) == 0x80U;
  }
  if (size_ == 0) clear();
}

std::string_view LineFramer::partial() const noexcept {
  return {partial_.get(), partial_bytes()};
}

void LineFramer::save(StateWriter& state) const {
  state.text(partial());
  state.flag(is_after_cr_);
  state.flag(is_dropping_);
}

void LineFramer::restore(StateReader& state) {
  const std::string_view gathered = state.text();
  clear();
  // The limit may be lower now.
  if (gathered.size() <= limit_) append(gathered);
  is_after_cr_ = state.flag();
  is_dropping_ = state.flag() || gathered.size() > limit_;
}

// REQUIRES: the bytes fit the limit.
void LineFramer::append(std::string_view bytes) {
  if (bytes.empty()) return;
  const auto needed = static_cast<std::uint32_t>(size_ + bytes.size());
  if (needed > capacity_) {
    const std::uint32_t doubled = std::max({kFirstCapacity, needed, capacity_ * 2});
    const std::uint32_t capacity = std::min(doubled, std::max(limit_, needed));
    auto grown = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ != 0) std::memcpy(grown.get(), partial_.get(), size_);
    partial_ = std::move(grown);
    capacity_ = capacity;
  }
  std::memcpy(partial_.get() + size_, bytes.data(), bytes.size());
  size_ = needed;
}

void LineFramer::clear() noexcept {
  partial_.reset();
  size_ = 0;
  capacity_ = 0;
  is_given_ = false;
}

// True when the end of the dropped line was found and taken.
bool LineFramer::skip_rest_of_line(std::string_view& input) noexcept {
  while (!input.empty()) {
    const std::size_t length = find_special(input);
    if (length == input.size()) break;
    const char special = input[length];
    input.remove_prefix(length + 1);
    if (special == '\0') continue;
    is_after_cr_ = special == '\r';
    is_dropping_ = false;
    return true;
  }
  input = {};
  return false;
}

}  // namespace grotto
