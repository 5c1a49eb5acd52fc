#include "web/chunked_body.h"

#include <algorithm>

#include "web/hex_value.h"

namespace grotto {

namespace {

constexpr std::size_t kSkippedBytesMax = 4 * 1024;  // extensions and trailer together

}  // namespace

ChunkedBody::Step ChunkedBody::take(std::string_view& input, std::string& body,
                                    std::size_t bytes_max) {
  while (!input.empty()) {
    if (at_ == At::data) {
      const std::size_t taken = std::min<std::uint64_t>(left_, input.size());
      body += input.substr(0, taken);
      input.remove_prefix(taken);
      left_ -= taken;
      if (left_ == 0) at_ = At::data_cr;
      continue;
    }
    const char byte = input.front();
    input.remove_prefix(1);
    const Step step = take_byte(byte, bytes_max - body.size());
    if (step != Step::need_more) return step;
  }
  return Step::need_more;
}

/// What nobody reads, up to its CR.
ChunkedBody::Step ChunkedBody::skip(char byte, At next) noexcept {
  if (byte == '\r') {
    at_ = next;
    return Step::need_more;
  }
  const bool is_control =
      (static_cast<unsigned char>(byte) < 0x20 && byte != '\t') || byte == '\x7F';
  return is_control || ++skipped_ > kSkippedBytesMax ? Step::fault : Step::need_more;
}

ChunkedBody::Step ChunkedBody::take_size(char byte, std::size_t room) {
  const int digit = hex_value(byte);
  if (digit >= 0) {
    at_ = At::size;
    left_ = left_ * 16 + static_cast<unsigned>(digit);
    return left_ > room ? Step::too_large : Step::need_more;
  }
  if (at_ == At::size_start) return Step::fault;
  if (byte == '\r') {
    at_ = At::size_lf;
    return Step::need_more;
  }
  if (byte != ';' && byte != ' ' && byte != '\t') return Step::fault;
  at_ = At::extension;
  return Step::need_more;
}

ChunkedBody::Step ChunkedBody::take_byte(char byte, std::size_t room) {
  const auto expect = [&](char expected, At next) {
    at_ = next;
    return byte == expected ? Step::need_more : Step::fault;
  };
  switch (at_) {
    case At::size_start:
    case At::size: return take_size(byte, room);
    case At::extension: return skip(byte, At::size_lf);
    case At::size_lf: return expect('\n', left_ == 0 ? At::trailer_start : At::data);
    case At::data: break;
    case At::data_cr: return expect('\r', At::data_lf);
    case At::data_lf: return expect('\n', At::size_start);
    case At::trailer_start:
      if (byte == '\r') return expect('\r', At::end_lf);
      at_ = At::trailer;
      return skip(byte, At::trailer_lf);
    case At::trailer: return skip(byte, At::trailer_lf);
    case At::trailer_lf: return expect('\n', At::trailer_start);
    case At::end_lf: return byte == '\n' ? Step::whole : Step::fault;
  }
  return Step::fault;
}

}  // namespace grotto
