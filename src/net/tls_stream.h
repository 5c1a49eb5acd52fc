// TlsStream: TLS between a connection's socket and its plain bytes; it knows no socket.
//
// Input is read from where it lies (the worker's buffer), and only what cannot be taken yet is
// copied. Output is gathered in one buffer that is there only while something waits to be sent. An
// idle peer holds no buffer at all (SSL_MODE_RELEASE_BUFFERS): 13 to 14 KiB with OpenSSL 3.0.
// Threads: its connection's worker.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "net/outbox.h"

struct ssl_st;
struct bio_st;

namespace grotto {

class TlsContext;

class TlsStream final {
 public:
  /// What one record holds at most (RFC 8446 section 5.1).
  static constexpr std::size_t kRecordBytes = 16 * 1024;
  /// More own answers than that (alerts, new keys) wait for a peer that does not read: it is not
  /// read from until they are sent.
  static constexpr std::size_t kOutputBytesMax = 32 * 1024;

  /// `host`: for a client, whom the certificate must name; an address if it is one. nullptr: out
  /// of memory.
  static std::unique_ptr<TlsStream> create(std::shared_ptr<const TlsContext> context,
                                           const std::string& host, std::uint64_t now_ms) noexcept;
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;
  ~TlsStream();

  // ---- From the peer ----

  /// Bytes to be read from next; they must lie still until read() wants more, or keep_input().
  /// REQUIRES: those before are used up.
  void set_input(std::string_view bytes) noexcept { input_ = bytes; }
  /// Copies what is left, because its place is about to be used for something else.
  void keep_input();
  /// Some input may yield bytes without more from the socket.
  [[nodiscard]] bool has_input() const noexcept;

  enum class Read : std::uint8_t {
    bytes,        // some were decrypted
    established,  // the handshake is over; comes once, before all bytes
    want_input,   // all input is used up
    ended,        // close_notify: the peer has sent all it had to say
    failed,       // not TLS, or broken: failure() tells; what output() has left tells the peer why
  };
  [[nodiscard]] bool has_ended_input() const noexcept { return has_ended_input_; }
  /// Decrypts up to `size` bytes to `into`; `got` is how many.
  Read read(char* into, std::size_t size, std::size_t& got) noexcept;

  // ---- To the peer ----

  /// Encrypts as one record, appended to the output. False: failed. REQUIRES: is_established(),
  /// 1 to kRecordBytes bytes.
  [[nodiscard]] bool write(std::string_view bytes) noexcept;
  /// Appends close_notify, once.
  void end_output() noexcept;
  [[nodiscard]] bool has_ended_output() const noexcept { return has_ended_output_; }
  /// What the socket is to get next.
  [[nodiscard]] std::string_view output() const noexcept { return output_.front(); }
  [[nodiscard]] bool has_output() const noexcept { return !output_.is_empty(); }
  void drop_output(std::size_t bytes) noexcept { output_.drop_front(bytes); }
  /// How many plain bytes are in the records of which not all is among what was delivered, if
  /// `bytes` of the output so far were not. Exact for the newest 64 records; of older ones each
  /// byte counts as one.
  [[nodiscard]] std::size_t plain_bytes_of(std::size_t bytes) const noexcept;

  // ---- What it is ----

  [[nodiscard]] bool is_established() const noexcept { return is_established_; }
  [[nodiscard]] bool has_failed() const noexcept { return has_failed_; }
  /// In OpenSSL's words; of a certificate that is not trusted, why.
  [[nodiscard]] std::string failure() const;
  /// The subject of the certificate that the peer has shown (RFC 2253), empty if none; it is
  /// verified.
  [[nodiscard]] std::string peer_subject() const;
  [[nodiscard]] std::uint64_t begun_ms() const noexcept { return begun_ms_; }

 private:
  friend struct TlsBio;
  struct Record {
    std::uint16_t plain;
    std::uint16_t encrypted;
  };

  TlsStream(std::shared_ptr<const TlsContext> context, std::uint64_t now_ms) noexcept
      : context_(std::move(context)), begun_ms_(now_ms) {}
  Read fail() noexcept;

  const std::shared_ptr<const TlsContext> context_;
  const std::uint64_t begun_ms_;
  ssl_st* ssl_ = nullptr;
  std::string_view input_;  // in kept_, or in somebody's buffer during a turn
  std::string kept_;
  Outbox output_;
  unsigned long error_ = 0;
  std::array<Record, 64> records_{};  // a ring of the newest
  std::uint8_t next_record_ = 0;
  bool is_established_ = false;
  bool has_failed_ = false;
  bool has_ended_input_ = false;
  bool has_ended_output_ = false;
};

}  // namespace grotto
