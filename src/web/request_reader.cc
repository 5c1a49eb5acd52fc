#include "web/request_reader.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <limits>

#include "web/request_rules.h"

namespace grotto {

namespace {

namespace http = boost::beast::http;

constexpr HttpFault kBadHead{400, "bad-request", "The head is not HTTP/1.1."};
constexpr HttpFault kBadBody{400, "bad-request", "The body is not framed as it should be."};
constexpr HttpFault kLargeBody{413, "body-too-large", "The body is too large."};

Request::Method method_of(std::string_view name) noexcept {
  if (name == "GET") return Request::Method::get;
  if (name == "HEAD") return Request::Method::head;
  if (name == "POST") return Request::Method::post;
  return Request::Method::other;
}

}  // namespace

RequestReader::RequestReader(const Bounds& bounds) : bounds_(bounds), scan_(bounds.head) {}

RequestReader::Step RequestReader::refuse(const HttpFault& fault) noexcept {
  fault_ = fault;
  return Step::fault;
}

RequestReader::Step RequestReader::next(std::string_view& input) {
  if (is_in_body_) return take_body(input);
  const std::string_view all = input;
  const HeadScan::Step step = scan_.take(input);
  const std::string_view taken = all.substr(0, all.size() - input.size());
  switch (step) {
    case HeadScan::Step::fault: return refuse(scan_.fault());
    case HeadScan::Step::need_more: held_ += taken; return Step::need_more;
    case HeadScan::Step::whole: break;
  }
  held_ += taken;
  const Step judged = take_head(std::string_view(held_).substr(scan_.skipped_bytes()));
  held_ = {};
  return judged == Step::need_more ? take_body(input) : judged;
}

/// `need_more`: a body follows.
RequestReader::Step RequestReader::take_head(std::string_view head) {
  const std::size_t line_end = head.find('\r');
  const auto line = judge_request_line(head.substr(0, line_end), fault_);
  if (!line) return Step::fault;
  request_.method_name = line->method;
  request_.method = method_of(line->method);
  request_.is_http_1_0 = line->minor_version == 0;
  if (!judge_target(line->target, request_, fault_)) return Step::fault;

  // HTTP/1.2 and later are answered as HTTP/1.1 (RFC 9110 section 2.5); Beast knows two versions.
  std::string text(head);
  if (line->minor_version != 0) text[line_end - 1] = '1';
  http::request_parser<http::empty_body> parser;
  parser.header_limit(std::numeric_limits<std::uint32_t>::max());  // head_scan.h has bounded it
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());    // judge_body() bounds it
  parser.skip(true);                                               // the body is ours
  boost::system::error_code error;
  const std::size_t taken = parser.put(boost::asio::buffer(text), error);
  if (error || !parser.is_header_done() || taken != text.size()) return refuse(kBadHead);

  for (const auto& each : parser.get()) {
    const auto name = each.name_string();
    const auto value = each.value();
    request_.fields.push_back(
        {lower_case({name.data(), name.size()}), std::string(value.data(), value.size())});
  }
  if (!judge_host(request_, fault_)) return Step::fault;
  const auto length = judge_body(request_, bounds_.body_bytes_max, fault_);
  if (!length) return Step::fault;
  if (!judge_wishes(request_, fault_)) return Step::fault;
  if (length->bytes == 0 && !length->is_chunked) return Step::whole;
  is_in_body_ = true;
  is_chunked_ = length->is_chunked;
  body_left_ = length->bytes;
  return Step::need_more;
}

RequestReader::Step RequestReader::take_body(std::string_view& input) {
  if (is_chunked_) {
    switch (chunks_.take(input, request_.body, bounds_.body_bytes_max)) {
      case ChunkedBody::Step::need_more: return Step::need_more;
      case ChunkedBody::Step::whole: return Step::whole;
      case ChunkedBody::Step::too_large: return refuse(kLargeBody);
      case ChunkedBody::Step::fault: return refuse(kBadBody);
    }
  }
  const std::size_t taken = std::min<std::uint64_t>(body_left_, input.size());
  request_.body += input.substr(0, taken);
  input.remove_prefix(taken);
  body_left_ -= taken;
  return body_left_ == 0 ? Step::whole : Step::need_more;
}

}  // namespace grotto
