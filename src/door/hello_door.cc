#include "door/hello_door.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "base/log.h"
#include "door/byte_door.h"
#include "door/line_door.h"
#include "door/saved_door.h"
#include "door/web_door.h"
#include "net/worker.h"

namespace grotto {

std::size_t HelloDoor::line_bytes_max() const noexcept {
  const Limits& limits = connection_->worker().limits();
  const bool is_web = doors_.web && doors_.site != nullptr;
  return is_web ? std::max(limits.line_bytes_max, limits.http_line_bytes_max)
                : limits.line_bytes_max;
}

void HelloDoor::on_open(Connection& connection) {
  connection_ = &connection;
  connection.count_as(DoorKind::hello);
  // What was read before is judged on a clean stack.
  is_unjudged_ = !hello_.empty();
  if (!is_unjudged_) return await_first_bytes();
  connection.worker().wheel().arm(*this, 0);
}

void HelloDoor::await_first_bytes() {
  Worker& worker = connection_->worker();
  worker.wheel().arm(*this, worker.limits().first_bytes_ms + worker.round_ms());
}

void HelloDoor::on_bytes(Connection& /*connection*/, std::string_view bytes) {
  if (hello_.empty()) return judge(bytes);
  const std::string all = std::exchange(hello_, {}) + std::string(bytes);
  judge(all);
}

void HelloDoor::on_end_of_input(Connection& connection) {
  has_input_ended_ = true;
  const std::string all = std::exchange(hello_, {});
  const bool is_line = service_.wants_bytes() || doors_.plain || doors_.telnet;
  // Whoever has said nothing or half a hello may still read lines.
  is_line ? give_way(Hello::plain, all) : connection.close(CloseReason::peer_closed);
}

void HelloDoor::on_closed(Connection& /*connection*/, CloseReason /*reason*/) {
  cancel();
}

bool HelloDoor::save(Connection& /*connection*/, StateWriter& state) {
  state.choice(SavedDoor::hello);
  state.text(hello_);
  state.flag(has_been_silent_);
  state.flag(was_taken_for_spare_);
  return true;
}

void HelloDoor::restore(Connection& connection, StateReader& state) {
  connection_ = &connection;
  connection.count_as(DoorKind::hello);
  state.choice(SavedDoor::arrival);
  hello_ = state.text();
  has_been_silent_ = state.flag();
  was_taken_for_spare_ = state.flag();
  const Limits& limits = connection.worker().limits();
  const std::uint64_t spare_ms = was_taken_for_spare_ ? PageVisitors::kSpareMs : 0;
  connection.worker().wheel().arm(
      *this, std::max(spare_ms, has_been_silent_ ? limits.silent_hello_ms : limits.first_bytes_ms));
}

bool HelloDoor::may_start_tls() const noexcept {
  return doors_.tls && !connection_->is_encrypted() && connection_->worker().tls() != nullptr;
}

bool HelloDoor::must_start_tls() const noexcept {
  return doors_.tls_only && !connection_->is_encrypted();
}

bool HelloDoor::has_web() const noexcept {
  return doors_.web && doors_.site != nullptr;
}

bool HelloDoor::may_be_spare() const noexcept {
  return has_web() && !was_taken_for_spare_ && doors_.site->visitors->has(connection_->peer());
}

Hello HelloDoor::classify(std::string_view bytes) const noexcept {
  const Hello hello = classify_hello(bytes, line_bytes_max());
  if (!service_.wants_bytes()) return hello;
  // Whatever comes is bytes, but for what a door is open for.
  const bool is_tls = hello == Hello::tls || (hello == Hello::need_more && bytes[0] == '\x16');
  const bool is_web = hello == Hello::http || (hello == Hello::need_more && !is_tls);
  return (is_tls && may_start_tls()) || (is_web && has_web()) ? hello : Hello::plain;
}

void HelloDoor::start_tls(std::string_view bytes) {
  has_been_silent_ = false;
  waits_until_ms_ = 0;
  connection_->start_tls(bytes);
}

void HelloDoor::on_encrypted(Connection& /*connection*/) {
  if (service_.wants_bytes() && !has_web()) return become_byte_door({});
  await_first_bytes();
}

void HelloDoor::on_tls_failed(Connection& connection, std::string_view why) {
  if (!log::is_on(LogLevel::debug)) return;  // a scanner makes thousands of them
  const std::string peer = connection.peer().to_string();
  log::debug("TLS failed", {{"peer", peer}, {"why", why}});
}

void HelloDoor::on_timer() {
  connection_->attempt([this] { on_due(); });
}

void HelloDoor::on_due() {
  if (!connection_->is_open()) return;
  // Who has spoken while a round took long is not silent.
  if (!is_unjudged_ && connection_->has_unread()) return await_first_bytes();
  const std::string all = std::exchange(hello_, {});
  if (is_unjudged_ || (!all.empty() && classify(all) != Hello::need_more)) return judge(all);
  stop_waiting(all);
}

void HelloDoor::stop_waiting(std::string_view all) {
  const Limits& limits = connection_->worker().limits();
  if (has_been_silent_) return refuse("Nothing came that tells what you speak.");
  if (all.empty() && may_be_spare()) {
    was_taken_for_spare_ = true;
    return connection_->worker().wheel().arm(*this, PageVisitors::kSpareMs);
  }
  const bool may_be_greeted = doors_.plain || doors_.telnet || service_.wants_bytes();
  if (may_be_greeted && !must_start_tls()) return give_way(Hello::plain, all);
  has_been_silent_ = true;
  hello_ = all;
  connection_->worker().wheel().arm(*this, limits.silent_hello_ms);
}

void HelloDoor::judge(std::string_view bytes) {
  is_unjudged_ = false;
  const Hello hello = classify(bytes);
  if (hello != Hello::need_more) return give_way(hello, bytes);
  if (has_been_silent_) {
    hello_ = bytes;
    return;
  }
  // Who goes on typing is not silent, for so long.
  TimerWheel& wheel = connection_->worker().wheel();
  const Limits& limits = connection_->worker().limits();
  if (waits_until_ms_ == 0) waits_until_ms_ = wheel.now_ms() + limits.silent_hello_ms;
  if (wheel.now_ms() >= waits_until_ms_) return stop_waiting(bytes);
  hello_ = bytes;
  wheel.arm(*this, std::min(limits.first_bytes_ms, waits_until_ms_ - wheel.now_ms()));
}

void HelloDoor::give_way(Hello hello, std::string_view bytes) {
  cancel();
  if (hello == Hello::tls && may_start_tls()) return start_tls(bytes);
  if (must_start_tls()) return refuse_without_tls(hello);
  if (hello == Hello::http && has_web()) return become_web_door(bytes);
  if (service_.wants_bytes()) return become_byte_door(bytes);
  if (hello == Hello::tls && connection_->is_encrypted()) {
    return refuse("This connection speaks TLS already.");
  }
  switch (hello) {
    case Hello::plain:
    case Hello::telnet:
      if (doors_.plain || doors_.telnet) {
        return become_line_door(hello == Hello::telnet && doors_.telnet, bytes);
      }
      return refuse(sentence(doors_));
    case Hello::http:
    case Hello::tls:
    case Hello::ssh:
    case Hello::proxy:
    case Hello::binary: return refuse(sentence(hello));
    case Hello::need_more: break;
  }
}

void HelloDoor::become_line_door(bool is_telnet, std::string_view bytes) {
  auto door = std::make_unique<LineDoor>(service_, doors_);
  LineDoor& line_door = *door;
  Connection& connection = *connection_;
  const bool has_input_ended = has_input_ended_;
  connection.set_handler(std::move(door));  // this one is kept until the round's end
  line_door.open(is_telnet, bytes);
  if (has_input_ended) line_door.on_end_of_input(connection);
}

void HelloDoor::become_byte_door(std::string_view bytes) {
  auto door = std::make_unique<ByteDoor>(service_, doors_);
  ByteDoor& byte_door = *door;
  Connection& connection = *connection_;
  const bool has_input_ended = has_input_ended_;
  connection.set_handler(std::move(door));
  if (!bytes.empty()) byte_door.on_bytes(connection, bytes);
  if (has_input_ended) byte_door.on_end_of_input(connection);
}

void HelloDoor::become_web_door(std::string_view bytes) {
  auto door = std::make_unique<WebDoor>(service_, *doors_.site);
  WebDoor& web_door = *door;
  Connection& connection = *connection_;
  const bool has_input_ended = has_input_ended_;
  connection.set_handler(std::move(door));
  web_door.on_bytes(connection, bytes);
  if (has_input_ended && connection.is_open()) connection.finish(CloseReason::peer_closed);
}

void HelloDoor::refuse_without_tls(Hello hello) {
  if (hello != Hello::http) {
    return refuse(
        "This port speaks TLS only: join with ncat --ssl, openssl s_client or grotto "
        "tls:HOST:PORT.");
  }
  constexpr std::string_view kText =
      "This port speaks TLS only: open it with https:// in place of http://.\n";
  connection_->write(fmt::format("HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\n"
                                 "Content-Length: {}\r\nConnection: close\r\n\r\n",
                                 kText.size()),
                     kText);
  connection_->finish(CloseReason::bad_hello);
}

void HelloDoor::refuse(std::string_view sentence) {
  connection_->write(sentence, "\r\n");
  connection_->finish(CloseReason::bad_hello);
}

}  // namespace grotto
