// RecordQueue: changes to records that are not on the disk yet, and who waits for them.
//
// Of each key only the last change counts. All of them are taken and written at once, in one
// commit: the file always holds the records as they were at some moment.
//   Q1 a change that was taken in goes only when a commit has returned for it or for a later one of
//   the same key. Q2 what waits, and what is being written, has a bound; beyond it changes are
//   refused and counted, and from then on nobody is told that all is recorded.
// Threads: under its owner's lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grotto {

/// Changes by kind and key; no value: the record is removed.
using RecordChanges =
    std::map<std::pair<std::string, std::string>, std::optional<std::string>, std::less<>>;

class RecordQueue {
 public:
  using Done = std::function<void(const std::string& fault)>;

  /// `bytes_max`: of kinds, keys and values, and kChangeBytes for each change.
  explicit RecordQueue(std::size_t bytes_max) noexcept : bytes_max_(bytes_max) {}
  static constexpr std::size_t kChangeBytes = 160;

  /// No value: removed. Refused if the kind is, or there is no room for it. Throws std::bad_alloc
  /// and has then changed nothing.
  void change(std::string_view kind, std::string_view key, std::optional<std::string_view> value);
  /// What a file had of a key, of any kind: to be written again unless something newer waits.
  void restore(std::string_view kind, std::string_view key, std::string_view value);
  /// From now on changes to that kind are refused.
  void refuse(std::string_view kind) { refused_kinds_.emplace(kind); }

  /// Answered when all changes before it are written, or by a fault.
  void when_recorded(Done done) { tasks_.push_back({changes_, std::move(done)}); }

  [[nodiscard]] bool has_changes() const noexcept { return !changes_by_key_.empty(); }
  [[nodiscard]] bool has_tasks() const noexcept { return !tasks_.empty(); }
  [[nodiscard]] std::size_t size() const noexcept { return changes_by_key_.size(); }
  /// Changes that were refused, ever.
  [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

  /// Brings `records` of a kind up to date.
  void apply_to(std::string_view kind, std::map<std::string, std::string>& records) const;

  /// All that waits, to be written in one commit; then comes either of the next two, once.
  [[nodiscard]] RecordChanges take() noexcept;
  void written() noexcept;
  void put_back(RecordChanges& taken) noexcept;

  /// Those who can be answered now. `fault`: of the disk, or empty.
  struct Answer {
    Done done;
    std::string fault;
  };
  [[nodiscard]] std::vector<Answer> take_answers(const std::string& fault);
  void forget_tasks() noexcept { tasks_.clear(); }

 private:
  using Name = std::pair<std::string, std::string>;  // kind and key
  void take_in(Name name, std::optional<std::string_view> value);

  struct Task {
    std::uint64_t position = 0;  // how many changes there had been
    Done done;
  };

  const std::size_t bytes_max_;
  RecordChanges changes_by_key_;
  std::size_t bytes_ = 0;        // of these
  std::size_t taken_bytes_ = 0;  // of what is being written
  std::set<std::string, std::less<>> refused_kinds_;
  std::uint64_t changes_ = 0;  // ever
  std::uint64_t taken_ = 0;    // of these: of the last take()
  std::uint64_t written_ = 0;  // of these: on the disk
  std::uint64_t refused_ = 0;
  std::deque<Task> tasks_;
};

}  // namespace grotto
