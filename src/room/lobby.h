// Lobby: what all workers share: the rooms, the names in use, and the bound on all logs together.
//
// A room is found by the key of its name, so that two rooms never look alike. It is there as long
// as a worker uses it, or is kept, or for good if it is permanent. Threads: every method may be
// called from any thread. Lifetime: outlives all workers' services.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "grotto/worker_context.h"
#include "room/archive.h"
#include "room/key_map.h"
#include "room/key_set.h"
#include "room/names.h"
#include "room/room.h"

namespace grotto {

/// One who has a name, as others find him. Valid under the lobby's lock, or on his worker's thread.
class Person {
 public:
  [[nodiscard]] virtual WorkerContext& worker() noexcept = 0;

 protected:
  ~Person() = default;
};

class Lobby {
 public:
  Lobby(const Limits& limits, unsigned workers) : limits_(limits), workers_(workers) {}
  Lobby(const Lobby&) = delete;
  Lobby& operator=(const Lobby&) = delete;

  // ---- Rooms ----

  /// Where lines of permanent rooms and of those that are kept go. Before the first of them is
  /// added.
  void set_archive(std::shared_ptr<Archive> archive) noexcept { archive_ = std::move(archive); }
  [[nodiscard]] bool has_archive() const noexcept { return archive_ != nullptr; }

  /// A room that is there from now on, whoever is in it. Before the workers run.
  void add_permanent_room(const Name& name);

  /// A room that is kept since a run before, with its last lines; nullptr if it is there already.
  /// The rules are the caller's to restore. It is added even beyond Limits::kept_rooms_max. Before
  /// the workers run.
  std::shared_ptr<Room> add_kept_room(const Name& name);

  enum class Keeping : std::uint8_t {
    kept,      // from now on it is there whoever is in it, and its lines go to the archive
    already,   // it was kept, or is permanent
    too_many,  // there are Limits::kept_rooms_max
    gone       // it has been given up meanwhile
  };
  /// Keeps a founded room. The archive gets what is in its log too; what a room of that name had
  /// there before, nobody reads any more. Throws std::bad_alloc and has then changed nothing.
  [[nodiscard]] Keeping keep_room(Room& room);
  /// Lets a kept room be as other founded ones again; its lines in the archive are left to
  /// retention. If nobody is in it, it vanishes, `room` too unless the caller holds it.
  void stop_keeping(Room& room) noexcept;

  /// How a room is founded that is not there.
  struct Founding {
    std::string_view password;
    std::optional<std::array<std::uint8_t, 16>> from;  // Address::limit_key(); none: not counted
  };
  enum class FoundingFault : std::uint8_t {
    too_many,              // there are Limits::rooms_max
    too_many_from_address  // Limits::rooms_per_address_max that were founded from there are open
  };
  /// The room of that name, for a worker that has no part of it yet; to be given back. If it is not
  /// there it is founded; nullptr if that may not be, `fault` tells why.
  [[nodiscard]] std::shared_ptr<Room> use_room(const Name& name, const Founding& founding,
                                               FoundingFault* fault = nullptr);
  void give_back(Room& room) noexcept;

  /// The room of that name, or nullptr. It may be given up while it is looked at: for reading.
  [[nodiscard]] std::shared_ptr<Room> find_room(const NameKey& key);

  /// Visits every room with the address that it was founded from, if that is counted, in order of
  /// their names; under the lock.
  using VisitRoom = std::function<void(
      Room& room, const std::optional<std::array<std::uint8_t, 16>>& founded_from)>;
  void for_each_room(const VisitRoom& visit) const;

  /// How many there are.
  [[nodiscard]] std::size_t rooms() const;

  /// A room as it is listed.
  struct Listed {
    std::string name;
    std::size_t members = 0;
    std::string topic;
    bool has_password = false;
  };
  /// The `count_max` rooms with the most members, private ones excepted; `more`: how many others
  /// there are.
  [[nodiscard]] std::vector<Listed> list_rooms(std::size_t count_max, std::size_t& more) const;

  // ---- Names ----

  /// Takes a name if no one who is here has it or one that looks like it.
  [[nodiscard]] bool claim_name(const NameKey& key, Person& person);
  /// A reserved name stays reserved.
  void release_name(const NameKey& key) noexcept;

