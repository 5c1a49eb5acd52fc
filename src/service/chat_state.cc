#include "service/chat_state.h"

#include <algorithm>
#include <array>
#include <optional>

#include "service/access_records.h"
#include "service/chat_service.h"
#include "service/person_state.h"

namespace grotto {

namespace {

using FoundedFrom = std::optional<std::array<std::uint8_t, 16>>;

void save_list(const AccessList& list, StateWriter& state) {
  std::size_t more = 0;
  const auto entries = list.newest(std::size_t{1} << 30U, 0, more);
  state.number(entries.size());
  for (const AccessEntry& entry : entries) {
    state.text(entry.target.text);
    state.text(entry.by);
    state.text(entry.why);
    state.number(static_cast<std::uint64_t>(entry.at_ms));
    state.number(static_cast<std::uint64_t>(entry.until_ms));
  }
}

template <class Put>
void restore_list(const NameRules& names, StateReader& state, Put put) {
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    auto target = parse_target(names, state.text());
    AccessEntry entry;
    entry.by = state.text();
    entry.why = state.text();
    entry.at_ms = static_cast<std::int64_t>(state.number());
    entry.until_ms = static_cast<std::int64_t>(state.number());
    if (!target) continue;
    entry.target = std::move(*target);
    put(std::move(entry));
  }
}

void save_room(ChatShared& shared, const Room& room, const FoundedFrom& from, StateWriter& state) {
  state.text(room.name());
  state.flag(room.is_kept());
  state.text(from ? std::string_view(reinterpret_cast<const char*>(from->data()), from->size())
                  : std::string_view());
  const std::vector<std::string> operators = shared.kept_rooms.operators(room);
  state.number(operators.size());
  for (const std::string& each : operators) state.text(each);
  room.save(state);
}

FoundedFrom read_founded_from(StateReader& state) {
  const std::string_view text = state.text();
  std::array<std::uint8_t, 16> from{};
  if (text.size() != from.size()) return std::nullopt;
  std::copy(text.begin(), text.end(), from.begin());
  return from;
}

/// One who is away, wherever it is known from.
struct Away {
  struct InRoom {
    std::string_view name;
    AuthorId author = kServer;
    LineNumber next = 0;
    bool is_operator = false;
  };
  std::string_view token, name, account;
  const Personal* personal = nullptr;
  Look look;
  bool gets_own_lines = false;
  bool is_held = true;
  std::uint64_t grace_ms = 0;
  std::vector<InRoom> rooms;

  void save(StateWriter& state) const {
    state.text(token);
    state.text(name);
    state.text(account);
    state.flag(personal != nullptr);
    if (personal != nullptr) personal->save(state);
    save_look(look, state);
    state.flag(gets_own_lines);
    state.flag(is_held);
    state.number(grace_ms);
    state.number(rooms.size());
    for (const InRoom& each : rooms) {
      state.text(each.name);
      state.number(each.author);
      state.number(each.next);
      state.flag(each.is_operator);
    }
  }
};

std::uint64_t grace_left(const ChatShared& shared, std::string_view token) {
  std::uint64_t left = 0;
  for (ChatService* const each : shared.services) {
    left = std::max(left, each->resumption().grace_left_ms(token));
  }
  return left;
}

void save_absences(ChatShared& shared, StateWriter& state) {
  const auto absences = shared.absences.all();
  state.number(absences.size());
  for (const auto& absence : absences) {
    Away away;
    away.token = absence->token;
    away.name = absence->name.text;
    if (absence->account != nullptr) away.account = absence->account->text;
    away.personal = absence->personal.get();
    away.look = absence->look;
    away.gets_own_lines = absence->gets_own_lines;
    away.is_held = absence->is_held;
    away.grace_ms = grace_left(shared, absence->token);
    for (const Absence::InRoom& in : absence->rooms) {
      away.rooms.push_back({in.name.text, in.author, in.next, in.is_operator});
    }
    away.save(state);
  }
}

}  // namespace

void save_chat(ChatShared& shared, StateWriter& state) {
  state.number(shared.lobby->last_person());
  for (const KeptAccessList* const each : {&shared.allowed, &shared.bans, &shared.mutes}) {
    save_list(each->list(), state);
  }
  shared.accounts.save(state);
  std::vector<std::pair<const Room*, FoundedFrom>> rooms;
  shared.lobby->for_each_room(
      [&](Room& room, const FoundedFrom& from) { rooms.emplace_back(&room, from); });
  state.number(rooms.size());
  for (const auto& [room, from] : rooms) {
    save_room(shared, *room, from, state);
    // A list of const Room: nobody changes it meanwhile.
    auto& discipline = const_cast<Room*>(room)->discipline();  // NOLINT: it is read only
    save_list(discipline.bans, state);
    save_list(discipline.mutes, state);
  }
  save_absences(shared, state);
  shared.endings.save(state);
  const std::uint64_t now = shared.services.front()->wheel().now_ms();
  for (const Attempts* const each :
       {&shared.attempts_of_address, &shared.attempts_of_account, &shared.registrations}) {
    each->save(now, state);
  }
}

