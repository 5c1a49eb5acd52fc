#include "net/tls_stream.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "base/check.h"
#include "net/tls_context.h"

namespace grotto {

/// The BIO of our own: no socket, no memory of its own. C frames are above: nothing is thrown.
struct TlsBio {
  static TlsStream& stream(BIO* bio) noexcept {
    return *static_cast<TlsStream*>(BIO_get_data(bio));
  }
  static int read(BIO* bio, char* into, std::size_t size, std::size_t* got) noexcept {
    std::string_view& input = stream(bio).input_;
    BIO_clear_retry_flags(bio);
    if (input.empty()) {
      BIO_set_retry_read(bio);
      return 0;
    }
    *got = std::min(size, input.size());
    std::memcpy(into, input.data(), *got);
    input.remove_prefix(*got);
    return 1;
  }
  static int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* written) noexcept {
    BIO_clear_retry_flags(bio);
    try {
      stream(bio).output_.append({bytes, size});
    } catch (const std::bad_alloc&) {
      return 0;  // a fault that no retry mends: the stream fails
    }
    *written = size;
    return 1;
  }
  static long control(BIO* /*bio*/, int command, long /*number*/, void* /*pointer*/) noexcept {
    return command == BIO_CTRL_FLUSH ? 1 : 0;
  }
  static BIO_METHOD* make_method() noexcept {
    BIO_METHOD* const method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "grotto");
    if (method == nullptr) return nullptr;
    BIO_meth_set_read_ex(method, read);
    BIO_meth_set_write_ex(method, write);
    BIO_meth_set_ctrl(method, control);
    return method;
  }
  static BIO* make(TlsStream& stream) noexcept {
    static BIO_METHOD* const method = make_method();  // constant, for the life of the process
    BIO* const bio = method == nullptr ? nullptr : BIO_new(method);
    if (bio == nullptr) return nullptr;
    BIO_set_data(bio, &stream);
    BIO_set_init(bio, 1);
    return bio;
  }
};

namespace {

bool is_address(const std::string& host) noexcept {
  std::array<unsigned char, sizeof(in6_addr)> bytes{};
  return ::inet_pton(AF_INET, host.c_str(), bytes.data()) == 1 ||
         ::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1;
}

/// Whom a client asks for, and whom the certificate must name.
bool set_host(SSL* ssl, const std::string& host) noexcept {
  if (host.empty()) return true;
  if (is_address(host)) {
    return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  }
  // The macro SSL_set_tlsext_host_name() has a cast of C's in it; the name is copied.
  char* const name = const_cast<char*>(host.c_str());
  return SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, name) == 1 &&
         SSL_set1_host(ssl, host.c_str()) == 1;
}

}  // namespace

std::unique_ptr<TlsStream> TlsStream::create(std::shared_ptr<const TlsContext> context,
                                             const std::string& host,
                                             std::uint64_t now_ms) noexcept {
  const TlsContext& rules = *context;
  std::unique_ptr<TlsStream> stream(new (std::nothrow) TlsStream(std::move(context), now_ms));
  if (stream == nullptr) return nullptr;
  stream->ssl_ = SSL_new(rules.main());
  BIO* const bio = stream->ssl_ == nullptr ? nullptr : TlsBio::make(*stream);
  if (bio == nullptr) return nullptr;
  SSL_set_bio(stream->ssl_, bio, bio);
  if (rules.is_server()) {
    SSL_set_accept_state(stream->ssl_);
  } else {
    SSL_set_connect_state(stream->ssl_);
    if (!set_host(stream->ssl_, host)) return nullptr;
  }
  return stream;
}

TlsStream::~TlsStream() {
  SSL_free(ssl_);
}

void TlsStream::keep_input() {
  if (input_.empty()) {
    std::string().swap(kept_);  // gives the memory back
  } else if (input_.data() < kept_.data() || input_.data() >= kept_.data() + kept_.size()) {
    kept_.assign(input_);
    input_ = kept_;
  }
}

bool TlsStream::has_input() const noexcept {
  return !input_.empty() || SSL_pending(ssl_) > 0;
}

TlsStream::Read TlsStream::fail() noexcept {
  error_ = ERR_peek_error();
  ERR_clear_error();
  has_failed_ = true;
  return Read::failed;
}

TlsStream::Read TlsStream::read(char* into, std::size_t size, std::size_t& got) noexcept {
  if (has_failed_) return Read::failed;
  ERR_clear_error();
  int result = 0;
  if (!is_established_) {
    result = SSL_do_handshake(ssl_);
    if (result == 1) {
      is_established_ = true;
      return Read::established;
    }
  } else {
    result = SSL_read_ex(ssl_, into, size, &got);
    if (result == 1) return Read::bytes;
  }
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ: return Read::want_input;
    case SSL_ERROR_ZERO_RETURN: has_ended_input_ = true; return Read::ended;
    default: return fail();
  }
}

bool TlsStream::write(std::string_view bytes) noexcept {
  GROTTO_CHECK(is_established_ && !bytes.empty() && bytes.size() <= kRecordBytes);
  const std::size_t before = output_.size();
  std::size_t written = 0;
  ERR_clear_error();
  if (has_failed_ || SSL_write_ex(ssl_, bytes.data(), bytes.size(), &written) != 1) {
    fail();
    return false;
  }
  records_[next_record_] = {static_cast<std::uint16_t>(bytes.size()),
                            static_cast<std::uint16_t>(output_.size() - before)};
  next_record_ = static_cast<std::uint8_t>((next_record_ + 1U) % records_.size());
  return true;
}

void TlsStream::end_output() noexcept {
  has_ended_output_ = true;
  if (has_failed_ || !is_established_) return;
  ERR_clear_error();
  SSL_shutdown(ssl_);
  ERR_clear_error();
}

std::size_t TlsStream::plain_bytes_of(std::size_t bytes) const noexcept {
  std::size_t plain = 0;
  std::size_t at = next_record_;
  for (std::size_t i = 0; i < records_.size() && bytes > 0; ++i) {
    at = (at + records_.size() - 1) % records_.size();
    const Record& record = records_[at];
    if (record.encrypted == 0) return plain;  // there were no more; the rest is the handshake's
    plain += record.plain;
    bytes -= std::min<std::size_t>(bytes, record.encrypted);
  }
  return plain + bytes;
}

std::string TlsStream::failure() const {
  const long verified = SSL_get_verify_result(ssl_);
  if (verified != X509_V_OK) return X509_verify_cert_error_string(verified);
  const char* const reason = error_ == 0 ? nullptr : ERR_reason_error_string(error_);
  return reason == nullptr ? "the peer broke it off" : reason;
}

std::string TlsStream::peer_subject() const {
  X509* const certificate = SSL_get0_peer_certificate(ssl_);
  if (certificate == nullptr || SSL_get_verify_result(ssl_) != X509_V_OK) return {};
  BIO* const memory = BIO_new(BIO_s_mem());
  if (memory == nullptr) return {};
  X509_NAME_print_ex(memory, X509_get_subject_name(certificate), 0,
                     XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory, &text);
  std::string result(text, static_cast<std::size_t>(std::max(size, 0L)));
  BIO_free(memory);
  return result;
}

}  // namespace grotto
