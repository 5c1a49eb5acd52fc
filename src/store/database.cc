#include "store/database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <stdexcept>

#include "store/line_writer.h"
#include "store/statement_use.h"

namespace grotto {

namespace {

using RoomNumber = Archive::RoomNumber;

constexpr unsigned kLineBits = 40;
constexpr LineNumber kLineMask = (LineNumber{1} << kLineBits) - 1;
/// Rows that one question may look at: what nobody said is passed over.
constexpr std::size_t kLookedAtMax = 100'000;

constexpr std::array<const char*, Database::kSchema> kMigrations = {
    // 1: rooms and their lines
    "CREATE TABLE room (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);"
    // id: the room's id << 40 | the line's number. kind: room/line_kind.h. text: without line end
    "CREATE TABLE line (id INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, kind INTEGER NOT NULL,"
    " text TEXT NOT NULL);",
    // 2: records of services; value: what the service makes of it
    "CREATE TABLE record (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY (kind, key)) WITHOUT ROWID;"};
/// From which schema on there are rooms and lines, and records.
constexpr int kHasLines = 1;
constexpr int kHasRecords = 2;

std::int64_t id_of(RoomNumber room, LineNumber line) noexcept {
  return static_cast<std::int64_t>(LineNumber{room} << kLineBits | (line & kLineMask));
}
LineNumber line_of(std::int64_t id) noexcept {
  return static_cast<LineNumber>(id) & kLineMask;
}
std::int64_t first_id(RoomNumber room) noexcept {
  return id_of(room, 0);
}
std::int64_t end_id(RoomNumber room) noexcept {
  return id_of(room + 1, 0);
}

LineKind kind_of(int kept) noexcept {
  return kept >= 0 && kept <= static_cast<int>(LineKind::topic) ? static_cast<LineKind>(kept)
                                                                : LineKind::notice;
}

ArchivedLine row(SQLite::Statement& statement) {
  return {line_of(statement.getColumn(0).getInt64()), statement.getColumn(1).getInt64(),
          kind_of(statement.getColumn(2).getInt()), statement.getColumn(3).getString()};
}

}  // namespace

namespace {

/// What people said is for the owner's eyes; SQLite gives its other files the same rights.
const char* made_private(const std::string& path) noexcept {
  // Never one that is there: to close it would give up SQLite's locks on it (fcntl(2)).
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
  return path.c_str();
}

}  // namespace

/// Those that are used over and over.
struct Database::Statements {
  explicit Statements(SQLite::Database& database)
      : writer(database),
        read(database,
             "SELECT id, at_ms, kind, text FROM line WHERE id >= ? AND id < ? ORDER BY id DESC"),
        oldest(database, "SELECT id, at_ms FROM line WHERE id >= ? AND id < ? ORDER BY id LIMIT 1"),
        newest(database, "SELECT id FROM line WHERE id >= ? AND id < ? ORDER BY id DESC LIMIT 1"),
        remove(database, "DELETE FROM line WHERE id >= ? AND id < ?") {}