  /// From now on nobody gets that name, or one that looks like it, but by claim_reserved_name().
  /// False if it is taken. Before the workers run.
  [[nodiscard]] bool reserve_name(const NameKey& key);
  /// He is here for whom the name was reserved. False if it is not reserved, or he is here already.
  [[nodiscard]] bool claim_reserved_name(const NameKey& key, Person& person) noexcept;

  /// Who has the name goes and may come back: until release_name() nobody gets it but by
  /// claim_held_name().
  void hold_name(const NameKey& key) noexcept;
  [[nodiscard]] bool claim_held_name(const NameKey& key, Person& person) noexcept;

  /// REQUIRES: `from` is not reserved. Gives up `from` for `to`; false, and nothing changed, if
  /// somebody else has it. A name may change into a look-alike of itself.
  [[nodiscard]] bool change_name(const NameKey& from, const NameKey& to, Person& person);

  /// Runs `task` on the worker of the person of that name; with nullptr if he has gone meanwhile.
  /// False if nobody has that name now.
  [[nodiscard]] bool post_to(const NameKey& key, std::function<void(Person* person)> task);

  /// How many have a name and are here.
  [[nodiscard]] std::size_t people() const;
  /// All who have a name and are on that worker; from its thread, which alone can end them.
  [[nodiscard]] std::vector<Person*> people_on(const WorkerContext& worker) const;

  /// Another number for each, never 0, of so many bits.
  static constexpr unsigned kPersonBits = 28;
  [[nodiscard]] std::uint32_t number_person() noexcept {
    constexpr std::uint32_t kMask = (1U << kPersonBits) - 1;
    return last_person_.fetch_add(1, std::memory_order_relaxed) % kMask + 1;
  }

  /// For an upgrade: the numbers that were given; restored ones are not given again.
  [[nodiscard]] std::uint32_t last_person() const noexcept { return last_person_; }
  void set_last_person(std::uint32_t number) noexcept { last_person_ = number; }
  /// Holds a name for one who is not here, as hold_name(); false if somebody has it.
  [[nodiscard]] bool claim_and_hold_name(const NameKey& key);

  // ---- Memory ----

  /// If all logs together hold more than Limits::log_memory_bytes, lets go of the oldest lines of
  /// the coldest rooms first, never of a line that a patient member was not sent. Cheap when there
  /// is nothing to do.
  void keep_log_memory_bound();

  [[nodiscard]] std::size_t log_memory_bytes() const noexcept {
    return log_memory_bytes_.load(std::memory_order_relaxed);
  }
  /// How much was let go of for the bound, in all.
  [[nodiscard]] std::uint64_t reclaimed_bytes() const noexcept {
    return reclaimed_bytes_.load(std::memory_order_relaxed);
  }

 private:
  struct Entry {
    std::shared_ptr<Room> room;
    std::size_t uses = 0;  // workers that have a part of it
    std::optional<std::array<std::uint8_t, 16>> founded_from;
  };
  using Rooms = std::unordered_map<std::uint64_t, Entry>;  // by NameKey::folded

  [[nodiscard]] bool is_taken(const NameKey& key) const;
  /// Where the holder of a reserved name stands; nullptr if it is not reserved.
  [[nodiscard]] Person** find_reserved(const NameKey& key) noexcept;
  [[nodiscard]] Rooms::iterator find(const NameKey& key);
  Entry& add(const Name& name, Room::Kind kind);
  void drop_unless_used(Rooms::iterator found) noexcept;

  const Limits limits_;
  const unsigned workers_;
  std::atomic<std::size_t> log_memory_bytes_{0};
  std::atomic<std::uint64_t> reclaimed_bytes_{0};
  std::atomic<std::uint32_t> last_person_{0};

  mutable std::mutex mutex_;  // guards what follows
  Rooms rooms_;
  std::size_t kept_rooms_ = 0;
  std::map<std::array<std::uint8_t, 16>, std::size_t> rooms_from_;   // no more than there are rooms
  std::unordered_map<std::uint64_t, std::uint64_t> room_skeletons_;  // to NameKey::folded
  KeyMap<Person*> folded_;  // nullptr: reserved, and nobody is here
  std::vector<NameKey> reserved_;
  KeySet skeletons_;

  std::shared_ptr<Archive> archive_;  // goes first: what it has not answered yet may hold rooms
};

}  // namespace grotto
