#include "web/websocket_accept.h"

#include <sodium.h>

#include <array>
#include <boost/uuid/detail/sha1.hpp>
#include <cstddef>

namespace grotto {

namespace {

using Sha1 = boost::uuids::detail::sha1;
constexpr std::size_t kKeyBytes = 16;
constexpr std::size_t kKeyTextBytes = 24;
constexpr std::size_t kDigestBytes = 20;
constexpr std::string_view kMagic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// Boost gave the digest as five numbers until 1.85, and as bytes from 1.86 on.
template <class Number>
unsigned char digest_byte(const Number* digest, std::size_t i) {
  if constexpr (sizeof(Number) == 1) {
    return digest[i];
  } else {
    return static_cast<unsigned char>(digest[i / 4] >> (24U - 8U * (i % 4)));
  }
}

}  // namespace

std::optional<std::string> websocket_accept(std::string_view key) {
  std::array<unsigned char, kKeyBytes> nonce{};
  std::size_t nonce_bytes = 0;
  const char* end = nullptr;
  if (key.size() != kKeyTextBytes ||
      ::sodium_base642bin(nonce.data(), nonce.size(), key.data(), key.size(), nullptr, &nonce_bytes,
                          &end, sodium_base64_VARIANT_ORIGINAL) != 0 ||
      nonce_bytes != kKeyBytes || end != key.data() + key.size()) {
    return std::nullopt;
  }
  Sha1 sha1;
  sha1.process_bytes(key.data(), key.size());
  sha1.process_bytes(kMagic.data(), kMagic.size());
  Sha1::digest_type digest{};
  sha1.get_digest(digest);
  std::array<unsigned char, kDigestBytes> bytes{};
  for (std::size_t i = 0; i != bytes.size(); ++i) bytes[i] = digest_byte(&digest[0], i);
  std::array<char, sodium_base64_ENCODED_LEN(kDigestBytes, sodium_base64_VARIANT_ORIGINAL)> text{};
  ::sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(),
                      sodium_base64_VARIANT_ORIGINAL);
  return std::string(text.data());
}

}  // namespace grotto
