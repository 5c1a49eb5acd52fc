// Faults of whole connections, and of the server as such: silence, refusal, ends of every kind.
#pragma once

#include "fault.h"

namespace faulty_server {

class Never : public Fault {
 public:
  void announce(const Line&, Client&) override {}
  void deliver(const Line&, Client&, bool) override {}
};

class Deaf final : public Never {
 public:
  [[nodiscard]] bool is_reading() const override { return false; }
};

class Refuse final : public Fault {
 public:
  void on_connect(Client& client) override;
};

class Reset final : public Fault {
 public:
  void deliver(const Line& line, Client& receiver, bool is_hit) override;
};

class Close final : public Fault {
 public:
  void deliver(const Line& line, Client& receiver, bool is_hit) override;
};

class Endless final : public Fault {
 public:
  void deliver(const Line& line, Client& receiver, bool is_hit) override;
};

/// The process is gone, and with it all connections.
class Die final : public Fault {
 public:
  void deliver(const Line& line, Client& receiver, bool is_hit) override;
};

}  // namespace faulty_server
