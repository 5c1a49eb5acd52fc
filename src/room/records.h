// Records: small facts that outlive the process, by kind and key; the contract between services and
// a store.
//
// A value is whatever its service makes of it (JSON by custom); a store does not look into it. Of
// each key the last value counts. Threads: every method may be called from any thread, unless it
// says otherwise. Lifetime: outlives the services that use it.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace grotto {

class Records {
 public:
  struct Record {
    std::string key;
    std::string value;
  };

  virtual ~Records() = default;

  /// Before the workers run. All records of that kind, in order of their keys (by bytes). What
  /// cannot be read is told in the log; changes to that kind are then not kept in this run, so that
  /// nothing is overwritten that nobody has seen.
  virtual std::vector<Record> load(std::string_view kind) = 0;

  /// To be kept in place of what is kept under that key. Never waits for the disk. Throws
  /// std::bad_alloc and has then changed nothing.
  virtual void put(std::string_view kind, std::string_view key, std::string_view value) = 0;
  /// What is kept under that key is to be kept no longer; nothing if there is none. As put().
  virtual void remove(std::string_view kind, std::string_view key) = 0;

  /// Tells, on the store's thread, when all that was put and removed before is on the disk for
  /// good; `fault`: why it cannot be kept now, else empty. A change that is never going to be on
  /// the disk (its kind could not be read, or too many waited) is a fault for good. Never waits; at
  /// the end of the program those who still wait are not answered.
  virtual void when_recorded(std::function<void(const std::string& fault)> done) = 0;
};

}  // namespace grotto
