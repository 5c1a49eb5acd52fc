// Fault: what goes wrong between a service and those who listen to it. The base class does nothing
// wrong. Threads: the only one there is.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "client.h"
#include "options.h"

namespace faulty_server {

/// A line as one receiver is to get it.
struct Line {
  std::string bytes;     // with its end
  std::size_t text = 0;  // where in `bytes` the speaker's own words begin
  Time said;             // when it was read

  /// Where its end begins.
  [[nodiscard]] std::size_t end() const;
};

class Fault {
 public:
  virtual ~Fault() = default;

  /// Whether clients are read from at all.
  [[nodiscard]] virtual bool is_reading() const { return true; }
  /// Somebody has connected, and the service has not greeted yet.
  virtual void on_connect(Client&) {}
  /// Nobody is connected any more.
  virtual void on_all_left() {}
  /// When before_round() is to be called at the latest.
  [[nodiscard]] virtual Time wake_at() const { return Time::max(); }
  /// Once a round, before anything is read.
  virtual void before_round(Time) {}

  /// Something that the service says on its own: a greeting, an answer, who has joined.
  virtual void announce(const Line& line, Client& receiver);
  /// Somebody's line; `is_hit`: the fault is to hit it, at this receiver.
  virtual void deliver(const Line& line, Client& receiver, bool is_hit);
};

/// The fault of that name, with `options.every` filled in; nullptr if there is none.
std::unique_ptr<Fault> make_fault(Options& options);

}  // namespace faulty_server
