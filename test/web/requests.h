// Requests as a test asks them: whole, cut at every place and byte by byte, with one outcome.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "web/request_reader.h"

namespace grotto::test {

struct Asked {
  RequestReader::Step step = RequestReader::Step::need_more;
  unsigned status = 0;  // of the fault
  Request request;
  std::string rest;  // what was left for the next request
};

inline Asked ask_in(const std::vector<std::string_view>& pieces,
                    const RequestReader::Bounds& bounds) {
  RequestReader reader(bounds);
  Asked made;
  for (std::string_view piece : pieces) {
    if (made.step == RequestReader::Step::need_more) made.step = reader.next(piece);
    made.rest += made.step == RequestReader::Step::need_more ? std::string_view() : piece;
  }
  if (made.step == RequestReader::Step::fault) {
    made.status = reader.fault().status;
    CHECK_FALSE(reader.fault().code.empty());
    CHECK_FALSE(reader.fault().sentence.empty());
    made.rest.clear();  // nobody reads on
  }
  if (made.step == RequestReader::Step::whole) made.request = std::move(reader.request());
  return made;
}

inline void check_same(const Asked& one, const Asked& other) {
  CHECK(one.step == other.step);
  CHECK(one.status == other.status);
  CHECK(one.rest == other.rest);
  CHECK(one.request.method_name == other.request.method_name);
  CHECK(one.request.path == other.request.path);
  CHECK(one.request.body == other.request.body);
  CHECK(one.request.fields.size() == other.request.fields.size());
}

/// What becomes of `text`, however it is cut.
inline Asked ask(std::string_view text, const RequestReader::Bounds& bounds = {}) {
  const Asked whole = ask_in({text}, bounds);
  if (text.size() <= 400) {
    for (std::size_t at = 1; at < text.size(); ++at) {
      CAPTURE(at);
      check_same(whole, ask_in({text.substr(0, at), text.substr(at)}, bounds));
    }
  }
  std::vector<std::string_view> bytes;
  for (std::size_t at = 0; at != text.size(); ++at) bytes.push_back(text.substr(at, 1));
  check_same(whole, ask_in(bytes, bounds));
  return whole;
}

/// The status of what is refused; 0 if it is taken, 1 if more is awaited.
inline unsigned refusal(std::string_view text, const RequestReader::Bounds& bounds = {}) {
  const Asked asked = ask(text, bounds);
  switch (asked.step) {
    case RequestReader::Step::need_more: return 1;
    case RequestReader::Step::whole: return 0;
    case RequestReader::Step::fault: return asked.status;
  }
  return 2;
}

}  // namespace grotto::test
