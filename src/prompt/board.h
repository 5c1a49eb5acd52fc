// Board: how far everybody is: the host's table. Threads: any; a lock inside.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace grotto {

class Board {
 public:
  struct Row {
    std::string name;  // as the person is called, or the session's number
    std::string at;    // the id of the question in turn; empty: at the end
    std::size_t answered = 0;
    double score = 0;
    bool is_here = true;  // false: the connection is gone
    bool is_done = false;
    std::uint64_t order = 0;  // who came first
  };

  /// Rows of those who have gone are dropped, the oldest first, when there are more.
  static constexpr std::size_t kRowsMax = 10'000;

  void put(const std::string& session, Row row);
  void remove(const std::string& session);
  /// Changes with each change.
  [[nodiscard]] std::uint64_t version() const;
  /// The best first: by score, then by answers, then by who came first.
  [[nodiscard]] std::vector<Row> rows() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::string, Row> rows_;
  std::uint64_t version_ = 0;
  std::uint64_t last_order_ = 0;
};

/// As lines of text, at most `rows_max` of them and then how many more there are.
[[nodiscard]] std::string table_text(const std::vector<Board::Row>& rows, std::size_t questions,
                                     bool has_score, std::size_t rows_max);

}  // namespace grotto
