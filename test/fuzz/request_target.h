// What the fuzzer of HTTP requests does with each input, and web_test with its corpus: whatever
// comes is a request, a fault or half of one, and the same whole as in pieces.
// Threads: no state; any.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "web/asset.h"
#include "web/host_rules.h"
#include "web/request_reader.h"

namespace grotto::test {

/// What all requests of a connection amount to, read in pieces of so many bytes.
inline std::string read_requests(std::string_view text, std::size_t piece_bytes) {
  RequestReader::Bounds bounds;
  bounds.head = {.line_bytes_max = 300, .fields_bytes_max = 500, .fields_max = 20};
  bounds.body_bytes_max = 200;
  auto reader = std::make_unique<RequestReader>(bounds);
  std::string told;
  while (!text.empty()) {
    std::string_view piece = text.substr(0, piece_bytes);
    text.remove_prefix(piece.size());
    while (!piece.empty()) {
      const RequestReader::Step step = reader->next(piece);
      if (step == RequestReader::Step::fault) {
        GROTTO_CHECK(reader->fault().status >= 400);
        GROTTO_CHECK(!reason_phrase(reader->fault().status).empty());
        return told + std::to_string(reader->fault().status);
      }
      if (step == RequestReader::Step::need_more) {
        GROTTO_CHECK(piece.empty());
        continue;
      }
      const Request& request = reader->request();
      GROTTO_CHECK(request.body.size() <= bounds.body_bytes_max);
      GROTTO_CHECK(request.is_http_1_0 || !request.host.host.empty());
      GROTTO_CHECK(request.path.empty() || request.path.front() == '/');
      std::string wire;
      append_response(asset_response(embedded_assets().front(), request), {}, wire);
      told += request.method_name + request.path + request.query + request.body + ";";
      if (const auto origin = request.field("origin")) {
        static const HostRules rules = HostRules::create({"a.example"}, "127.0.0.1").value();
        if (rules.knows(request.host) && rules.lets_speak(*origin, request.host)) told += "*";
      }
      reader = std::make_unique<RequestReader>(bounds);
    }
  }
  return told;
}

inline void fuzz_request(std::string_view text) {
  const std::string whole = read_requests(text, text.size() + 1);
  GROTTO_CHECK(read_requests(text, 1) == whole);
  GROTTO_CHECK(read_requests(text, 7) == whole);
}

}  // namespace grotto::test
