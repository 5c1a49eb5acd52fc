// VisitBook: the visits that can be gone on with: who has one, and those that nobody has.
// Threads: any; a lock inside. A visit that somebody has is touched by its worker only.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>

#include "prompt/visit.h"

namespace grotto {

class VisitBook {
 public:
  static constexpr std::size_t kFreeMax = 10'000;  // of those that nobody has; the oldest go
  static constexpr std::size_t kFreeBytesMax = 64 * 1024 * 1024;

  /// Takes the visit from who has it, on his worker; then calls `then`, from any thread.
  using Evict = std::function<void(std::function<void()> then)>;

  /// Somebody has it now.
  void hold(const std::shared_ptr<Visit>& visit, Evict evict);
  /// Nobody has it any more, and it can be gone on with.
  void release(const std::shared_ptr<Visit>& visit);
  /// It has ended.
  void remove(const Visit& visit);

  struct Nobody {};  // there is no such visit
  /// The visit by its token's hash, which is the caller's from now on (hold() follows), to be taken
  /// from him by `mine`: who comes at the same time finds it held, never gone; or how to take it
  /// from who has it, after which it is asked for again.
  using Found = std::variant<Nobody, std::shared_ptr<Visit>, Evict>;
  [[nodiscard]] Found claim(const std::string& resume_hash, Evict mine);

  [[nodiscard]] std::size_t free_count() const;

 private:
  struct Entry {
    std::shared_ptr<Visit> visit;  // null while somebody has it
    Evict evict;
    std::size_t bytes = 0;
    std::list<std::string>::iterator place;  // in order_, if nobody has it
  };
  void drop_oldest();
  void unlist(Entry& entry);

  mutable std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;  // by Visit::resume_hash()
  std::list<std::string> order_;                    // of release
  std::size_t free_bytes_ = 0;
};

}  // namespace grotto
