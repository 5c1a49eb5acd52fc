#include "service/chat_shared.h"

#include <algorithm>
#include <utility>

namespace grotto {

ChatShared::ChatShared(std::shared_ptr<Lobby> rooms, const ChatOptions& options,
                       const Limits& limits, const std::shared_ptr<Records>& records)
    : lobby(std::move(rooms)),
      names(options.quit_words),
      accounts(names, records, limits.accounts_max),
      passwords(Passwords::create()),
      allowed("allow", names, records, limits.access_entries_max),
      bans("ban", names, records, limits.access_entries_max),
      mutes("mute", names, records, limits.access_entries_max),
      kept_rooms(*lobby, names, records) {
  for (const std::string& name : options.operators) operators_.push_back(names.own(name).key);
}

bool ChatShared::is_operator_name(const NameKey& key) const noexcept {
  return std::any_of(operators_.begin(), operators_.end(),
                     [&](const NameKey& each) { return each.clashes_with(key); });
}

}  // namespace grotto
