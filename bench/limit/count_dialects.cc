#include "count_dialects.h"

#include <algorithm>
#include <cstring>

#include "sockets.h"

namespace {

// RFC 6455, section 5.2. A mask of zeroes leaves the text as it is.
void say_frame(std::string& out, std::string_view text) {
  out += '\x81';
  out += static_cast<char>(0x80 | text.size());  // count says at most 125 bytes at once
  out.append(4, '\0');
  out += text;
}

void say_line(std::string& out, std::string_view text) {
  out += text;
  out += '\n';
}

void say_redis(std::string& out, std::string_view text) {
  out += "*3\r\n$7\r\nPUBLISH\r\n$5\r\ncount\r\n$" + std::to_string(text.size()) + "\r\n";
  out += text;
  out += "\r\n";
}

void say_nats(std::string& out, std::string_view text) {
  out += "PUB count " + std::to_string(text.size()) + "\r\n";
  out += text;
  out += "\r\n";
}

void say_irc(std::string& out, std::string_view text) {
  out += "PRIVMSG #count :";
  out += text;
  out += "\r\n";
}

void enter_nothing(int, std::string_view) {}

void enter_grotto(int fd, std::string_view name) {
  std::string line;
  say_line(line, name);
  send_all(fd, line);
  read_until(fd, "Welcome");
}

void enter_ws(int fd, std::string_view name) {
  send_all(fd,
           "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
           "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
  read_until(fd, "question");
  std::string frame;
  say_frame(frame, name);
  send_all(fd, frame);
  read_until(fd, "\"names\"");
}

void enter_redis(int fd, std::string_view) {
  send_all(fd, "*2\r\n$9\r\nSUBSCRIBE\r\n$5\r\ncount\r\n");
  read_until(fd, ":1\r\n");
}

void enter_nats(int fd, std::string_view) {
  send_all(fd, "CONNECT {\"verbose\":false}\r\nSUB count 1\r\nPING\r\n");
  read_until(fd, "PONG");
}

void enter_irc(int fd, std::string_view name) {
  const std::string nick(name);
  send_all(fd, "NICK " + nick + "\r\nUSER " + nick + " 0 * :" + nick + "\r\n");
  read_until(fd, " 376 ");  // the end of the message of the day
  send_all(fd, "JOIN #count\r\n");
  read_until(fd, " 366 ");
}

constexpr int kAtOnceMs = 300;
constexpr int kToldEachSecondMs = 1'300;
constexpr int kFirstPingMs = 2'500;  // NATS asks for a pong 2 s after somebody came

constexpr Dialect kDialects[] = {
    {"line", 1, enter_nothing, true, kAtOnceMs, say_line},
    {"grotto", 1, enter_grotto, true, kToldEachSecondMs, say_line},
    {"ws", 0, enter_ws, true, kToldEachSecondMs, say_frame},
    {"redis", 7, enter_redis, false, kAtOnceMs, say_redis},
    {"nats", 2, enter_nats, false, kFirstPingMs, say_nats},
    {"irc", 1, enter_irc, true, kAtOnceMs, say_irc},
};

}  // namespace

const Dialect& dialect_named(std::string_view name) {
  for (const Dialect& dialect : kDialects)
    if (dialect.name == name) return dialect;
  fail("there is no such dialect: expected line, grotto, ws, redis, nats or irc");
}

std::size_t DeliveryCounter::count(std::string_view bytes, bool frames) {
  if (!frames) return static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  std::size_t texts = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t skipped = std::min(skip_, bytes.size() - at);
    at += skipped;
    skip_ -= skipped;
    if (at == bytes.size()) break;
    head_[head_size_++] = static_cast<unsigned char>(bytes[at++]);
    if (head_size_ == 2 && head_[1] > 126) fail("a frame is masked or longer than 64 KiB");
    if (head_size_ < 2 || (head_[1] == 126 && head_size_ < 4)) continue;
    skip_ = head_[1] < 126 ? head_[1] : static_cast<std::size_t>(head_[2] << 8 | head_[3]);
    head_size_ = 0;
    texts += (head_[0] & 0x0f) == 1;
  }
  return texts;
}
