#include "door/first_bytes.h"

#include <algorithm>
#include <array>

namespace grotto {

namespace {

constexpr std::array<std::string_view, 11> kMethods = {"GET ",    "HEAD ",    "POST ",    "PUT ",
                                                       "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ",
                                                       "PATCH ",  "PRI ",     "PROPFIND "};
/// Scanners send request lines of the other two, which nobody says.
constexpr std::array<std::string_view, 3> kProtocols = {"HTTP/", "RTSP/", "SIP/"};
constexpr std::string_view kProxy1 = "PROXY ";
constexpr std::string_view kProxy2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::string_view kSsh = "SSH-";
constexpr std::string_view kTls = "\x16\x03";

bool may_become(std::string_view bytes, std::string_view sign) {
  return bytes.size() < sign.size() && sign.starts_with(bytes);
}

bool is_known_method(std::string_view word) {
  return std::any_of(kMethods.begin(), kMethods.end(), [&](std::string_view method) {
    return method.substr(0, method.size() - 1) == word;
  });
}

bool is_version(std::string_view word) {
  return std::any_of(kProtocols.begin(), kProtocols.end(), [&](std::string_view protocol) {
    return word.size() > protocol.size() && word.starts_with(protocol) &&
           word[protocol.size()] >= '0' && word[protocol.size()] <= '9';
  });
}

/// Of RFC 9110 section 5.6.2.
bool is_token(std::string_view word) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !word.empty() && std::all_of(word.begin(), word.end(), [&](char each) {
    return (each >= '0' && each <= '9') || (each >= 'A' && each <= 'Z') ||
           (each >= 'a' && each <= 'z') || kMarks.find(each) != std::string_view::npos;
  });
}

/// RFC 9112 section 3.2, but for the form of CONNECT.
bool is_target(std::string_view word) {
  return word.starts_with('/') || word == "*" || word.find("://") != std::string_view::npos;
}

/// The next word of `line`, which is taken off; empty if there is none.
std::string_view take_word(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t";
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

/// `bytes` begin with a known method.
Hello judge_http(std::string_view bytes, std::size_t line_bytes_max) {
  // What comes later tells nothing: it may not have come yet.
  bytes = bytes.substr(0, line_bytes_max + 1);
  const std::size_t end = bytes.find_first_of("\r\n");
  if (is_http_request_line(bytes.substr(0, end))) return Hello::http;  // before the line's end too
  if (end != std::string_view::npos) return Hello::plain;
  return bytes.size() > line_bytes_max ? Hello::http : Hello::need_more;
}

/// Who begins with a command, such as /format json, is greeted as it asks: its line is waited for.
bool may_become_command(std::string_view bytes, std::size_t line_bytes_max) {
  constexpr std::size_t kFirstCommandBytesMax = 32;
  return bytes.front() == '/' && bytes.size() < std::min(kFirstCommandBytesMax, line_bytes_max) &&
         bytes.find('\n') == std::string_view::npos;
}

bool is_foreign_control(char byte) {
  const auto value = static_cast<unsigned char>(byte);
  return (value < 0x20 && byte != '\t' && byte != '\r' && byte != '\n' && value != 0x1B) ||
         value == 0x7F;
}

}  // namespace

bool is_http_request_line(std::string_view line) noexcept {
  const std::string_view method = take_word(line);
  const std::string_view target = take_word(line);
  if (target.empty()) return false;
  if (is_known_method(method)) {
    for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
      if (is_version(word)) return true;
    }
    return false;
  }
  return is_token(method) && is_target(target) && is_version(take_word(line)) &&
         take_word(line).empty();
}

bool begins_like_http(std::string_view line) noexcept {
  const std::string_view method = take_word(line);
  return !line.empty() && is_token(method) &&
         (is_known_method(method) || take_word(line).starts_with('/'));
}

Hello classify_hello(std::string_view bytes, std::size_t line_bytes_max) noexcept {
  if (bytes.empty()) return Hello::need_more;
  if (bytes.front() == '\xFF') return Hello::telnet;
  if (bytes.starts_with(kTls)) return Hello::tls;
  if (bytes.starts_with(kSsh)) return Hello::ssh;
  if (bytes.starts_with(kProxy1) || bytes.starts_with(kProxy2)) return Hello::proxy;
  for (const std::string_view method : kMethods) {
    if (bytes.starts_with(method)) return judge_http(bytes, line_bytes_max);
  }
  const bool is_open = may_become_command(bytes, line_bytes_max) || may_become(bytes, kTls) ||
                       may_become(bytes, kSsh) || may_become(bytes, kProxy1) ||
                       // The first CR LF of a v2 signature is no more than two blank lines: only
                       // the third byte tells.
                       (bytes.size() > 4 && may_become(bytes, kProxy2)) ||
                       std::any_of(kMethods.begin(), kMethods.end(), [&](std::string_view method) {
                         return may_become(bytes, method);
                       });
  if (is_open) return Hello::need_more;
  return is_foreign_control(bytes.front()) ? Hello::binary : Hello::plain;
}

std::string_view sentence(Hello hello) noexcept {
  switch (hello) {
    case Hello::http:
      return "This is a Grotto line server, not a web server: join with nc or telnet.";
    case Hello::tls: return "This is a Grotto line server without TLS: join with nc or telnet.";
    case Hello::ssh: return "This is a Grotto line server, not SSH: join with nc or telnet.";
    case Hello::proxy:
      return "This is a Grotto line server that takes a PROXY header from its trusted proxies "
             "only.";
    case Hello::binary:
      return "This is a Grotto line server for lines of text: join with nc or telnet.";
    case Hello::need_more:
    case Hello::plain:
    case Hello::telnet: break;
  }
  return "";
}

}  // namespace grotto
