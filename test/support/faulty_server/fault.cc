#include "fault.h"

#include <cstdint>

#include "connection_faults.h"
#include "line_faults.h"
#include "time_faults.h"

namespace faulty_server {

namespace {

template <class Kind>
std::unique_ptr<Fault> make(const Options&) {
  return std::make_unique<Kind>();
}

template <class Kind>
std::unique_ptr<Fault> make_with(const Options& options) {
  return std::make_unique<Kind>(options);
}

struct Row {
  const char* name;
  std::uint64_t every;
  std::unique_ptr<Fault> (*make)(const Options&);
};

constexpr Row kFaults[] = {
    {"none", 1, make<Fault>},
    {"lose", 100'000, make<Lose>},
    {"lap", 100'000, make_with<Lap>},
    {"duplicate", 100'000, make<Duplicate>},
    {"swap", 100'000, make<Swap>},
    {"corrupt", 100'000, make_with<Corrupt>},
    {"foreign", 100'000, make_with<Foreign>},
    {"escapes", 1, make<Escapes>},
    {"never", 1, make<Never>},
    {"deaf", 1, make<Deaf>},
    {"refuse", 1, make<Refuse>},
    {"reset", 100, make<Reset>},
    {"close", 100, make<Close>},
    {"endless", 1, make<Endless>},
    {"die", 100, make<Die>},
    {"delay", 1, make_with<Delay>},
    {"freeze", 1, make_with<Freeze>},
    {"trickle", 1, make<Trickle>},
};

}  // namespace

std::size_t Line::end() const {
  const std::size_t last = bytes.find_last_not_of("\r\n");
  return last == std::string::npos ? 0 : last + 1;
}

void Fault::announce(const Line& line, Client& receiver) {
  receiver.send(line.bytes, line.said);
}

void Fault::deliver(const Line& line, Client& receiver, bool) {
  receiver.send(line.bytes, line.said);
}

std::unique_ptr<Fault> make_fault(Options& options) {
  for (const Row& row : kFaults) {
    if (options.fault != row.name) continue;
    if (options.every == 0) options.every = row.every;
    return row.make(options);
  }
  return nullptr;
}

}  // namespace faulty_server
