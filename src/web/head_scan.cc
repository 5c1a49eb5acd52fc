#include "web/head_scan.h"

namespace grotto {

namespace {

constexpr HttpFault kBareLf{400, "bad-request", "A line of the head ends without a CR."};
constexpr HttpFault kBareCr{400, "bad-request", "A CR stands alone in the head."};
constexpr HttpFault kControl{400, "bad-request", "A control character stands in the head."};
constexpr HttpFault kFolded{400, "bad-request", "A line of the head begins with a blank."};
constexpr HttpFault kEmpty{400, "bad-request", "The request begins with empty lines."};
constexpr HttpFault kLongLine{414, "target-too-long", "The request line is too long."};
constexpr HttpFault kLongFields{431, "head-too-large", "The head is too large."};
constexpr HttpFault kManyFields{431, "head-too-large", "The head has too many fields."};

bool is_control(char byte) noexcept {
  return (static_cast<unsigned char>(byte) < 0x20 && byte != '\t') || byte == '\x7F';
}

}  // namespace

HeadScan::Step HeadScan::refuse(const HttpFault& fault) noexcept {
  fault_ = fault;
  return Step::fault;
}

HeadScan::Step HeadScan::take(std::string_view& input) noexcept {
  while (!input.empty()) {
    const char byte = input.front();
    input.remove_prefix(1);
    const Step step = take_byte(byte);
    if (step != Step::need_more) return step;
  }
  return Step::need_more;
}

HeadScan::Step HeadScan::count() noexcept {
  if (at_ <= At::line_lf) {
    return ++line_bytes_ > bounds_.line_bytes_max ? refuse(kLongLine) : Step::need_more;
  }
  return ++fields_bytes_ > bounds_.fields_bytes_max ? refuse(kLongFields) : Step::need_more;
}

HeadScan::Step HeadScan::take_byte(char byte) noexcept {
  switch (at_) {
    case At::start:
      if (byte == '\r') {
        if (skipped_ > 0) return refuse(kEmpty);
        at_ = At::start_lf;
        return Step::need_more;
      }
      if (byte == '\n') return refuse(kBareLf);
      if (byte == ' ' || byte == '\t') return refuse(kFolded);
      if (is_control(byte)) return refuse(kControl);
      at_ = At::line;
      return count();
    case At::start_lf:
      if (byte != '\n') return refuse(kBareCr);
      skipped_ = 2;
      at_ = At::start;
      return Step::need_more;
    case At::line:
    case At::field:
      if (byte == '\n') return refuse(kBareLf);
      if (byte == '\r') {
        at_ = at_ == At::line ? At::line_lf : At::field_lf;
      } else if (is_control(byte)) {
        return refuse(kControl);
      }
      return count();
    case At::line_lf:
    case At::field_lf:
      if (byte != '\n') return refuse(kBareCr);
      at_ = At::field_start;
      return Step::need_more;
    case At::field_start:
      if (byte == '\r') {
        at_ = At::end_lf;
        return Step::need_more;
      }
      if (byte == '\n') return refuse(kBareLf);
      if (byte == ' ' || byte == '\t') return refuse(kFolded);
      if (is_control(byte)) return refuse(kControl);
      if (++fields_ > bounds_.fields_max) return refuse(kManyFields);
      at_ = At::field;
      return count();
    case At::end_lf:
      if (byte != '\n') return refuse(kBareCr);
      return Step::whole;
  }
  return Step::need_more;
}

}  // namespace grotto
