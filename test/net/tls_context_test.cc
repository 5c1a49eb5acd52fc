#include "net/tls_context.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>
#include <string>

#include "tls_peer.h"

using namespace grotto;        // NOLINT: a test of one layer
using namespace grotto::test;  // NOLINT

namespace {

void write_file(const std::string& path, std::string_view text) {
  std::ofstream(path) << text;
}

std::string fault(const TlsServerRules& rules) {
  const auto made = TlsContext::for_server(rules);
  REQUIRE_FALSE(made.has_value());
  CHECK(made.error().exit_status == 78);
  return made.error().sentence;
}

/// A server's and a client's stream, joined without a socket. Empty if both agree.
std::string handshake(const std::shared_ptr<const TlsContext>& server_side,
                      const std::shared_ptr<const TlsContext>& client_side,
                      const std::string& host) {
  const auto server = TlsStream::create(server_side, "", 0);
  const auto client = TlsStream::create(client_side, host, 0);
  std::size_t got = 0;
  std::array<char, 100> into{};
  for (int round = 0; round < 10; ++round) {
    for (TlsStream* const each : {client.get(), server.get()}) {
      TlsStream& other = each == client.get() ? *server : *client;
      const std::string bytes(other.output());
      other.drop_output(bytes.size());
      each->set_input(bytes);
      TlsStream::Read read = each->read(into.data(), into.size(), got);
      while (read == TlsStream::Read::established) read = each->read(into.data(), into.size(), got);
      if (read == TlsStream::Read::failed) return each->failure();
    }
    if (client->is_established() && server->is_established()) return {};
  }
  return "no end";
}

}  // namespace

TEST_CASE("TlsContext: what is wrong with a file is said in a sentence that names it") {
  const Certificates files;
  const TlsPair good = files.make("good", {"localhost"});
  const TlsPair other = files.make("other", {"localhost"});
  const std::string nothing = files.file("nothing.pem");
  const std::string text = files.file("text.pem");
  write_file(text, "kaixo\n");

  CHECK(fault({{{nothing, good.key_file}}, {}}) ==
        "the certificate " + nothing + " cannot be read: No such file or directory");
  CHECK(fault({{{good.certificate_file, nothing}}, {}}) ==
        "the key " + nothing + " cannot be read: No such file or directory");
  CHECK(
      fault({{{text, good.key_file}}, {}}).starts_with(text + " is no certificate in PEM form: "));
  CHECK(
      fault({{{good.certificate_file, text}}, {}}).starts_with(text + " is no key in PEM form: "));
  CHECK(fault({{{good.certificate_file, other.key_file}}, {}}) ==
        "the key " + other.key_file + " does not belong to the certificate " +
            good.certificate_file);
  CHECK(fault({{good}, text}) == text + " holds no certificates of CAs in PEM form");
  CHECK(fault({{good, {nothing, nothing}}, {}}).find(nothing) != std::string::npos);
  CHECK(TlsContext::for_server({{good, other}, good.certificate_file}).has_value());
  CHECK_FALSE(TlsContext::for_client({text, false}).has_value());
}

TEST_CASE("TlsContext: a self-signed certificate is good for its names and for no other") {
  const Certificates files;
  const TlsPair pair = files.make("own", {"localhost", "127.0.0.1", "::1"});
  struct stat status{};
  REQUIRE(::stat(pair.key_file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  const auto fingerprint = certificate_fingerprint(pair.certificate_file);
  REQUIRE(fingerprint.has_value());
  CHECK(fingerprint->size() == 32 * 3 - 1);

  CHECK(is_certificate_good_for(pair.certificate_file, 396LL * 86'400));
  CHECK_FALSE(is_certificate_good_for(pair.certificate_file, 398LL * 86'400));
  CHECK_FALSE(is_certificate_good_for(pair.key_file, 0));

  const auto server = server_context({pair});
  const auto client = client_context(pair.certificate_file);
  CHECK(handshake(server, client, "localhost").empty());
  CHECK(handshake(server, client, "127.0.0.1").empty());
  CHECK(handshake(server, client, "::1").empty());
  CHECK(handshake(server, client, "example.org").find("ostname mismatch") != std::string::npos);
  CHECK(handshake(server, client, "127.0.0.2").find("IP address mismatch") != std::string::npos);
  const auto stranger = client_context(files.make("stranger", {"localhost"}).certificate_file);
  CHECK(handshake(server, stranger, "localhost").find("self-signed") != std::string::npos);
  CHECK(handshake(server, client_context(), "example.org").empty());
}

TEST_CASE("TlsContext: of several certificates, the one is shown that is for the host asked for") {
  const Certificates files;
  const TlsPair first = files.make("first", {"one.example"});
  const TlsPair second = files.make("second", {"two.example", "*.three.example"});
  const auto server = server_context({first, second});
  const auto knows_first = client_context(first.certificate_file);
  const auto knows_second = client_context(second.certificate_file);
  CHECK(handshake(server, knows_first, "one.example").empty());
  CHECK(handshake(server, knows_second, "two.example").empty());
  CHECK(handshake(server, knows_second, "TWO.example").empty());
  CHECK(handshake(server, knows_second, "a.three.example").empty());
  CHECK_FALSE(handshake(server, knows_second, "one.example").empty());
  // Nobody's name: the first.
  CHECK_FALSE(handshake(server, knows_second, "four.example").empty());
}
