// Faults of single lines: lost, doubled, swapped, corrupt, foreign, hostile to terminals.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "fault.h"

namespace faulty_server {

class Lose final : public Fault {
 public:
  void deliver(const Line& line, Client& receiver, bool is_hit) override;
};

/// From a hit line on some are left out, and the receiver is told how many before the next one.
class Lap final : public Fault {
 public:
  explicit Lap(const Options& options)
      : left_out_(options.left_out), unannounced_(options.unannounced) {}
  void deliver(const Line& line, Client& receiver, bool is_hit) override;

 private:
  struct Left {
    std::uint64_t wanted = 0;
    std::uint64_t done = 0;
  };
  const std::uint64_t left_out_;
  const std::uint64_t unannounced_;
  std::map<std::uint64_t, Left> lapped_;  // by the receiver's number
};

class Duplicate final : public Fault {
 public:
  void deliver(const Line& line, Client& receiver, bool is_hit) override;
};

/// A hit line waits until the receiver has got the next one.
class Swap final : public Fault {
 public:
  void deliver(const Line& line, Client& receiver, bool is_hit) override;

 private:
  std::map<std::uint64_t, std::string> waiting_;  // by the receiver's number
};

class Corrupt final : public Fault {
 public:
  explicit Corrupt(const Options& options) : place_(options.place) {}
  void deliver(const Line& line, Client& receiver, bool is_hit) override;

 private:
  void corrupt(Line& line);

  const Place place_;
  std::uint64_t hits_ = 0;
};

/// After a hit line comes one that the receiver has no business with.
class Foreign final : public Fault {
 public:
  explicit Foreign(const Options& options);
  void deliver(const Line& line, Client& receiver, bool is_hit) override;
  void on_all_left() override;

 private:
  struct Sent {
    std::uint64_t receiver = ~std::uint64_t{0};
    std::string bytes;
  };

  [[nodiscard]] std::string line_for(std::uint64_t receiver) const;

  const Stranger stranger_;
  std::string given_;
  std::string first_;    // of those who are here now
  std::string earlier_;  // first_ of those who were here before
  Sent recent_;          // the last line that was sent
  Sent before_;          // the last one that went to another receiver than `recent_`
};

/// A hit line, and all that the service says on its own, is full of what terminals obey.
class Escapes final : public Fault {
 public:
  void announce(const Line& line, Client& receiver) override;
  void deliver(const Line& line, Client& receiver, bool is_hit) override;
};

}  // namespace faulty_server
