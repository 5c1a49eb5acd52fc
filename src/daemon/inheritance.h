// Inheritance: what a new process gets from the one that it takes over from (an upgrade).
//
// The old process starts the new one with an end of a channel (net/descriptor_channel.h), whose
// number is in the environment (kChannelVariable). Then, in this order:
//   new → old  `hello FORMAT VERSION`     its configuration is good
//   old → new  `state COUNT`              with a memory file, below; COUNT descriptors follow
//   old → new  `descriptors`              at most 253 of them
//   new → old  `got COUNT`                so many are here now; these two until all are
//   new → old  `ready` or `refused WHY`
//   old → new  `go`                       the old one serves nobody any more
// If the channel ends before `go`, the old process goes on and the new one ends. The memory file
// has texts and numbers as grotto/state.h writes them:
//   the format, whether a service manager has made the sockets, then lists, each with its length
//   before it:
//   listeners (service, endpoint), datagram sockets (endpoint), locked files (path): a descriptor
//   each services (name, what the workers share, who may come back: a list) connections (service,
//   endpoint of the listener, SavedConnection): a descriptor each
// Threads: one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/descriptor.h"
#include "base/result.h"
#include "daemon/settings.h"
#include "net/descriptor_channel.h"

namespace grotto {

inline constexpr const char* kChannelVariable = "GROTTO_UPGRADE_CHANNEL";

struct InheritedConnection {
  std::string_view service, endpoint, saved;
  Descriptor fd;
};

class Inheritance {
 public:
  struct InheritedListener {
    std::string_view service, endpoint;
    Descriptor fd;
  };
  struct InheritedSocket {
    std::string_view endpoint;
    Descriptor fd;
  };
  struct InheritedService {
    std::string_view name, shared;
    std::vector<std::string_view> absent;
  };
  /// Nothing if this process was started by itself. Says hello and takes what it is given; locks
  /// are FileLock's from then on. Errors: the old process went on without us (exit status 75).
  static Result<std::unique_ptr<Inheritance>> receive();
  ~Inheritance();
  Inheritance(const Inheritance&) = delete;
  Inheritance& operator=(const Inheritance&) = delete;

  /// Whether take_listener() has one.
  [[nodiscard]] bool has_listener(std::string_view service,
                                  std::string_view endpoint) const noexcept;
  /// A service manager has given the sockets to the first process: they are the listeners, in place
  /// of those of the settings.
  [[nodiscard]] bool are_sockets_managed() const noexcept { return are_sockets_managed_; }
  void use_managed_sockets(Settings& settings) const;

  /// The listening socket of that service and endpoint, once; none: it is to be opened.
  [[nodiscard]] Descriptor take_listener(std::string_view service, std::string_view endpoint);
  [[nodiscard]] Descriptor take_datagrams(std::string_view endpoint);
  [[nodiscard]] const std::vector<InheritedService>& services() const noexcept { return services_; }
  [[nodiscard]] std::vector<InheritedConnection>& connections() noexcept { return connections_; }

  /// All was taken over: says so, and waits until the old process serves nobody any more. False: it
  /// went on.
  [[nodiscard]] bool begin();
  /// It cannot be taken over.
  void refuse(std::string_view why);

 private:
  explicit Inheritance(Descriptor end) : channel_(std::move(end)) {}
  [[nodiscard]] Result<Done> receive_state();
  [[nodiscard]] bool map(int fd);
  [[nodiscard]] bool read(std::vector<Descriptor> descriptors);

  DescriptorChannel channel_;
  std::string_view state_;  // mapped
  bool are_sockets_managed_ = false;
  std::vector<InheritedListener> listeners_;
  std::vector<InheritedSocket> datagrams_;
  std::vector<InheritedService> services_;
  std::vector<InheritedConnection> connections_;
};

}  // namespace grotto