void save_absent(Participant& who, StateWriter& state) {
  ChatService& chat = who.chat();
  static_cast<void>(chat.resumption().give_token(who));
  Away away;
  away.token = who.token();
  away.name = who.name();
  if (who.account() != nullptr) away.account = who.account()->text;
  away.personal = who.personal();
  away.look = who.look();
  away.gets_own_lines = who.gets_own_lines();
  away.grace_ms = chat.limits().resume_grace_ms;
  who.for_each_seat([&](Seat& seat) {
    const Room& room = seat.room()->room();
    // What was handed to the connection is still sent.
    away.rooms.push_back({room.name(), seat.author(), seat.next_line(), room.is_operator(seat)});
  });
  away.save(state);
}

// ---- In the new process ------------------------------------------------------------------------

ChatState::~ChatState() {
  for (const auto& room : awaited_) room->await_no_more();
  for (const auto& room : used_) shared_.lobby->give_back(*room);
}

void ChatState::restore(StateReader& state) {
  shared_.lobby->set_last_person(static_cast<std::uint32_t>(state.number()));
  for (KeptAccessList* const each : {&shared_.allowed, &shared_.bans, &shared_.mutes}) {
    restore_list(shared_.names, state, [&](const AccessEntry& entry) { each->put_if_new(entry); });
  }
  shared_.accounts.restore(shared_.names, state);
  restore_rooms(state);
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    restore_absent(state);
  }
  shared_.endings.restore(shared_.names, state);
  const std::uint64_t now = shared_.services.front()->wheel().now_ms();
  for (Attempts* const each :
       {&shared_.attempts_of_address, &shared_.attempts_of_account, &shared_.registrations}) {
    each->restore(now, state);
  }
}

void ChatState::restore_rooms(StateReader& state) {
  Lobby& lobby = *shared_.lobby;
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    const Name name = shared_.names.own(state.text());
    const bool is_kept = state.flag();
    const FoundedFrom from = read_founded_from(state);
    std::vector<std::string> operators;
    for (std::uint64_t each = state.number(); each > 0 && state.is_good(); --each) {
      operators.emplace_back(state.text());
    }
    if (!state.is_good()) return;
    std::shared_ptr<Room> room = lobby.find_room(name.key);
    if (room == nullptr) {
      room = lobby.use_room(name, {.password = {}, .from = from});
      if (room == nullptr) {  // fewer rooms are allowed now
        state.fail();
        return;
      }
      used_.push_back(room);
      if (is_kept) static_cast<void>(shared_.kept_rooms.keep(*room, operators));
    }
    room->await();
    awaited_.push_back(room);
    room->restore(state);
    for (AccessList* const list : {&room->discipline().bans, &room->discipline().mutes}) {
      restore_list(shared_.names, state,
                   [&](AccessEntry entry) { static_cast<void>(list->put(std::move(entry))); });
    }
  }
}

void ChatState::restore_absent(StateReader& state) {
  Lobby& lobby = *shared_.lobby;
  Resumption& keeper = shared_.services.front()->resumption();
  auto absence = std::make_shared<Absence>();
  absence->token = state.text();
  absence->name = shared_.names.own(state.text());
  const std::string_view account = state.text();
  if (!account.empty()) absence->account = std::make_unique<const Name>(shared_.names.own(account));
  if (state.flag()) {
    absence->personal = std::make_unique<Personal>(shared_.names);
    absence->personal->restore(state);
  }
  absence->look = read_look(state);
  absence->gets_own_lines = state.flag();
  absence->is_held = state.flag();
  absence->keeper = &keeper;
  const std::uint64_t grace_ms = state.number();
  for (std::uint64_t left = state.number(); left > 0 && state.is_good(); --left) {
    Absence::InRoom in;
    in.name = shared_.names.own(state.text());
    in.author = static_cast<AuthorId>(state.number());
    in.next = state.number();
    in.is_operator = state.flag();
    std::shared_ptr<Room> room = lobby.find_room(in.name.key);
    in.room = room;
    if (room != nullptr && absence->is_held) {
      in.held = lobby.use_room(in.name, {});
      room->await();
    }
    absence->rooms.push_back(std::move(in));
  }
  if (!state.is_good()) return;
  if (absence->is_held) {
    if (!lobby.claim_and_hold_name(absence->name.key)) {
      state.fail();
      return;
    }
    keeper.take_over_grace(absence->token, grace_ms);
  }
  shared_.absences.put(std::move(absence));
}

}  // namespace grotto
