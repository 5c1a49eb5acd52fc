// A program without TLS: nobody can make a context, so no stream ever comes to be.
#include <sysexits.h>

#include "base/check.h"
#include "net/tls_context.h"
#include "net/tls_stream.h"

namespace grotto {

namespace {

Error not_built_in() {
  return Error{"this program was built without TLS (it needs OpenSSL 3)", EX_CONFIG};
}

}  // namespace

bool TlsContext::is_built_in() noexcept {
  return false;
}
TlsContext::~TlsContext() = default;
ssl_ctx_st* TlsContext::find(const char* /*host*/) const noexcept {
  return nullptr;
}
Result<std::shared_ptr<const TlsContext>> TlsContext::for_server(const TlsServerRules& /*rules*/) {
  return not_built_in();
}
Result<std::shared_ptr<const TlsContext>> TlsContext::for_client(const TlsClientRules& /*rules*/) {
  return not_built_in();
}
Result<std::string> certificate_fingerprint(const std::string& /*certificate_file*/) {
  return not_built_in();
}
bool is_certificate_good_for(const std::string& /*certificate_file*/, std::int64_t /*seconds*/) {
  return false;
}
Result<Done> make_self_signed(const TlsPair& /*pair*/, const std::vector<std::string>& /*hosts*/) {
  return not_built_in();
}

// The one with TLS keeps it. NOLINTNEXTLINE(performance-unnecessary-value-param)
std::unique_ptr<TlsStream> TlsStream::create(std::shared_ptr<const TlsContext> /*context*/,
                                             const std::string& /*host*/,
                                             std::uint64_t /*now_ms*/) noexcept {
  return nullptr;
}
TlsStream::~TlsStream() = default;
void TlsStream::keep_input() {}
bool TlsStream::has_input() const noexcept {
  return false;
}
TlsStream::Read TlsStream::fail() noexcept {
  return Read::failed;
}
TlsStream::Read TlsStream::read(char* /*into*/, std::size_t /*size*/,
                                std::size_t& /*got*/) noexcept {
  return fail();
}
bool TlsStream::write(std::string_view /*bytes*/) noexcept {
  return false;
}
void TlsStream::end_output() noexcept {}
std::size_t TlsStream::plain_bytes_of(std::size_t bytes) const noexcept {
  return bytes;
}
std::string TlsStream::failure() const {
  return {};
}
std::string TlsStream::peer_subject() const {
  return {};
}

}  // namespace grotto
