// The certificate that a server makes for itself, to try TLS out.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>

#include "net/tls_context.h"

namespace grotto {

namespace {

constexpr long kSecondsValid = 397L * 86'400;  // browsers take no longer ones
constexpr long kSecondsBefore = 86'400;        // clocks of those who connect may be behind

struct Free {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const noexcept { X509_EXTENSION_free(extension); }
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Certificate = std::unique_ptr<X509, Free>;
using File = std::unique_ptr<std::FILE, Free>;

std::string alternative_names(const std::vector<std::string>& hosts) {
  std::string result;
  for (const std::string& host : hosts) {
    std::array<unsigned char, sizeof(in6_addr)> bytes{};
    const bool is_address = ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
                            ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
    result += fmt::format("{}{}:{}", result.empty() ? "" : ",", is_address ? "IP" : "DNS", host);
  }
  return result;
}

bool add_extension(X509* certificate, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Free> made(
      X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
  return made != nullptr && X509_add_ext(certificate, made.get(), -1) == 1;
}

Certificate make_certificate(EVP_PKEY* key, const std::vector<std::string>& hosts) {
  Certificate made(X509_new());
  std::array<unsigned char, 16> serial{};
  if (made == nullptr || RAND_bytes(serial.data(), static_cast<int>(serial.size())) != 1) return {};
  serial[0] &= 0x7F;  // positive (RFC 5280 section 4.1.2.2)
  BIGNUM* const number = BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr);
  BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made.get()));
  BN_free(number);
  X509_set_version(made.get(), X509_VERSION_3);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -kSecondsBefore);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), kSecondsValid);
  X509_set_pubkey(made.get(), key);
  X509_NAME* const subject = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(hosts.front().c_str()), -1, -1,
                             0);
  X509_set_issuer_name(made.get(), subject);
  // It vouches for itself and for no other, so that --tls-ca may name it.
  const bool is_made = add_extension(made.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                       add_extension(made.get(), NID_key_usage, "critical,digitalSignature") &&
                       add_extension(made.get(), NID_ext_key_usage, "serverAuth") &&
                       add_extension(made.get(), NID_subject_key_identifier, "hash") &&
                       add_extension(made.get(), NID_subject_alt_name, alternative_names(hosts)) &&
                       X509_sign(made.get(), key, EVP_sha256()) > 0;
  return is_made ? std::move(made) : Certificate();
}

/// `write` gets a file of mode 0600 that takes its place when it is whole.
template <class Write>
Result<Done> replace_file(const std::string& path, Write write) {
  const std::string aside = path + ".new";
  const auto fail = [&](int error) {
    ::unlink(aside.c_str());
    return Error{fmt::format("{} cannot be written: {}", path, std::strerror(error)), EX_CANTCREAT};
  };
  ::unlink(aside.c_str());
  const int fd = ::open(aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return fail(errno);
  File file(::fdopen(fd, "w"));
  if (file == nullptr) {
    ::close(fd);
    return fail(ENOMEM);
  }
  const bool is_written = write(file.get()) == 1 && std::fflush(file.get()) == 0;
  if (!is_written || ::fsync(fd) != 0) return fail(errno == 0 ? EIO : errno);
  if (::rename(aside.c_str(), path.c_str()) != 0) return fail(errno);
  return Done{};
}

}  // namespace

bool is_certificate_good_for(const std::string& certificate_file, std::int64_t seconds) {
  const File file(std::fopen(certificate_file.c_str(), "r"));
  const Certificate read(file == nullptr ? nullptr
                                         : PEM_read_X509(file.get(), nullptr, nullptr, nullptr));
  if (read == nullptr) return false;
  std::time_t then = std::time(nullptr) + static_cast<std::time_t>(seconds);
  return X509_cmp_time(X509_get0_notAfter(read.get()), &then) > 0;
}

Result<Done> make_self_signed(const TlsPair& pair, const std::vector<std::string>& hosts) {
  const Key key(EVP_EC_gen("P-256"));
  const Certificate certificate =
      key == nullptr ? Certificate() : make_certificate(key.get(), hosts);
  if (certificate == nullptr) return Error{"a certificate cannot be made", EX_SOFTWARE};
  auto done = replace_file(pair.key_file, [&](std::FILE* file) {
    return PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  });
  if (!done) return done;
  return replace_file(pair.certificate_file,
                      [&](std::FILE* file) { return PEM_write_X509(file, certificate.get()); });
}

}  // namespace grotto
