#include "net/tls_context.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <sysexits.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string_view>

#include "base/check.h"

namespace grotto {

namespace {

// Forward secrecy and AEAD only; TLS 1.3 has nothing else.
constexpr const char* kCiphers12 = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view kAlpn("\x08http/1.1", 9);
constexpr unsigned char kSessionContext[] = "grotto";  // NOLINT: as OpenSSL takes it

std::string why() {
  const unsigned long error = ERR_peek_last_error();
  const char* const reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  std::string text = reason == nullptr ? "unknown" : reason;
  ERR_clear_error();
  return text;
}

Error fault(std::string sentence) {
  ERR_clear_error();
  return Error{std::move(sentence), EX_CONFIG};
}

Result<Done> check_readable(std::string_view what, const std::string& file) {
  std::FILE* const opened = std::fopen(file.c_str(), "re");
  if (opened == nullptr) {
    return fault(fmt::format("the {} {} cannot be read: {}", what, file, std::strerror(errno)));
  }
  std::fclose(opened);
  return Done{};
}

/// RFC 7301: "http/1.1", or no handshake; who offers nothing may speak anything.
int choose_protocol(SSL* /*ssl*/, const unsigned char** out, unsigned char* size,
                    const unsigned char* offered, unsigned offered_size, void* /*own*/) noexcept {
  unsigned char* chosen = nullptr;
  const auto* const ours = reinterpret_cast<const unsigned char*>(kAlpn.data());
  if (SSL_select_next_proto(&chosen, size, ours, static_cast<unsigned>(kAlpn.size()), offered,
                            offered_size) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

int choose_certificate(SSL* ssl, int* /*alert*/, void* own) noexcept {
  const char* const host = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (host == nullptr) return SSL_TLSEXT_ERR_NOACK;
  SSL_CTX* const found = static_cast<const TlsContext*>(own)->find(host);
  if (found == nullptr) return SSL_TLSEXT_ERR_NOACK;
  if (found != SSL_get_SSL_CTX(ssl)) SSL_set_SSL_CTX(ssl, found);
  return SSL_TLSEXT_ERR_OK;
}

/// Nobody is asked for a passphrase: a server starts without a terminal.
int no_passphrase(char* /*into*/, int /*size*/, int /*is_writing*/, void* own) noexcept {
  *static_cast<bool*>(own) = true;
  return -1;
}

void set_common_rules(SSL_CTX* made) {
  SSL_CTX_set_min_proto_version(made, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(made, kCiphers12);
  SSL_CTX_set_options(made, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                                SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
  SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS);
}

Result<Done> load_pair(SSL_CTX* made, const TlsPair& pair) {
  if (auto done = check_readable("certificate", pair.certificate_file); !done) return done;
  if (auto done = check_readable("key", pair.key_file); !done) return done;
  if (SSL_CTX_use_certificate_chain_file(made, pair.certificate_file.c_str()) != 1) {
    const std::string reason = why();
    return fault(
        fmt::format("{} is no certificate in PEM form: {}", pair.certificate_file, reason));
  }
  bool wants_passphrase = false;
  SSL_CTX_set_default_passwd_cb(made, no_passphrase);
  SSL_CTX_set_default_passwd_cb_userdata(made, &wants_passphrase);
  const int loaded = SSL_CTX_use_PrivateKey_file(made, pair.key_file.c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_set_default_passwd_cb_userdata(made, nullptr);
  if (wants_passphrase) {
    return fault(fmt::format("the key {} has a passphrase: give one without", pair.key_file));
  }
  if (loaded != 1) {
    const unsigned long error = ERR_peek_last_error();
    if (ERR_GET_LIB(error) == ERR_LIB_X509 &&
        (ERR_GET_REASON(error) == X509_R_KEY_VALUES_MISMATCH ||
         ERR_GET_REASON(error) == X509_R_KEY_TYPE_MISMATCH)) {
      return fault(fmt::format("the key {} does not belong to the certificate {}", pair.key_file,
                               pair.certificate_file));
    }
    const std::string reason = why();
    return fault(fmt::format("{} is no key in PEM form: {}", pair.key_file, reason));
  }
  return Done{};
}

Result<Done> ask_clients(SSL_CTX* made, const std::string& file) {
  if (auto done = check_readable("file of client CAs", file); !done) return done;
  STACK_OF(X509_NAME)* const names = SSL_load_client_CA_file(file.c_str());
  if (names == nullptr || SSL_CTX_load_verify_locations(made, file.c_str(), nullptr) != 1) {
    sk_X509_NAME_pop_free(names, X509_NAME_free);
    return fault(fmt::format("{} holds no certificates of CAs in PEM form", file));
  }
  SSL_CTX_set_client_CA_list(made, names);
  SSL_CTX_set_verify(made, SSL_VERIFY_PEER, nullptr);
  return Done{};
}

}  // namespace

bool TlsContext::is_built_in() noexcept {
  return true;
}

TlsContext::~TlsContext() {
  for (SSL_CTX* const each : contexts_) SSL_CTX_free(each);
}

SSL_CTX* TlsContext::find(const char* host) const noexcept {
  for (SSL_CTX* const each : contexts_) {
    X509* const certificate = SSL_CTX_get0_certificate(each);
    if (certificate != nullptr && X509_check_host(certificate, host, 0, 0, nullptr) == 1) {
      return each;
    }
  }
  return nullptr;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::for_server(const TlsServerRules& rules) {
  GROTTO_CHECK(!rules.pairs.empty());
  std::shared_ptr<TlsContext> context(new TlsContext());
  context->is_server_ = true;
  for (const TlsPair& pair : rules.pairs) {
    SSL_CTX* const made = SSL_CTX_new(TLS_server_method());
    if (made == nullptr) return Error{fmt::format("TLS cannot be set up: {}", why()), EX_OSERR};
    context->contexts_.push_back(made);
    set_common_rules(made);
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);  // tickets keep nothing here
    SSL_CTX_set_session_id_context(made, kSessionContext, sizeof kSessionContext - 1);
    SSL_CTX_set_alpn_select_cb(made, choose_protocol, nullptr);
    // The macro of that name has a cast of C's in it.
    SSL_CTX_callback_ctrl(made, SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
                          reinterpret_cast<void (*)()>(choose_certificate));
    SSL_CTX_set_tlsext_servername_arg(made, context.get());
    if (auto done = load_pair(made, pair); !done) return done.error();
    if (rules.client_ca_file.empty()) continue;
    if (auto done = ask_clients(made, rules.client_ca_file); !done) return done.error();
  }
  return std::shared_ptr<const TlsContext>(std::move(context));
}

Result<std::shared_ptr<const TlsContext>> TlsContext::for_client(const TlsClientRules& rules) {
  std::shared_ptr<TlsContext> context(new TlsContext());
  SSL_CTX* const made = SSL_CTX_new(TLS_client_method());
  if (made == nullptr) return Error{fmt::format("TLS cannot be set up: {}", why()), EX_OSERR};
  context->contexts_.push_back(made);
  context->trusts_anyone_ = rules.trusts_anyone;
  set_common_rules(made);
  if (rules.trusts_anyone) return std::shared_ptr<const TlsContext>(std::move(context));
  SSL_CTX_set_verify(made, SSL_VERIFY_PEER, nullptr);
  if (rules.ca_file.empty()) {
    SSL_CTX_set_default_verify_paths(made);
  } else {
    if (auto done = check_readable("file of CAs", rules.ca_file); !done) return done.error();
    if (SSL_CTX_load_verify_locations(made, rules.ca_file.c_str(), nullptr) != 1) {
      return fault(fmt::format("{} holds no certificates of CAs in PEM form", rules.ca_file));
    }
  }
  return std::shared_ptr<const TlsContext>(std::move(context));
}

Result<std::string> certificate_fingerprint(const std::string& certificate_file) {
  if (auto done = check_readable("certificate", certificate_file); !done) return done.error();
  BIO* const file = BIO_new_file(certificate_file.c_str(), "r");
  X509* const certificate =
      file == nullptr ? nullptr : PEM_read_bio_X509(file, nullptr, nullptr, nullptr);
  BIO_free(file);
  if (certificate == nullptr) {
    return fault(fmt::format("{} is no certificate in PEM form", certificate_file));
  }
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  X509_digest(certificate, EVP_sha256(), digest.data(), &size);
  X509_free(certificate);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{}{:02X}", i == 0 ? "" : ":", digest[i]);
  return text;
}

}  // namespace grotto
