#include "store/read_records.h"

#include <fmt/format.h>
#include <sysexits.h>

#include <utility>

#include "store/database.h"

namespace grotto {

namespace {

constexpr int kWaitMs = 5'000;  // for who writes to it

/// Nothing: it is no store. An empty file becomes one with the first write.
std::optional<int> schema_of(SQLite::Database& database) {
  const int schema = database.execAndGet("PRAGMA user_version").getInt();
  const int application = database.execAndGet("PRAGMA application_id").getInt();
  const bool is_empty = database.execAndGet("PRAGMA page_count").getInt() == 0;
  if (!is_empty && application != Database::kApplication) return std::nullopt;
  return schema;
}

}  // namespace

Result<std::vector<Records::Record>> read_records(const std::string& path, std::string_view kind) {
  const Error no_store{fmt::format("{} is no store of grottod.", path), EX_DATAERR};
  try {
    SQLite::Database database(path, SQLite::OPEN_READONLY);
    database.setBusyTimeout(kWaitMs);
    const std::optional<int> schema = schema_of(database);
    if (!schema) return no_store;
    if (*schema > Database::kSchema) {
      return Error{fmt::format("cannot read {}: {}.", path, Database::TooNew().what()), EX_DATAERR};
    }
    std::vector<Records::Record> records;
    if (!database.tableExists("record")) return records;
    for (auto& [key, value] : RecordTable(database).load(kind)) {
      records.push_back({key, std::move(value)});
    }
    return records;
  } catch (const SQLite::Exception& fault) {
    if (Database::looks_broken(fault)) return no_store;
    return Error{fmt::format("cannot read {}: {}.", path, fault.what()), EX_IOERR};
  }
}

}  // namespace grotto
