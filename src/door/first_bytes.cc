#include "door/first_bytes.h"

#include <algorithm>
#include <array>

namespace grotto {

namespace {

constexpr std::array<std::string_view, 9> kMethods = {
    "GET ", "HEAD ", "POST ", "PUT ", "DELETE ", "CONNECT ", "OPTIONS ", "TRACE ", "PATCH "};
constexpr std::string_view kProxy1 = "PROXY ";
constexpr std::string_view kProxy2("\r\n\r\n\0\r\nQUIT\n", 12);
constexpr std::string_view kSsh = "SSH-";
constexpr std::string_view kTls = "\x16\x03";
constexpr std::string_view kVersion = " HTTP/1.";

bool may_become(std::string_view bytes, std::string_view sign) {
  return bytes.size() < sign.size() && sign.starts_with(bytes);
}

Hello judge_http(std::string_view bytes, std::size_t method_bytes, std::size_t line_bytes_max) {
  // What comes later tells nothing: it may not have come yet.
  bytes = bytes.substr(0, line_bytes_max + 1);
  const std::size_t end = bytes.find_first_of("\r\n");
  if (end != std::string_view::npos) {
    return is_http_request_line(bytes.substr(0, end)) ? Hello::http : Hello::plain;
  }
  const Hello unfinished = bytes.size() > line_bytes_max ? Hello::http : Hello::need_more;
  // Decided before the line's end: the version, or a third word that is none.
  const std::size_t space = bytes.find(' ', method_bytes);
  if (space == std::string_view::npos) return unfinished;
  if (space == method_bytes) return Hello::plain;  // no target
  const std::string_view rest = bytes.substr(space);
  if (rest.starts_with(kVersion)) return Hello::http;
  return may_become(rest, kVersion) ? unfinished : Hello::plain;
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
  const auto* const method = std::find_if(kMethods.begin(), kMethods.end(),
                                          [&](auto each) { return line.starts_with(each); });
  if (method == kMethods.end()) return false;
  const std::size_t target = method->size();
  const std::size_t space = line.find(' ', target);
  return space != std::string_view::npos && space > target &&
         line.substr(space).starts_with(kVersion);
}

Hello classify_hello(std::string_view bytes, std::size_t line_bytes_max) noexcept {
  if (bytes.empty()) return Hello::need_more;
  if (bytes.front() == '\xFF') return Hello::telnet;
  if (bytes.starts_with(kTls)) return Hello::tls;
  if (bytes.starts_with(kSsh)) return Hello::ssh;
  if (bytes.starts_with(kProxy1) || bytes.starts_with(kProxy2)) return Hello::proxy;
  for (const std::string_view method : kMethods) {
    if (bytes.starts_with(method)) return judge_http(bytes, method.size(), line_bytes_max);
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
