// ChatShared: what the chat services of all workers share, beside the rooms and names in the Lobby.
// Threads: each part may be used from any thread. Lifetime: as the services.
#pragma once

#include <memory>
#include <vector>

#include "base/limits.h"
#include "room/lobby.h"
#include "room/names.h"
#include "room/records.h"
#include "service/absences.h"
#include "service/access_records.h"
#include "service/accounts.h"
#include "service/acts.h"
#include "service/attempts.h"
#include "service/chat.h"
#include "service/endings.h"
#include "service/kept_rooms.h"
#include "service/passwords.h"

namespace grotto {

class ChatService;

class ChatShared {
 public:
  /// `records`: where accounts and lists are kept; nullptr: in memory only.
  ChatShared(std::shared_ptr<Lobby> rooms, const ChatOptions& options, const Limits& limits,
             const std::shared_ptr<Records>& records);

  const std::shared_ptr<Lobby> lobby;
  const NameRules names;
  Accounts accounts;
  const std::shared_ptr<Passwords> passwords;
  Attempts attempts_of_address{5, 10'000};
  Attempts attempts_of_account{20, 5'000};  // more, so that nobody locks others out easily
  Attempts registrations{5, 60'000};        // of an address
  KeptAccessList allowed;                   // who comes in, if there are any
  KeptAccessList bans;                      // of the server
  KeptAccessList mutes;
  KeptRooms kept_rooms;
  Acts acts;
  Absences absences;
  Endings endings;

  /// One of each worker; complete before any peer is served.
  std::vector<ChatService*> services;

  /// The operators that the configuration names.
  [[nodiscard]] bool is_operator_name(const NameKey& key) const noexcept;

 private:
  std::vector<NameKey> operators_;
};

}  // namespace grotto
