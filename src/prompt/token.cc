#include "prompt/token.h"

#include <fmt/format.h>
#include <sodium.h>

#include <array>

#include "base/check.h"

namespace grotto {

namespace {

constexpr std::size_t kIdLetters = 10;
constexpr std::size_t kTokenBytes = 16;
constexpr std::size_t kHashBytes = 16;

void begin_sodium() {
  static const bool is_ready = ::sodium_init() >= 0;
  GROTTO_CHECK(is_ready);
}

}  // namespace

std::string new_session_id() {
  begin_sodium();
  // No letters that are read for others (Crockford's alphabet).
  constexpr std::string_view kLetters = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string id;
  for (std::size_t i = 0; i < kIdLetters; ++i) {
    id += kLetters[::randombytes_uniform(static_cast<std::uint32_t>(kLetters.size()))];
  }
  return id;
}

std::string new_token() {
  begin_sodium();
  std::array<unsigned char, kTokenBytes> random{};
  ::randombytes_buf(random.data(), random.size());
  constexpr int kVariant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  std::array<char, sodium_base64_ENCODED_LEN(kTokenBytes, kVariant)> text{};
  ::sodium_bin2base64(text.data(), text.size(), random.data(), random.size(), kVariant);
  return text.data();
}

std::string token_hash(std::string_view token) {
  begin_sodium();
  std::array<unsigned char, kHashBytes> hash{};
  static_assert(kHashBytes >= crypto_generichash_BYTES_MIN);
  ::crypto_generichash(hash.data(), hash.size(),
                       reinterpret_cast<const unsigned char*>(token.data()), token.size(), nullptr,
                       0);
  std::string text;
  for (const unsigned char byte : hash) text += fmt::format("{:02x}", byte);
  return text;
}

bool is_same_secret(std::string_view one, std::string_view other) {
  const std::string a = token_hash(one), b = token_hash(other);
  return ::sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace grotto
