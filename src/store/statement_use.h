// StatementUse: a statement in use: reset when it goes, so that no read stays open.
// Threads: as Database.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace grotto {

class StatementUse {
 public:
  explicit StatementUse(SQLite::Statement& statement) noexcept : statement_(statement) {}
  ~StatementUse() { static_cast<void>(statement_.tryReset()); }
  StatementUse(const StatementUse&) = delete;
  StatementUse& operator=(const StatementUse&) = delete;
  SQLite::Statement* operator->() noexcept { return &statement_; }

 private:
  SQLite::Statement& statement_;
};

}  // namespace grotto
