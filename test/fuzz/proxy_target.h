// What the fuzzer of PROXY headers does with each input, and door_test with its corpus: a header is
// judged the same whole and as it comes, byte by byte, within its bound; what follows it changes
// nothing. Threads: no state; any.
#pragma once

#include <string>
#include <string_view>

#include "base/check.h"
#include "door/proxy_header.h"

namespace grotto::test {

inline void fuzz_proxy(std::string_view text) {
  using Status = ProxyHeader::Status;
  const std::string all(text);
  const ProxyHeader whole = ProxyHeader::parse(all);
  GROTTO_CHECK((whole.size != 0) == (whole.status == Status::complete));
  GROTTO_CHECK(whole.size <= all.size() && whole.size <= ProxyHeader::kBytesMax);
  if (whole.status == Status::need_more) GROTTO_CHECK(all.size() < ProxyHeader::kBytesMax);
  if (whole.status != Status::complete) GROTTO_CHECK(!whole.source);
  if (whole.source) {
    GROTTO_CHECK(whole.source->family() != Address::Family::unix_socket);
    GROTTO_CHECK(!whole.source->host().empty());
  }
  // As it comes: nothing is decided one way first and another way later.
  for (std::size_t size = 0; size <= all.size(); ++size) {
    const std::string part = all.substr(0, size);
    const ProxyHeader header = ProxyHeader::parse(part);
    if (header.status == Status::need_more) continue;
    GROTTO_CHECK(header.status == whole.status && header.size == whole.size);
    GROTTO_CHECK(header.source.has_value() == whole.source.has_value());
    if (header.source) GROTTO_CHECK(header.source->to_string() == whole.source->to_string());
    break;
  }
}

}  // namespace grotto::test
