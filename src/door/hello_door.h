// HelloDoor: a connection of which nothing is known yet.
//
// The first bytes tell who it is (first_bytes.h), and it gives way to the door that they ask for,
// with all that has come. A peer that is silent for Limits::first_bytes_ms is a person who waits to
// be greeted, where lines are spoken; elsewhere it has Limits::silent_hello_ms to begin. Half a
// request or half a handshake is waited for that long altogether, however it drips. From where
// the page was opened a moment ago, it may as well be a browser's spare connection, and is awaited
// for longer (page_visitors.h).
// Who begins with a TLS handshake is judged anew by the first bytes inside.
// Threads: its worker's only. Lifetime: until it has given way.
#pragma once

#include <string>
#include <string_view>

#include "door/doors.h"
#include "door/first_bytes.h"
#include "grotto/service.h"
#include "grotto/timer_wheel.h"
#include "net/connection.h"

namespace grotto {

class HelloDoor final : public ConnectionHandler, private Timer {
 public:
  /// `service` outlives the connection. `first_bytes`: what was read from the peer before.
  HelloDoor(Service& service, DoorSet doors, std::string first_bytes) noexcept
      : service_(service), doors_(doors), hello_(std::move(first_bytes)) {}

  void on_open(Connection& connection) override;
  void on_bytes(Connection& connection, std::string_view bytes) override;
  void on_end_of_input(Connection& connection) override;
  void on_encrypted(Connection& connection) override;
  void on_tls_failed(Connection& connection, std::string_view why) override;
  [[nodiscard]] bool save(Connection& connection, StateWriter& state) override;
  void restore(Connection& connection, StateReader& state) override;
  void on_closed(Connection& connection, CloseReason reason) override;

 private:
  void on_timer() override;
  void on_due();
  /// For Limits::first_bytes_ms from now on, however long the round has taken.
  void await_first_bytes();
  /// Nothing that tells has come in time.
  void stop_waiting(std::string_view bytes);
  [[nodiscard]] Hello classify(std::string_view bytes) const noexcept;
  /// A handshake may begin here.
  [[nodiscard]] bool may_start_tls() const noexcept;
  /// Nothing else may be spoken here yet.
  [[nodiscard]] bool must_start_tls() const noexcept;
  [[nodiscard]] bool has_web() const noexcept;
  [[nodiscard]] bool may_be_spare() const noexcept;
  void judge(std::string_view bytes);
  void start_tls(std::string_view bytes);
  void refuse_without_tls(Hello hello);
  void give_way(Hello hello, std::string_view bytes);
  void become_line_door(bool is_telnet, std::string_view bytes);
  void become_byte_door(std::string_view bytes);
  void become_web_door(std::string_view bytes);
  void refuse(std::string_view sentence);
  [[nodiscard]] std::size_t line_bytes_max() const noexcept;

  Service& service_;
  const DoorSet doors_;
  Connection* connection_ = nullptr;
  std::string hello_;                 // what came and does not tell yet: at most a line
  std::uint64_t waits_until_ms_ = 0;  // for the rest of it; 0: nothing has come
  bool is_unjudged_ = false;          // hello_ was read by another, and nobody has looked at it
  bool has_been_silent_ = false;
  bool was_taken_for_spare_ = false;
  bool has_input_ended_ = false;
};

}  // namespace grotto
