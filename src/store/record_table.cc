#include "store/record_table.h"

#include "store/statement_use.h"

namespace grotto {

RecordTable::RecordTable(SQLite::Database& database)
    : load_(database, "SELECT key, value FROM record WHERE kind = ? ORDER BY key"),
      put_(database, "INSERT OR REPLACE INTO record (kind, key, value) VALUES (?,?,?)"),
      remove_(database, "DELETE FROM record WHERE kind = ? AND key = ?") {}

std::map<std::string, std::string> RecordTable::load(std::string_view kind) {
  std::map<std::string, std::string> records;
  StatementUse load(load_);
  load->bind(1, std::string(kind));
  while (load->executeStep()) {
    records.emplace(load->getColumn(0).getString(), load->getColumn(1).getString());
  }
  return records;
}

void RecordTable::write(const RecordChanges& changes) {
  for (const auto& [name, value] : changes) {
    StatementUse change(value ? put_ : remove_);
    change->bindNoCopy(1, name.first);
    change->bindNoCopy(2, name.second);
    if (value) change->bindNoCopy(3, *value);
    change->exec();
  }
}

bool RecordTable::salvage(const std::string& path, RecordChanges& found) {
  try {
    SQLite::Database broken(path, SQLite::OPEN_READWRITE);
    broken.exec("PRAGMA writable_schema=ON");  // so it reads a file that was cut off
    if (!broken.tableExists("record")) return true;
    SQLite::Statement all(broken, "SELECT kind, key, value FROM record");
    while (all.executeStep()) {
      found[{all.getColumn(0).getString(), all.getColumn(1).getString()}] =
          all.getColumn(2).getString();
    }
    return true;
  } catch (const SQLite::Exception&) {
    return false;
  }
}

}  // namespace grotto
