#include "time_faults.h"

#include <algorithm>
#include <string>
#include <thread>

namespace faulty_server {

namespace {

std::chrono::steady_clock::duration milliseconds(double count) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(
      std::chrono::duration<double, std::milli>(count));
}

}  // namespace

Delay::Delay(const Options& options) : delay_(milliseconds(options.delay_ms)) {}

void Delay::deliver(const Line& line, Client& receiver, bool) {
  receiver.send(line.bytes, line.said + delay_);
}

Freeze::Freeze(const Options& options)
    : length_(milliseconds(options.freeze_ms)), after_(milliseconds(options.freeze_at_ms)) {}

void Freeze::deliver(const Line& line, Client& receiver, bool is_hit) {
  if (!is_armed_) begin_ = line.said + after_;
  is_armed_ = true;
  Fault::deliver(line, receiver, is_hit);
}

void Freeze::before_round(Time now) {
  if (now < begin_) return;
  std::this_thread::sleep_until(begin_ + length_);
  begin_ = Time::max();
}

void Trickle::deliver(const Line& line, Client& receiver, bool) {
  for (const char byte : line.bytes)
    receiver.send(std::string(1, byte),
                  std::max(receiver.last_due(), line.said) + std::chrono::milliseconds(1));
}

}  // namespace faulty_server
