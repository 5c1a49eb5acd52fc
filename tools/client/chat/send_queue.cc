#include "client/chat/send_queue.h"

#include <algorithm>
#include <utility>

#include "line/text.h"

namespace grotto::client {

namespace {

constexpr std::string_view kMe = "/me ";

/// What others read of a line, or nothing of a command.
std::string said_of(std::string_view line) {
  std::string scratch;
  if (line.starts_with("//")) {
    line.remove_prefix(1);
  } else if (line.starts_with(kMe)) {
    line.remove_prefix(kMe.size());
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  } else if (line.starts_with('/')) {
    return {};
  }
  return std::string(clean_text(line, scratch));
}

/// Refusals that are about a line that was to be said.
bool is_about_saying(std::string_view code) {
  return code == "muted" || code == "slowmode" || code == "locked" || code == "too-long" ||
         code == "internal";
}

}  // namespace

bool SendQueue::add(std::string line) {
  if (items_.size() >= kLinesMax || bytes_ + line.size() > kBytesMax) return false;
  bytes_ += line.size();
  Item item{.line = std::move(line), .said = {}, .state = State::waiting};
  item.said = said_of(item.line);
  items_.push_back(std::move(item));
  return true;
}

std::optional<std::string> SendQueue::take_next() {
  const auto next = std::find_if(items_.begin(), items_.end(),
                                 [](const Item& item) { return item.state != State::sent; });
  if (next == items_.end()) return std::nullopt;
  next->state = State::sent;
  return next->line;
}

void SendQueue::on_said(std::string_view text) {
  std::size_t possible = 0;
  while (possible < items_.size() && items_[possible].may_have_arrived()) ++possible;
  for (std::size_t at = 0; at < possible; ++at) {
    if (items_[at].said == text) return pop(at + 1);
  }
  // The server changed the text on its way: it is the first that could be meant.
  for (std::size_t at = 0; at < possible; ++at) {
    if (!items_[at].is_command()) return pop(at + 1);
  }
}

void SendQueue::on_answer() {
  if (items_.empty()) return;
  const Item& first = items_.front();
  if (first.state == State::sent && first.is_command()) pop(1);
}

void SendQueue::on_refusal(std::string_view code, std::size_t line_bytes_max) {
  if (!is_about_saying(code)) return on_answer();
  for (std::size_t at = 0; at < items_.size() && items_[at].state == State::sent; ++at) {
    const Item& item = items_[at];
    const bool is_meant =
        code == "too-long" ? item.line.size() > line_bytes_max : !item.is_command();
    if (!is_meant) continue;
    bytes_ -= item.line.size();
    items_.erase(items_.begin() + static_cast<std::ptrdiff_t>(at));
    return;
  }
}

std::vector<std::string> SendQueue::on_lost() {
  std::vector<std::string> commands;
  std::deque<Item> kept;
  for (Item& item : items_) {
    if (item.state == State::sent && item.is_command()) {
      bytes_ -= item.line.size();
      commands.push_back(std::move(item.line));
      continue;
    }
    if (item.state == State::sent) item.state = State::doubtful;
    kept.push_back(std::move(item));
  }
  items_ = std::move(kept);
  return commands;
}

bool SendQueue::has_doubtful() const noexcept {
  return !items_.empty() && items_.front().state == State::doubtful;
}

std::vector<std::string> SendQueue::take_doubtful() {
  std::vector<std::string> lines;
  while (has_doubtful()) {
    lines.push_back(items_.front().line);
    pop(1);
  }
  return lines;
}

std::vector<std::string> SendQueue::take_all() {
  std::vector<std::string> lines;
  lines.reserve(items_.size());
  for (Item& item : items_) lines.push_back(std::move(item.line));
  items_.clear();
  bytes_ = 0;
  return lines;
}

void SendQueue::pop(std::size_t count) {
  for (; count != 0; --count) {
    bytes_ -= items_.front().line.size();
    items_.pop_front();
  }
}

}  // namespace grotto::client
