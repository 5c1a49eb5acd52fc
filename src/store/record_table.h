// RecordTable: the table of records in the store's file.
// Threads: as Database. Errors: SQLite::Exception.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <map>
#include <string>
#include <string_view>

#include "store/record_queue.h"

namespace grotto {

class RecordTable {
 public:
  /// REQUIRES: the schema has the table (2).
  explicit RecordTable(SQLite::Database& database);

  /// Keys and values of a kind.
  [[nodiscard]] std::map<std::string, std::string> load(std::string_view kind);

  /// Within a transaction.
  void write(const RecordChanges& changes);

  /// Adds each record that can still be read in a broken file. False if there may be others.
  [[nodiscard]] static bool salvage(const std::string& path, RecordChanges& found);

 private:
  SQLite::Statement load_;
  SQLite::Statement put_;
  SQLite::Statement remove_;
};

}  // namespace grotto
