// Launch messages: what a server and its launch helper say to each other, one message each way
// after the other over a SOCK_SEQPACKET pair. The grammar stands in launch_message.cc.
// Threads: no state; any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grotto {

/// A request is at most so long; what is longer is not sent. (A message must fit into the socket's
/// send buffer, of which the system gives 208 KiB without being asked.)
constexpr std::size_t kLaunchBytesMax = 128 * 1024;
/// So many descriptors a program gets at most.
constexpr std::size_t kLaunchDescriptorsMax = 16;
/// So many programs run at once; one more fails with EAGAIN.
constexpr std::size_t kLaunchedMax = 1'024;

/// What a program is to be.
struct Launch {
  std::string program;                 // its file; no search along PATH
  std::vector<std::string> arguments;  // the first is its name
  /// "NAME=VALUE" goes before ours, "NAME" alone takes ours away. The rest is that of the server's
  /// start.
  std::vector<std::string> variables;
  bool outlives_server = false;  // else its group is killed when the server or the helper ends
};

enum class LaunchRequestKind : std::uint32_t { launch = 1, signal = 2 };

struct LaunchRequest {
  LaunchRequestKind kind = LaunchRequestKind::launch;
  std::int32_t pid = 0;     // signal: the leader of the group
  std::int32_t number = 0;  // signal: which; launch: nothing
  Launch launch;
};

std::string encode(const LaunchRequest& request);
/// Nothing if it is none.
std::optional<LaunchRequest> decode_launch_request(std::string_view message);

/// What the helper tells: a launch is answered by one of the first two, in order; each that was
/// started by one `ended`, at any time after it.
enum class LaunchNoticeKind : std::uint32_t { started = 1, failed = 2, ended = 3 };

struct LaunchNotice {
  LaunchNoticeKind kind = LaunchNoticeKind::started;
  std::int32_t pid = 0;     // started, ended
  std::int32_t error = 0;   // failed: an errno
  std::int32_t status = 0;  // ended: if no signal did it
  std::int32_t signal = 0;  // ended: 0, none did
};

}  // namespace grotto
