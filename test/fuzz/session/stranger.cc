#include "stranger.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "../../web/frames.h"
#include "../text_target.h"
#include "base/check.h"
#include "shown_text.h"

namespace grotto::test {

namespace {

constexpr std::size_t kSentKept = 8 * 1024;

}  // namespace

void Stranger::sends(std::string_view bytes) {
  if (sent_.size() < kSentKept) sent_ += bytes;
  socket_.send(bytes);
}

void Stranger::sends_frame(unsigned opcode, std::string_view text) {
  socket_.send(client_frame(opcode, text));
  if (sent_.size() < kSentKept) sent_ += text;
}

void Stranger::hears(std::size_t bytes_max) {
  const std::string bytes = socket_.take(bytes_max);
  if (bytes.empty()) return;
  if (!has_heard_) is_web_ = bytes.starts_with('H') && sent_.find(" HTTP/1.") != std::string::npos;
  has_heard_ = true;
  if (is_web_) return take_web(bytes);
  heard_.hear(bytes, [this](std::string_view line) { take_line(line); });
}

/// It has asked for more than text: telnet, colours, a bell, or what it had before.
bool Stranger::may_read_controls() const {
  constexpr std::array<std::string_view, 6> kAsks = {"\xFF",  "/telnet", "/color",
                                                     "/bell", "/resume", "/login"};
  return std::any_of(kAsks.begin(), kAsks.end(), [this](std::string_view each) {
    return sent_.find(each) != std::string::npos;
  });
}

void Stranger::take_line(std::string_view line) {
  GROTTO_CHECK(is_only_text(line) || (may_read_controls() && is_only_text(without_controls(line))));
  constexpr std::string_view kToken = "Your token is ";
  constexpr std::size_t kTokenBytes = 22;
  if (const std::size_t at = line.find(kToken); at != std::string_view::npos) {
    token_ = line.substr(at + kToken.size(), kTokenBytes);
  }
}

void Stranger::take_web(std::string_view bytes) {
  web_ += bytes;
  if (!is_websocket_) {
    const std::size_t end = web_.find("\r\n\r\n");
    if (end == std::string::npos) return;
    GROTTO_CHECK(web_.starts_with("HTTP/1.1 "));
    // Bodies, and answers behind the first, are the request fuzzer's matter.
    is_over_ = is_over_ || !web_.starts_with("HTTP/1.1 101 ");
    if (is_over_) return web_.clear();
    is_websocket_ = true;
    web_.erase(0, end + 4);
  }
  while (take_frame()) {
  }
}

/// False if there is none that is whole.
bool Stranger::take_frame() {
  const auto byte = [this](std::size_t at) { return static_cast<unsigned char>(web_[at]); };
  if (web_.size() < 2) return false;
  GROTTO_CHECK(!is_over_);  // nothing comes behind a close frame
  const unsigned opcode = byte(0) & 0x0FU;
  GROTTO_CHECK((byte(0) & 0xF0U) == 0x80U && (byte(1) & 0x80U) == 0);  // final, plain, not masked
  std::size_t head = 2;
  std::size_t size = byte(1);
  if (size >= 126) {
    head = size == 126 ? 4 : 10;
    if (web_.size() < head) return false;
    size = 0;
    for (std::size_t at = 2; at < head; ++at) size = size << 8U | byte(at);
  }
  if (web_.size() < head + size) return false;
  const std::string_view payload = std::string_view(web_).substr(head, size);
  switch (opcode) {
    case 0x1:
      GROTTO_CHECK(is_only_text(payload));
      GROTTO_CHECK(nlohmann::json::parse(payload, nullptr, false).is_object());
      if (payload.find("Your token is ") != std::string_view::npos) take_line(payload);
      break;
    case 0x8:
      GROTTO_CHECK(size == 0 || (size >= 2 && is_only_text(payload.substr(2))));
      is_over_ = true;
      break;
    case 0x9:
    case 0xA: GROTTO_CHECK(size <= 125); break;
    default: GROTTO_CHECK(false);
  }
  web_.erase(0, head + size);
  return true;
}

}  // namespace grotto::test
