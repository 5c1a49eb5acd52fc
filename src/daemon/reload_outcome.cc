#include "daemon/reload_outcome.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <string_view>

#include "base/numbers.h"
#include "daemon/plain_file.h"

namespace grotto {

namespace {

constexpr std::size_t kBytesMax = 64 * 1024;
constexpr std::string_view kPidEnding = ".pid";

/// The first line of `text`, which is taken away with its end.
std::string_view take_line(std::string_view& text) noexcept {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

std::string ReloadOutcome::path_beside(const std::string& pid_file) {
  const bool has_ending = pid_file.ends_with(kPidEnding);
  return pid_file.substr(0, pid_file.size() - (has_ending ? kPidEnding.size() : 0)) + ".reload";
}

bool ReloadOutcome::write(const std::string& path) const {
  std::string text = fmt::format("{} {}\n", began_ns, is_good ? "good" : "bad");
  for (const std::string& sentence : sentences) text.append(sentence).append("\n");
  if (text.size() > kBytesMax) text.resize(kBytesMax);
  const std::string fresh = path + ".new";
  const int fd = ::open(fresh.c_str(),
                        O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640);
  if (fd < 0) return false;
  const bool is_written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  ::close(fd);
  return is_written && std::rename(fresh.c_str(), path.c_str()) == 0;
}

std::optional<ReloadOutcome> ReloadOutcome::read(const std::string& path) {
  std::string text;
  if (read_plain_file(path, kBytesMax, text)) return std::nullopt;
  std::string_view rest = text;
  const std::string_view head = take_line(rest);
  const std::size_t blank = head.find(' ');
  const auto began_ns = parse_whole(head.substr(0, blank));
  if (!began_ns || blank == std::string_view::npos) return std::nullopt;
  ReloadOutcome outcome;
  outcome.began_ns = *began_ns;
  outcome.is_good = head.substr(blank + 1) == "good";
  while (!rest.empty()) outcome.sentences.emplace_back(take_line(rest));
  return outcome;
}

}  // namespace grotto
