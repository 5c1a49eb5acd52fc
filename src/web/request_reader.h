// RequestReader: one HTTP/1.1 request from bytes as they come: our own rules (head_scan.h,
// request_rules.h) around Boost.Beast's parser, whose I/O is not used.
//
// It owns memory only while a request is half here: the head (at most 16 KiB), then the body (at
// most `body_bytes_max`). A trailer after a chunked body is read and dropped.
// Threads: owned by one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "web/chunked_body.h"
#include "web/head_scan.h"
#include "web/request.h"

namespace grotto {

class RequestReader {
 public:
  enum class Step : std::uint8_t { need_more, whole, fault };
  struct Bounds {
    HeadScan::Bounds head;
    std::size_t body_bytes_max = 64 * 1024;  // 413
  };

  explicit RequestReader(const Bounds& bounds);
  RequestReader(const RequestReader&) = delete;
  RequestReader& operator=(const RequestReader&) = delete;

  /// Takes bytes from the front of `input` up to the end of this request; what follows is left.
  /// REQUIRES: neither whole nor fault came before.
  Step next(std::string_view& input);

  /// Whether the head is here and what comes next is the body.
  [[nodiscard]] bool is_in_body() const noexcept { return is_in_body_; }

  /// The request: after `whole`, and its head once is_in_body().
  [[nodiscard]] Request& request() noexcept { return request_; }
  /// After `fault`; its texts are literals.
  [[nodiscard]] const HttpFault& fault() const noexcept { return fault_; }

 private:
  Step take_head(std::string_view head);
  Step take_body(std::string_view& input);
  Step refuse(const HttpFault& fault) noexcept;

  Bounds bounds_;
  HeadScan scan_;
  std::string held_;  // of the head
  ChunkedBody chunks_;
  std::uint64_t body_left_ = 0;  // not chunked
  bool is_in_body_ = false;
  bool is_chunked_ = false;
  Request request_;
  HttpFault fault_;
};

}  // namespace grotto
