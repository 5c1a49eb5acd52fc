// Wide text: between UTF-8 and the wchar_t of libedit, which is a code point on every system that
// we build on. Threads: pure functions; a decoder is owned by one.
#pragma once

#include <string>
#include <string_view>

namespace grotto::client {

static_assert(sizeof(wchar_t) == 4);

std::string to_utf8(std::wstring_view text);
/// Bytes that are not UTF-8 become U+FFFD.
std::wstring to_wide(std::string_view text);

/// Typed bytes, which may come in parts: what is no UTF-8 is dropped.
class Utf8Decoder {
 public:
  void feed(std::string_view bytes, std::wstring& out);

 private:
  std::string partial_;
};

}  // namespace grotto::client
