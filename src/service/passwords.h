// Passwords: their hashes, made and checked where nobody waits for it.
//
// Argon2id (RFC 9106) by libsodium, with 64 MiB and two passes ("interactive"): about 0.1 s of a
// core for each, on the thread pool; kAtOnceMax at a time, so that a flood of guesses costs two
// cores and 128 MiB at most. Threads: any worker's own. Lifetime: shared by what is under way.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "grotto/worker_context.h"

namespace grotto {

class Passwords : public std::enable_shared_from_this<Passwords> {
 public:
  static constexpr std::size_t kBytesMin = 6;
  static constexpr std::size_t kBytesMax = 128;
  static constexpr unsigned kAtOnceMax = 2;
  static constexpr std::size_t kWaitingMax = 64;  // beyond it: false

  static std::shared_ptr<Passwords> create();
  Passwords(const Passwords&) = delete;
  Passwords& operator=(const Passwords&) = delete;

  /// `done` gets the hash ("$argon2id$v=19$…", at most 127 bytes), or an empty text if there was no
  /// memory, on the thread of `worker`, which is the caller's. False: too many wait already.
  [[nodiscard]] bool hash(WorkerContext& worker, std::string password,
                          std::function<void(const std::string& hash)> done);

  /// `done` gets whether it is the password that the hash was made of; otherwise as hash().
  [[nodiscard]] bool check(WorkerContext& worker, std::string password, std::string hash,
                           std::function<void(bool is_right)> done);

  /// Whether two texts are the same, in a time that does not tell how much of them is.
  [[nodiscard]] static bool are_equal(std::string_view one, std::string_view other) noexcept;

  /// A text of `bytes` random bytes that nobody can guess, in letters and digits (base64url).
  [[nodiscard]] static std::string random_text(std::size_t bytes);

  /// What a random text is known by where it is kept: BLAKE2b of it (RFC 7693), 43 letters and
  /// digits. Not for what people choose.
  [[nodiscard]] static std::string digest(std::string_view text);

  /// Overwrites the text, so that it is not found in memory or a core.
  static void wipe(std::string& text) noexcept;

 private:
  Passwords() = default;
  struct Job {
    WorkerContext* worker = nullptr;
    std::function<void()> work;
    std::function<void()> done;
  };
  [[nodiscard]] bool begin(Job job);
  void start(Job job);
  void start_next();

  std::mutex mutex_;  // guards what follows
  unsigned under_way_ = 0;
  std::deque<Job> waiting_;
};

}  // namespace grotto
