// Feed: bytes that a connection sends straight from where they lie, without copying them first.
//
// A room's shared log is the feed of its members; the connection neither knows rooms nor copies
// lines. One gathered write per tick: the connection's own outbox first, then what gather()
// returned. Threads: all calls come from the thread that owns the connection.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace grotto {

/// A stretch of bytes that somebody else owns. Laid out as POSIX `struct iovec` is read: start,
/// then length.
struct Slice {
  const char* data;
  std::size_t size;
};

class Feed {
 public:
  /// True when gather() or preface() would yield at least one byte now.
  [[nodiscard]] virtual bool has_more() const noexcept = 0;

  /// Appends the private bytes that must reach the peer before the next gathered one (a notice of
  /// skipped lines, the mark between history and now). Called before each gather(); whole lines
  /// only.
  virtual void preface(std::string& out) = 0;

  /// Fills `slices` from its front with whole lines of at most `bytes_max` bytes together (one line
  /// is always given, however long) and returns how many were filled. The slices stay valid until
  /// advance() or any other call.
  virtual std::size_t gather(std::span<Slice> slices, std::size_t bytes_max) = 0;

  /// The first `bytes` of what the last gather() returned are sent. If they end inside a line, the
  /// line counts as sent and its rest is returned, valid until the next call: the caller keeps a
  /// copy and sends it first.
  [[nodiscard]] virtual std::string_view advance(std::size_t bytes) = 0;

  /// The kernel took no more (EAGAIN) / takes bytes again. Called in turn, beginning with
  /// `blocked`.
  virtual void on_blocked() = 0;
  virtual void on_unblocked() = 0;

 protected:
  ~Feed() = default;
};

}  // namespace grotto
