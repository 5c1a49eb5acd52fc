// Both ends are one program on one machine, so numbers are as they lie in memory.
//
//   request  = kind:u32 pid:i32 number:i32 outlives:u32 arguments:u32 variables:u32 text*
//   text     = bytes without NUL, then NUL; first the program, then its arguments, then variables
//   notice   = a LaunchNotice
#include "net/launch_message.h"

#include <array>
#include <cstring>

namespace grotto {

namespace {

struct Head {
  std::uint32_t kind;
  std::int32_t pid;
  std::int32_t number;
  std::uint32_t outlives;
  std::uint32_t arguments;
  std::uint32_t variables;
};

bool take_text(std::string_view& rest, std::string& text) {
  const std::size_t end = rest.find('\0');
  if (end == std::string_view::npos) return false;
  text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return true;
}

bool take_texts(std::string_view& rest, std::uint32_t count, std::vector<std::string>& texts) {
  if (count > rest.size()) return false;  // each has a NUL
  texts.resize(count);
  for (std::string& each : texts) {
    if (!take_text(rest, each)) return false;
  }
  return true;
}

}  // namespace

std::string encode(const LaunchRequest& request) {
  const Launch& launch = request.launch;
  const Head head{static_cast<std::uint32_t>(request.kind),
                  request.pid,
                  request.number,
                  launch.outlives_server ? 1U : 0U,
                  static_cast<std::uint32_t>(launch.arguments.size()),
                  static_cast<std::uint32_t>(launch.variables.size())};
  std::string message(sizeof head, '\0');
  std::memcpy(message.data(), &head, sizeof head);
  const auto put = [&](const std::string& text) { message.append(text.c_str()).push_back('\0'); };
  put(launch.program);
  for (const std::string& each : launch.arguments) put(each);
  for (const std::string& each : launch.variables) put(each);
  return message;
}

std::optional<LaunchRequest> decode_launch_request(std::string_view message) {
  Head head{};
  if (message.size() < sizeof head) return std::nullopt;
  std::memcpy(&head, message.data(), sizeof head);
  message.remove_prefix(sizeof head);
  LaunchRequest request;
  request.kind = static_cast<LaunchRequestKind>(head.kind);
  request.pid = head.pid;
  request.number = head.number;
  Launch& launch = request.launch;
  launch.outlives_server = head.outlives != 0;
  if (!take_text(message, launch.program) ||
      !take_texts(message, head.arguments, launch.arguments) ||
      !take_texts(message, head.variables, launch.variables) || !message.empty()) {
    return std::nullopt;
  }
  switch (request.kind) {
    case LaunchRequestKind::launch:
      if (launch.program.empty() || launch.arguments.empty()) return std::nullopt;
      return request;
    case LaunchRequestKind::signal:
      if (request.pid <= 1) return std::nullopt;  // neither all that we may reach nor init's group
      return request;
  }
  return std::nullopt;
}

}  // namespace grotto
