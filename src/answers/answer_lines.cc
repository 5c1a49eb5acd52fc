#include "answers/answer_lines.h"

#include <fmt/format.h>
#include <sysexits.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <utility>
#include <vector>

namespace grotto {

namespace {

constexpr std::size_t kChunkBytes = 64 * 1024;

bool is_blank(std::string_view line) noexcept {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

/// Puts lines together from what was read, and looks into them.
class Lines {
 public:
  Lines(const AnswerFormat& format, const AnswerLineUser& user) : format_(format), user_(user) {}

  /// False: these are no answers.
  [[nodiscard]] bool feed(std::string_view bytes);
  /// The same, of what stands behind the last line end.
  [[nodiscard]] bool may_be_torn() const;
  [[nodiscard]] const AnswerLines& found() const noexcept { return found_; }

 private:
  [[nodiscard]] bool end_line();

  const AnswerFormat& format_;
  const AnswerLineUser& user_;
  AnswerLines found_;
  std::uint64_t number_ = 1;
  bool has_first_ = false;
  std::string line_;  // so far; at most a byte more than a line may have
};

bool Lines::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.find('\n'), bytes.size());
    const bool is_looked_into = !has_first_ || user_.take != nullptr;
    if (is_looked_into && line_.size() <= kAnswerLineBytesMax) {
      line_.append(bytes.substr(0, std::min(size, kAnswerLineBytesMax + 1 - line_.size())));
    }
    found_.torn_bytes += size;
    if (size == bytes.size()) return true;
    found_.whole_bytes += found_.torn_bytes + 1;
    found_.torn_bytes = 0;
    if (is_looked_into && !end_line()) return false;
    ++number_;
    bytes.remove_prefix(size + 1);
  }
  return true;
}

bool Lines::end_line() {
  const std::string line = std::exchange(line_, {});
  std::string_view text = line;
  if (text.ends_with('\r')) text.remove_suffix(1);
  if (is_blank(text)) return true;
  if (!std::exchange(has_first_, true)) {
    if (!format_.is_first(text)) return false;
    if (!format_.head().empty()) return true;  // it is the head
  }
  if (user_.take == nullptr) return true;
  auto record = line.size() > kAnswerLineBytesMax ? std::nullopt : format_.read(text);
  if (record) {
    user_.take(std::move(*record));
    return true;
  }
  ++found_.broken;
  if (user_.broken) user_.broken(number_);
  return true;
}

bool Lines::may_be_torn() const {
  if (has_first_ || is_blank(line_)) return true;
  // A disk that lost its power may have given a file its size and not its bytes.
  return format_.may_begin(line_) || line_.find_first_not_of('\0') == std::string::npos;
}

}  // namespace

Result<AnswerLines> read_answer_lines(int fd, const std::string& path, std::uint64_t bytes_max,
                                      const AnswerFormat& format, const AnswerLineUser& user) {
  const Error foreign{fmt::format("what is in {} are no answers.", path), EX_DATAERR};
  Lines lines(format, user);
  std::vector<char> chunk(kChunkBytes);
  std::uint64_t at = 0;
  while (at < bytes_max) {
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(kChunkBytes, bytes_max - at));
    const ssize_t size = ::pread(fd, chunk.data(), wanted, static_cast<off_t>(at));
    if (size == 0) break;
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) {
      return Error{fmt::format("cannot read {}: {}.", path, std::strerror(errno)), EX_IOERR};
    }
    at += static_cast<std::uint64_t>(size);
    if (!lines.feed({chunk.data(), static_cast<std::size_t>(size)})) return foreign;
  }
  if (!lines.may_be_torn()) return foreign;
  return lines.found();
}

}  // namespace grotto
