#include "line_faults.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace faulty_server {

namespace {

// A page's script, a title, a clipboard, a cleared screen, C1 controls raw and as UTF-8, a device
// control string, a bidirectional override, backspaces, a lone CR, and bytes that are no UTF-8.
// "hostile" is to be seen.
constexpr const char* kHostile =
    "hostile "
    "\x1b]0;owned\x07\x1b]52;c;aGk=\x1b\\\x1b[2J\x1b[H\x1b["
    "31mred\x9b\x31m\xc2\x9b\x31m\xc2\x90q\x1bPq\x1b\\"
    "\xe2\x80\xae\x08\x08\x0e\x7f\roverwritten <script>alert(1)</script> "
    "\xff\xfe\xc0\xaf\xed\xa0\x80\xf8 end\r\n";

}  // namespace

void Lose::deliver(const Line& line, Client& receiver, bool is_hit) {
  if (!is_hit) receiver.send(line.bytes, line.said);
}

void Lap::deliver(const Line& line, Client& receiver, bool is_hit) {
  Left& left = lapped_[receiver.number()];
  if (is_hit && left.wanted == 0) left.wanted = left_out_ + receiver.number() % 7;
  if (left.done < left.wanted) {
    ++left.done;
    return;
  }
  if (left.wanted > 0) {
    receiver.send("-- " + std::to_string(left.done - unannounced_) +
                      " lines skipped: your connection was too slow --\r\n",
                  line.said);
    left = {};
  }
  receiver.send(line.bytes, line.said);
}

void Duplicate::deliver(const Line& line, Client& receiver, bool is_hit) {
  receiver.send(line.bytes, line.said);
  if (is_hit) receiver.send(line.bytes, line.said);
}

void Swap::deliver(const Line& line, Client& receiver, bool is_hit) {
  const auto waiting = waiting_.find(receiver.number());
  if (waiting != waiting_.end()) {
    receiver.send(line.bytes + waiting->second, line.said);
    waiting_.erase(waiting);
  } else if (is_hit) {
    waiting_[receiver.number()] = line.bytes;
  } else {
    receiver.send(line.bytes, line.said);
  }
}

void Corrupt::deliver(const Line& line, Client& receiver, bool is_hit) {
  Line sent = line;
  if (is_hit) corrupt(sent);
  receiver.send(sent.bytes, line.said);
}

void Corrupt::corrupt(Line& line) {
  const std::size_t middle = line.text + (line.end() - line.text) / 2;
  std::vector<std::size_t> digits;
  for (std::size_t i = line.text; i < line.end(); ++i)
    if (line.bytes[i] >= '0' && line.bytes[i] <= '9') digits.push_back(i);
  const std::uint64_t hit = hits_++;
  switch (place_) {
    case Place::middle: line.bytes[middle] = line.bytes[middle] == 'x' ? 'y' : 'x'; return;
    case Place::end: line.bytes.back() = 'x'; return;
    case Place::split: line.bytes[middle] = '\n'; return;
    case Place::digit:
      if (digits.empty()) return;
      char& digit = line.bytes[digits[hit % digits.size()]];
      digit = digit == '9' ? '0' : static_cast<char>(digit + 1);
      return;
  }
}

Foreign::Foreign(const Options& options) : stranger_(options.stranger) {
  if (!options.foreign_text.empty()) given_ = options.foreign_text + "\r\n";
}

void Foreign::deliver(const Line& line, Client& receiver, bool is_hit) {
  receiver.send(line.bytes, line.said);
  if (is_hit) receiver.send(line_for(receiver.number()), line.said);
  if (first_.empty()) first_ = line.bytes;
  if (recent_.receiver != receiver.number()) before_ = recent_;
  recent_ = {receiver.number(), line.bytes};
}

void Foreign::on_all_left() {
  if (!first_.empty()) earlier_ = first_;
  first_.clear();
  recent_ = before_ = {};
}

std::string Foreign::line_for(std::uint64_t receiver) const {
  if (!given_.empty()) return given_;
  if (stranger_ == Stranger::earlier) return earlier_;
  return recent_.receiver != receiver ? recent_.bytes : before_.bytes;
}

void Escapes::announce(const Line& line, Client& receiver) {
  receiver.send(kHostile, line.said);
}

void Escapes::deliver(const Line& line, Client& receiver, bool is_hit) {
  receiver.send(is_hit ? kHostile : line.bytes, line.said);
}

}  // namespace faulty_server
