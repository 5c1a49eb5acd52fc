#include "client/raw/raw_session.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <random>
#include <utility>

#include "client/chat/phrasing.h"
#include "client/link/wire.h"
#include "line/text.h"
#include "net/worker.h"

namespace grotto::client {

namespace {

constexpr std::uint64_t kPartialMs = 100;

}  // namespace

RawSession::RawSession(Worker& worker, Setup setup, View& view)
    : worker_(worker),
      setup_(std::move(setup)),
      view_(view),
      link_(worker, setup_.route, setup_.options.patience_ms(), *this),
      framer_(kServerLineBytesMax),
      backoff_(std::random_device{}()),
      tries_left_(setup_.options.reconnect.value_or(Reconnect{}).tries) {}

void RawSession::on_typed(const std::string& line) {
  std::string scratch;
  if (!link_.send(line + "\n")) {
    view_.show(own_words(fmt::format("not sent: {}", clean_text(line, scratch))));
    return;
  }
  ShownLine shown;
  shown.parts.push_back({std::string(clean_text(line, scratch)), Look::own_name});
  view_.show(shown);
}

void RawSession::leave() {
  if (link_.is_down() || std::exchange(has_left_, true)) return end(0, {});
  link_.end_output();
  view_.on_status_changed();
}

std::string RawSession::status() const {
  if (has_left_) return "no more is sent";
  return link_.is_down() ? "connecting" : "";
}

void RawSession::on_link_up() {
  backoff_.reset();
  framer_.drop_line();
  view_.on_status_changed();
}

void RawSession::on_link_failed(const std::string& why) {
  try_again(fmt::format("{}: {}", setup_.options.server, why));
}

void RawSession::on_link_bytes(std::string_view bytes) {
  std::string_view line;
  for (;;) {
    const auto next = framer_.next(bytes, line);
    if (next == LineFramer::Next::need_more) break;
    if (next == LineFramer::Next::line) {
      show(line);
    } else {
      view_.show(
          own_words(fmt::format("a line of more than {} bytes is not shown", kServerLineBytesMax)));
    }
  }
  if (framer_.partial_bytes() > 0) worker_.wheel().arm(partial_, kPartialMs);
}

void RawSession::show_partial() {
  std::string_view line;
  if (framer_.flush(line)) show(line);
}

void RawSession::show(std::string_view line) {
  std::string scratch;
  ShownLine shown;
  shown.parts.push_back({std::string(clean_text(line, scratch)), Look::plain});
  view_.show(shown);
}

void RawSession::on_link_down(End kind) {
  partial_.cancel();
  show_partial();
  if (kind == End::by_server && tries_left_ == 0) return end(0, {});
  if (has_left_) return end(0, {});
  try_again(fmt::format("the connection to {} is lost", setup_.options.server));
}

void RawSession::try_again(const std::string& why) {
  if (tries_left_ == 0) return end(EX_UNAVAILABLE, why + ".");
  if (tries_left_ != Reconnect::kEndless) --tries_left_;
  const std::uint64_t pause_ms = backoff_.next_ms();
  worker_.wheel().arm(again_, pause_ms);
  view_.show(own_words(
      fmt::format("{}; the next try is in {:.1f} s", why, static_cast<double>(pause_ms) / 1000)));
  view_.on_status_changed();
}

void RawSession::end(int exit_status, const std::string& sentence) {
  if (std::exchange(is_over_, true)) return;
  partial_.cancel();
  again_.cancel();
  link_.drop();
  view_.on_over(exit_status, sentence);
}

}  // namespace grotto::client
