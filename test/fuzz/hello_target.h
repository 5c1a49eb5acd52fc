// What the fuzzer of first bytes does with each input, and door_test with its corpus: a TLS
// ClientHello, a request and all others are told apart the same whole and as they come, byte by
// byte; nobody is waited for beyond a line. The first byte is the bound of a line.
// Threads: no state; any.
#pragma once

#include <string>
#include <string_view>

#include "base/check.h"
#include "door/first_bytes.h"
#include "line/text.h"

namespace grotto::test {

inline void fuzz_hello(std::string_view text) {
  if (text.empty()) return;
  const std::size_t line_bytes_max = 16 + static_cast<unsigned char>(text.front());
  const std::string all(text.substr(1));
  const Hello whole = classify_hello(all, line_bytes_max);
  if (whole == Hello::need_more) GROTTO_CHECK(all.size() <= line_bytes_max);
  if (whole == Hello::tls) GROTTO_CHECK(all.starts_with("\x16\x03"));
  if (whole == Hello::http)
    GROTTO_CHECK(is_http_request_line(all.substr(0, all.find_first_of("\r\n"))) ||
                 all.find_first_of("\r\n") > line_bytes_max);
  const bool is_refused =
      whole != Hello::need_more && whole != Hello::plain && whole != Hello::telnet;
  GROTTO_CHECK(sentence(whole).empty() != is_refused && is_clean(sentence(whole)));
  // Two blank lines may still become a PROXY header of version 2, and greet in the meantime.
  if (all.starts_with('\r')) return;
  for (std::size_t size = 0; size < all.size(); ++size) {
    const std::string part = all.substr(0, size);
    const Hello hello = classify_hello(part, line_bytes_max);
    if (hello == Hello::need_more) continue;
    GROTTO_CHECK(hello == whole);
    break;
  }
}

}  // namespace grotto::test
