// TlsPeer: the far end of a connection that speaks TLS, as a client; and certificates to try it
// with. Threads: the test's.
#pragma once

#include <doctest/doctest.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "net/tls_context.h"
#include "net/tls_stream.h"
#include "sockets.h"

namespace grotto::test {

/// A folder of certificates that goes with it.
class Certificates {
 public:
  Certificates() {
    std::string name = (std::filesystem::temp_directory_path() / "grotto-tls-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
  }
  Certificates(const Certificates&) = delete;
  Certificates& operator=(const Certificates&) = delete;
  ~Certificates() { std::filesystem::remove_all(folder_); }

  TlsPair make(const std::string& name, const std::vector<std::string>& hosts) const {
    const TlsPair pair{file(name + ".pem"), file(name + ".key")};
    const auto made = make_self_signed(pair, hosts);
    REQUIRE(made.has_value());
    return pair;
  }
  [[nodiscard]] std::string file(const std::string& name) const { return folder_ / name; }

 private:
  std::filesystem::path folder_;
};

inline std::shared_ptr<const TlsContext> server_context(std::vector<TlsPair> pairs,
                                                        std::string client_ca = {}) {
  auto made = TlsContext::for_server({std::move(pairs), std::move(client_ca)});
  REQUIRE(made.has_value());
  return *made;
}

inline std::shared_ptr<const TlsContext> client_context(std::string ca_file = {}) {
  const bool is_any = ca_file.empty();
  auto made = TlsContext::for_client({std::move(ca_file), is_any});
  REQUIRE(made.has_value());
  return *made;
}

class TlsPeer {
 public:
  explicit TlsPeer(Fd fd, std::shared_ptr<const TlsContext> context = client_context(),
                   const std::string& host = "localhost")
      : fd_(std::move(fd)), stream_(TlsStream::create(std::move(context), host, 0)) {
    REQUIRE(stream_ != nullptr);
  }

  /// False if the handshake failed or the server ended it.
  bool shake_hands() {
    while (!stream_->is_established()) {
      if (!step()) return false;
    }
    return true;
  }
  /// Only makes the hello, for a test that sends it in its own way.
  std::string hello() {
    std::array<char, 16> none{};
    std::size_t got = 0;
    CHECK(stream_->read(none.data(), none.size(), got) == TlsStream::Read::want_input);
    std::string bytes(stream_->output());
    stream_->drop_output(bytes.size());
    return bytes;
  }
  /// The bytes of records that hold `text`.
  std::string encrypted(std::string_view text) {
    while (!text.empty()) {
      REQUIRE(stream_->write(text.substr(0, TlsStream::kRecordBytes)));
      text.remove_prefix(std::min(text.size(), TlsStream::kRecordBytes));
    }
    std::string bytes(stream_->output());
    stream_->drop_output(bytes.size());
    return bytes;
  }
  void send(std::string_view text) { fd_.send_all(encrypted(text)); }
  void end_output() {
    stream_->end_output();
    flush();
  }
  /// Reads until at least `size` plain bytes are there. False if the end comes before.
  bool read(std::size_t size) {
    while (plain.size() < size) {
      if (!step()) return false;
    }
    return true;
  }
  /// Until the server's end of input, of either kind.
  void read_to_end() {
    while (step()) {
    }
  }
  Fd& fd() { return fd_; }
  TlsStream& stream() { return *stream_; }

  std::string plain;
  bool has_clean_end = false;

 private:
  void flush() {
    const std::string bytes(stream_->output());
    stream_->drop_output(bytes.size());
    fd_.send_all(bytes);
  }
  bool step() {
    std::array<char, 20'000> into;
    std::size_t got = 0;
    const TlsStream::Read read = stream_->read(into.data(), into.size(), got);
    if (stream_->has_output()) flush();
    switch (read) {
      case TlsStream::Read::bytes: plain.append(into.data(), got); return true;
      case TlsStream::Read::established: return true;
      case TlsStream::Read::ended: has_clean_end = true; return false;
      case TlsStream::Read::failed: return false;
      case TlsStream::Read::want_input: break;
    }
    pollfd waiting{fd_.get(), POLLIN, 0};
    if (::poll(&waiting, 1, 10'000) != 1) return false;
    const ssize_t size = ::recv(fd_.get(), raw_.data(), raw_.size(), MSG_DONTWAIT);
    if (size <= 0) return false;
    stream_->set_input({raw_.data(), static_cast<std::size_t>(size)});
    return true;
  }

  Fd fd_;
  std::unique_ptr<TlsStream> stream_;
  std::array<char, 65'536> raw_{};
};

}  // namespace grotto::test