  LineWriter writer;
  SQLite::Statement read;
  SQLite::Statement oldest;
  SQLite::Statement newest;
  SQLite::Statement remove;
};

Database::~Database() = default;

Database::Database(const std::string& path)
    : database_(made_private(path),
                SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX) {
  database_.setBusyTimeout(1'000);  // somebody may be reading it with another program
  const int schema = database_.execAndGet("PRAGMA user_version").getInt();
  if (schema > kSchema) throw TooNew();
  database_.exec("PRAGMA cache_size=-1024");
  database_.exec("PRAGMA temp_store=MEMORY");
  make_statements(schema);
}

/// What an older schema has is read even where the disk does not let it be brought up to date.
void Database::make_statements(int schema) {
  if (schema >= kHasLines) statements_ = std::make_unique<Statements>(database_);
  if (schema >= kHasRecords) records_ = std::make_unique<RecordTable>(database_);
}

void Database::prepare_to_write() {
  database_.exec("PRAGMA journal_mode=WAL");
  database_.exec("PRAGMA synchronous=FULL");
  database_.exec("PRAGMA wal_autocheckpoint=4000");
  database_.exec("PRAGMA journal_size_limit=33554432");
  migrate();
  make_statements(kSchema);
}

bool Database::looks_broken(const SQLite::Exception& fault) noexcept {
  return fault.getErrorCode() == SQLITE_CORRUPT || fault.getErrorCode() == SQLITE_NOTADB;
}

bool Database::is_broken(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<char> bytes(1U << 20U);
  while (file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) {
  }
  if (!file.eof()) return false;
  try {
    SQLite::Database database(path, SQLite::OPEN_READWRITE);
    return database.execAndGet("PRAGMA quick_check(1)").getString() != "ok";
  } catch (const SQLite::Exception& fault) {
    return looks_broken(fault);
  }
}

void Database::checkpoint() {
  if (database_.execAndGet("PRAGMA wal_checkpoint(TRUNCATE)").getInt() != 0) {
    throw std::runtime_error("somebody else is reading it");
  }
}

void Database::migrate() {
  begin();
  try {
    const int schema = database_.execAndGet("PRAGMA user_version").getInt();
    for (int next = schema; next < kSchema; ++next) {
      database_.exec(kMigrations[static_cast<std::size_t>(next)]);
    }
    // Written in any case: a file that cannot be written to says so now.
    database_.exec(fmt::format("PRAGMA application_id={}", kApplication));
    database_.exec(fmt::format("PRAGMA user_version={}", kSchema));
    commit();
  } catch (...) {
    roll_back();
    throw;
  }
}

// ---- Rooms -------------------------------------------------------------------------------------

std::optional<RoomNumber> Database::find_room(std::string_view name) {
  SQLite::Statement find(database_, "SELECT id FROM room WHERE name = ?");
  find.bind(1, std::string(name));
  if (!find.executeStep()) return std::nullopt;
  return static_cast<RoomNumber>(find.getColumn(0).getInt64());
}

std::vector<Database::KeptRoom> Database::rooms() {
  SQLite::Statement next(database_,
                         "SELECT room, EXISTS (SELECT 1 FROM room WHERE id = room) FROM"
                         " (SELECT id >> 40 AS room FROM line WHERE id >= ? ORDER BY id LIMIT 1)");
  std::vector<KeptRoom> rooms;
  for (RoomNumber from = 0;; from = rooms.back().number + 1) {
    const StatementUse use(next);
    next.bind(1, first_id(from));
    if (!next.executeStep()) return rooms;
    rooms.push_back(
        {static_cast<RoomNumber>(next.getColumn(0).getInt64()), next.getColumn(1).getInt() != 0});
  }
}

RoomNumber Database::last_room() {
  return static_cast<RoomNumber>(database_
                                     .execAndGet("SELECT max(ifnull((SELECT max(id) FROM room), 0),"
                                                 " ifnull((SELECT max(id) FROM line) >> 40, 0))")
                                     .getInt64());
}

void Database::name_room(RoomNumber room, std::string_view name) {
  SQLite::Statement add(database_, "INSERT OR REPLACE INTO room (id, name) VALUES (?, ?)");
  add.bind(1, static_cast<std::int64_t>(room));
  add.bind(2, std::string(name));
  add.exec();
}

void Database::forget_room(RoomNumber room) {
  SQLite::Statement remove(database_, "DELETE FROM room WHERE id = ?");
  remove.bind(1, static_cast<std::int64_t>(room));
  remove.exec();
}

Archive::Restored Database::restore(RoomNumber room, std::size_t lines_max, std::size_t bytes_max) {
  Archive::Restored restored;
  restored.room = room;
  const auto last = newest(room);
  if (!last) return restored;
  restored.next = *last + 1;
  StatementUse read(statements_->read);
  read->bind(1, first_id(room));
  read->bind(2, end_id(room));
  std::size_t bytes = 0;
  LineNumber expected = *last;
  while (restored.lines.size() < lines_max && read->executeStep()) {
    if (line_of(read->getColumn(0).getInt64()) != expected) break;  // lines were lost: a gap
    bytes += static_cast<std::size_t>(read->getColumn(3).getBytes());
    if (bytes > bytes_max && !restored.lines.empty()) break;
    restored.lines.push_back(row(statements_->read));
    --expected;
  }
  std::reverse(restored.lines.begin(), restored.lines.end());
  return restored;
}

// ---- Lines -------------------------------------------------------------------------------------

void Database::commit() {
  if (statements_ != nullptr) statements_->writer.flush();
  database_.exec("COMMIT");
}

void Database::roll_back() noexcept {
  if (statements_ != nullptr) statements_->writer.clear();
  static_cast<void>(database_.tryExec("ROLLBACK"));
}

void Database::add(RoomNumber room, LineNumber line, std::int64_t at_ms, LineKind kind,
                   std::string_view text) {
  statements_->writer.add(id_of(room, line), at_ms, static_cast<int>(kind), text);
}

Archive::Page Database::read(const Archive::Question& question) {
  Archive::Page page;
  page.from = question.before;
  StatementUse read(statements_->read);
  read->bind(1, first_id(question.room));
  read->bind(2, question.before > kLineMask ? end_id(question.room)
                                            : id_of(question.room, question.before));
  std::size_t bytes = 0;
  for (std::size_t looked_at = 0; read->executeStep(); ++looked_at) {
    if (read->getColumn(1).getInt64() < question.since_ms) break;
    const bool is_said = grotto::is_said(kind_of(read->getColumn(2).getInt()));
    const auto size = static_cast<std::size_t>(read->getColumn(3).getBytes());
    if (looked_at == kLookedAtMax ||
        (is_said && (page.lines.size() == question.lines_max ||
                     (bytes + size > question.bytes_max && !page.lines.empty())))) {
      page.has_earlier = true;
      break;
    }
    page.from = line_of(read->getColumn(0).getInt64());
    if (!is_said) continue;
    bytes += size;
    page.lines.push_back(row(statements_->read));
  }
  std::reverse(page.lines.begin(), page.lines.end());
  return page;
}

// ---- Retention ---------------------------------------------------------------------------------

std::optional<Database::Oldest> Database::oldest(RoomNumber room) {
  StatementUse find(statements_->oldest);
  find->bind(1, first_id(room));
  find->bind(2, end_id(room));
  if (!find->executeStep()) return std::nullopt;
  return Oldest{room, line_of(find->getColumn(0).getInt64()), find->getColumn(1).getInt64()};
}

LineNumber Database::first_since(RoomNumber room, std::int64_t since_ms, std::size_t lines_max) {
  SQLite::Statement read(database_,
                         "SELECT id, at_ms FROM line WHERE id >= ? AND id < ? ORDER BY id");
  read.bind(1, first_id(room));
  read.bind(2, end_id(room));
  LineNumber end = 0;
  for (std::size_t count = 0; count <= lines_max; ++count) {
    if (!read.executeStep()) return end + 1;  // all are
    end = line_of(read.getColumn(0).getInt64());
    if (read.getColumn(1).getInt64() >= since_ms) break;
  }
  return end;
}

std::optional<LineNumber> Database::newest(RoomNumber room) {
  StatementUse find(statements_->newest);
  find->bind(1, first_id(room));
  find->bind(2, end_id(room));
  if (!find->executeStep()) return std::nullopt;
  return line_of(find->getColumn(0).getInt64());
}

std::size_t Database::remove(RoomNumber room, LineNumber end, std::size_t lines_max) {
  const auto first = oldest(room);
  if (!first || first->line >= end) return 0;
  StatementUse remove(statements_->remove);
  remove->bind(1, id_of(room, first->line));
  remove->bind(2, id_of(room, std::min<LineNumber>(end, first->line + lines_max)));
  return static_cast<std::size_t>(remove->exec());
}

std::uint64_t Database::bytes_in_use() {
  const auto number = [&](const char* pragma) {
    return static_cast<std::uint64_t>(database_.execAndGet(pragma).getInt64());
  };
  return (number("PRAGMA page_count") - number("PRAGMA freelist_count")) *
         number("PRAGMA page_size");
}

}  // namespace grotto
