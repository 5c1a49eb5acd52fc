// HistoryStore's chapter on its file: how it is opened, and opened anew, and what is known of its
// rooms.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <stdexcept>
#include <utility>

#include "base/log.h"
#include "store/history_store.h"

namespace grotto {

namespace {

constexpr int kCannotCreate = 73;  // EX_CANTCREAT (sysexits.h)
constexpr int kConfiguration = 78;

}  // namespace

Result<std::unique_ptr<HistoryStore>> HistoryStore::open(const Options& options) {
  const std::filesystem::path folder = std::filesystem::path(options.path).parent_path();
  std::error_code fault;
  if (!folder.empty()) {
    std::filesystem::create_directories(folder, fault);
    if (fault) {
      return Error{fmt::format("cannot make the folder {}: {}.", folder.string(), fault.message()),
                   kCannotCreate};
    }
  }
  if (std::filesystem::is_directory(options.path, fault)) {
    return Error{fmt::format("the store {} is a folder.", options.path), kCannotCreate};
  }
  // One file, one lock, by whatever name it is given.
  Options real = options;
  real.path = std::filesystem::weakly_canonical(options.path, fault).string();
  if (fault) real.path = options.path;
  auto lock = FileLock::take("store", real.path);
  if (!lock) return lock.error();
  std::unique_ptr<HistoryStore> store(new HistoryStore(real, std::move(*lock)));
  try {
    store->open_database();
  } catch (const Database::TooNew& newer) {
    return Error{fmt::format("cannot use the store {}: {}.", options.path, newer.what()),
                 kConfiguration};
  } catch (const std::exception& other) {
    return Error{fmt::format("cannot open the store {}: {}.", options.path, other.what()),
                 kCannotCreate};
  }
  try {
    store->prepare_database();
  } catch (const std::exception& other) {  // it can still be read from
    store->tell_off(other);
  }
  store->learn_rooms();
  return store;
}

void HistoryStore::open_database() {
  database_.reset();
  try {
    database_ = std::make_unique<Database>(options_.path);
  } catch (const SQLite::Exception& fault) {
    if (!Database::looks_broken(fault)) throw;
    set_aside_if_broken();
    database_ = std::make_unique<Database>(options_.path);
  }
}

void HistoryStore::prepare_database() {
  try {
    database_->prepare_to_write();
  } catch (const SQLite::Exception& fault) {
    if (!Database::looks_broken(fault)) throw;
    set_aside_if_broken();
    database_ = std::make_unique<Database>(options_.path);
    database_->prepare_to_write();
  }
}

void HistoryStore::reopen_after_fault() {
  open_database();
  prepare_database();
  database_->checkpoint();
  const std::scoped_lock lock(mutex_);
  numbers_.repeat_all();
}

/// Moves the broken file and what belongs to it out of the way. One that a disk cannot read is not
/// broken.
void HistoryStore::set_aside_if_broken() {
  database_.reset();
  if (!Database::is_broken(options_.path)) return;
  std::error_code fault;
  std::string aside;
  for (std::uint64_t number = 1;; ++number) {
    aside = fmt::format("{}.broken-{}", options_.path, number);
    if (!std::filesystem::exists(aside, fault)) break;
  }
  std::filesystem::rename(options_.path, aside);
  for (const char* const end : {"-wal", "-shm"}) {
    std::filesystem::rename(options_.path + end, aside + end, fault);
  }
  log::error("history was broken and is set aside", {{"file", aside}});
  salvage_records(aside);
}

// ---- Rooms -------------------------------------------------------------------------------------

void HistoryStore::learn_rooms() {
  try {
    if (database_ == nullptr) throw std::runtime_error(fault_);
    numbers_.begin_after(database_->can_read() ? database_->last_room() : 0);
  } catch (const std::exception& fault) {
    log::error("history of rooms cannot be read, no other room is kept in this run",
               {{"fault", fault.what()}});
  }
}

HistoryStore::Restored HistoryStore::open_room(std::string_view name, std::size_t lines_max,
                                               std::size_t bytes_max) {
  Restored restored;
  try {
    if (database_ == nullptr) throw std::runtime_error(fault_);
    if (database_->can_read()) {
      const auto found = database_->find_room(name);
      if (found) restored = database_->restore(*found, lines_max, bytes_max);
    }
  } catch (const std::exception& fault) {
    // Its numbers are not known: to begin at 0 would give some of them twice.
    log::error("history of a room cannot be read, it is not kept in this run",
               {{"room", name}, {"fault", fault.what()}});
    return {};
  }
  const std::scoped_lock lock(mutex_);
  if (restored.room == 0) {
    restored.room = numbers_.begin(name);
  } else {
    numbers_.add(restored.room, name);
  }
  return restored;
}

HistoryStore::RoomNumber HistoryStore::begin_room(std::string_view name) {
  const std::scoped_lock lock(mutex_);
  return numbers_.begin(name);
}

void HistoryStore::end_room(RoomNumber room) noexcept {
  const std::scoped_lock lock(mutex_);
  numbers_.end(room);
}

/// Within a transaction.
void HistoryStore::name_rooms(const RoomNumbers::Changes& changes) {
  for (const auto& [number, name] : changes) {
    if (name) {
      database_->name_room(number, *name);
    } else {
      database_->forget_room(number);
    }
  }
}

}  // namespace grotto
