#include "client/link/line_log.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <ctime>
#include <utility>

#include "client/link/write_all.h"

namespace grotto::client {

namespace {

std::string now_text() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

Result<std::unique_ptr<LineLog>> LineLog::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Error{fmt::format("--log: {}: {}.", path, std::strerror(errno)), EX_CANTCREAT};
  }
  return std::unique_ptr<LineLog>(new LineLog(path, fd));
}

LineLog::~LineLog() {
  ::close(fd_);
}

void LineLog::add(std::string_view line) {
  if (has_failed_) return;
  if (write_all(fd_, fmt::format("{} {}\n", now_text(), line))) return;
  has_failed_ = true;
  fault_ = fmt::format("{}: {}: no more is logged.", path_, std::strerror(errno));
}

std::string LineLog::take_fault() {
  return std::exchange(fault_, {});
}

}  // namespace grotto::client
