// Database: the file of the store: its schema, and the statements on it.
//
// A room's line is a row whose id is the room's number and the line's (`line.id`), so that the
// newest lines of a room lie together and come last. WAL, synchronous=FULL: a commit is on the disk
// when it returns. The one connection that writes and checkpoints (SQLite 3.40 has a fault in
// resetting the WAL with several). Threads: one at a time. Errors: SQLite::Exception.
#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "room/archive.h"
#include "store/record_table.h"

namespace grotto {

class Database {
 public:
  /// The schema that this program writes. Older ones are brought to it, newer ones are refused.
  static constexpr int kSchema = 2;
  /// By which its files are known (PRAGMA application_id): GROT.
  static constexpr int kApplication = 0x47524F54;

  /// The file was made by a newer version of this program.
  class TooNew : public std::exception {
   public:
    [[nodiscard]] const char* what() const noexcept override {
      return "it was made by a newer version of this program";
    }
  };

  /// Opens it for reading, and makes an empty file if it is not there. Throws TooNew as well.
  explicit Database(const std::string& path);
  ~Database();

  /// Makes it ready to be written to, proves that it can be, and brings its schema up to date.
  void prepare_to_write();
  /// Whether there is anything to read: not before the first prepare_to_write() of a new file.
  [[nodiscard]] bool can_read() const noexcept { return statements_ != nullptr; }
  /// nullptr: there are none, before the first prepare_to_write() of a file of schema 1.
  [[nodiscard]] RecordTable* records() noexcept { return records_.get(); }

  /// Whether an error is one of a broken file; a disk that cannot be read gives such ones too.
  [[nodiscard]] static bool looks_broken(const SQLite::Exception& fault) noexcept;
  /// Whether the file can be read and is broken: reads all of it. With no connection open to it.
  [[nodiscard]] static bool is_broken(const std::string& path);

  /// Brings all that was committed from the WAL to the file and begins the WAL anew. After a fault:
  /// what is in the WAL may be in memory only, and must not be built upon.
  void checkpoint();

  // ---- Rooms ----

  [[nodiscard]] std::optional<Archive::RoomNumber> find_room(std::string_view name);
  /// Those that lines are kept of. A number that has no name is that of a room that is kept no
  /// longer.
  struct KeptRoom {
    Archive::RoomNumber number = 0;
    bool is_named = false;
  };
  [[nodiscard]] std::vector<KeptRoom> rooms();
  /// The highest number that a room has or had, as far as its lines are there; 0 if there is none.
  [[nodiscard]] Archive::RoomNumber last_room();
  /// Within a transaction. Another room that has the name loses it.
  void name_room(Archive::RoomNumber room, std::string_view name);
  void forget_room(Archive::RoomNumber room);
  [[nodiscard]] Archive::Restored restore(Archive::RoomNumber room, std::size_t lines_max,
                                          std::size_t bytes_max);

  // ---- Lines ----

  void begin() { database_.exec("BEGIN IMMEDIATE"); }
  void commit();
  void roll_back() noexcept;

  /// Within begin() and commit(), which may be what writes it. A line that is there already is
  /// replaced.
  void add(Archive::RoomNumber room, LineNumber line, std::int64_t at_ms, LineKind kind,
           std::string_view text);
  [[nodiscard]] Archive::Page read(const Archive::Question& question);

  // ---- Retention ----

  struct Oldest {
    Archive::RoomNumber room = 0;
    LineNumber line = 0;
    std::int64_t at_ms = 0;
  };
  [[nodiscard]] std::optional<Oldest> oldest(Archive::RoomNumber room);
  /// The room's first line that is not before `since_ms`, if it is one of its oldest `lines_max`;
  /// else the one after them.
  [[nodiscard]] LineNumber first_since(Archive::RoomNumber room, std::int64_t since_ms,
                                       std::size_t lines_max);
  /// The newest line's number; nothing if none is kept.
  [[nodiscard]] std::optional<LineNumber> newest(Archive::RoomNumber room);
  /// Removes the room's lines from its oldest to before `end`, at most `lines_max` of them.
  std::size_t remove(Archive::RoomNumber room, LineNumber end, std::size_t lines_max);
  /// What lines take of the file.
  [[nodiscard]] std::uint64_t bytes_in_use();

 private:
  struct Statements;
  void migrate();
  void make_statements(int schema);

  SQLite::Database database_;
  std::unique_ptr<Statements> statements_;
  std::unique_ptr<RecordTable> records_;
};

}  // namespace grotto
