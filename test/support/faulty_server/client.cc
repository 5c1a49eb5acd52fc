#include "client.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace faulty_server {

namespace {

// Who has this much to fetch is not read from.
constexpr std::size_t kOutputBytesMax = 1U << 20;
constexpr std::size_t kEndlessPiece = 64U << 10;

}  // namespace

Client::Client(int fd, std::uint64_t number) : fd_(fd), number_(number) {}

Client::~Client() {
  ::close(fd_);
}

bool Client::wants_to_read() const {
  return !is_over_ && !is_input_over_ && ready_.size() + queued_bytes_ < kOutputBytesMax;
}

std::vector<std::string> Client::read_lines() {
  std::vector<std::string> lines;
  char buffer[65536];
  const ssize_t got = recv(fd_, buffer, sizeof buffer, 0);
  if (got < 0 && (errno == EAGAIN || errno == EINTR)) return lines;
  if (got < 0) is_over_ = true;
  if (got == 0) is_input_over_ = true;
  if (got <= 0 || is_leaving()) return lines;
  input_.append(buffer, static_cast<std::size_t>(got));
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = input_.find('\n', begin)) != std::string::npos; begin = end + 1)
    lines.push_back(input_.substr(begin, end + 1 - begin));
  input_.erase(0, begin);
  return lines;
}

void Client::send(const std::string& bytes, Time due) {
  if (is_leaving() || endless_ > 0) return;
  last_due_ = std::max(due, last_due_);
  queue_.push_back({bytes, last_due_});
  queued_bytes_ += bytes.size();
}

void Client::send_endless(std::uint64_t bytes) {
  if (!is_leaving() && endless_ == 0) endless_ = bytes;
}

void Client::flush(Time now) {
  while (!queue_.empty() && queue_.front().due <= now) {
    ready_ += queue_.front().bytes;
    queued_bytes_ -= queue_.front().bytes.size();
    queue_.pop_front();
  }
  write_ready();
  if (queue_.empty() && !wants_to_write()) finish();
}

void Client::write_ready() {
  while (!is_over_ && wants_to_write()) {
    if (ready_.empty()) {
      const auto piece = std::min<std::uint64_t>(endless_, kEndlessPiece);
      ready_.assign(static_cast<std::size_t>(piece), 'x');
      endless_ -= piece;
    }
    const ssize_t sent = ::send(fd_, ready_.data(), ready_.size(), MSG_NOSIGNAL);
    if (sent >= 0)
      ready_.erase(0, static_cast<std::size_t>(sent));
    else if (errno == EAGAIN || errno == EINTR)
      return;
    else
      is_over_ = true;
  }
}

// A close with unread input would be an RST, so a clean end waits for the peer's.
void Client::finish() {
  if (is_closing_ && !is_shut_) {
    shutdown(fd_, SHUT_WR);
    is_shut_ = true;
  }
  if (is_input_over_) is_over_ = true;
}

void Client::reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  is_over_ = true;
}

}  // namespace faulty_server
