#include "service/chat_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <utility>
#include <variant>

#include "base/address.h"
#include "base/json_object.h"
#include "base/numbers.h"
#include "base/time_text.h"
#include "base/url_text.h"
#include "line/text.h"
#include "service/chat_service.h"
#include "service/discipline.h"
#include "service/follower.h"

namespace grotto {

namespace {

constexpr std::string_view kRooms = "/rooms";
constexpr std::string_view kDefaultSpeaker = "curl";

ApiAnswer refused(unsigned status, std::string_view code, std::string_view sentence) {
  ApiAnswer made;
  made.status = status;
  JsonObject(made.body).text("type", "refusal").text("code", code).text("text", sentence).end();
  return made;
}

ApiAnswer not_allowed(std::string_view allow) {
  ApiAnswer made = refused(405, "bad-method", fmt::format("Only {} is answered here.", allow));
  made.allow = allow;
  return made;
}

ApiAnswer refused_for(std::uint64_t wait_ms, unsigned status, std::string_view code,
                      std::string_view sentence) {
  ApiAnswer made = refused(status, code, sentence);
  made.retry_after = static_cast<unsigned>((wait_ms + 999) / 1000);
  return made;
}

/// Whether somebody who is here has that name.
class NameProbe final : public Person {
 public:
  explicit NameProbe(WorkerContext& worker) : worker_(worker) {}
  [[nodiscard]] WorkerContext& worker() noexcept override { return worker_; }

 private:
  WorkerContext& worker_;
};

bool is_name_taken(ChatService& chat, const NameKey& key) {
  NameProbe probe(chat.worker());
  if (!chat.lobby().claim_name(key, probe)) return true;
  chat.lobby().release_name(key);
  return false;
}

}  // namespace

std::optional<ApiAnswer> ChatApi::answer(const ApiRequest& request) {
  std::string_view path = request.path;
  if (!path.starts_with(kRooms)) return std::nullopt;
  path.remove_prefix(kRooms.size());
  if (!path.empty() && path.front() != '/') return std::nullopt;
  const Caller caller = caller_of(request);
  if (!request.token.empty() && !caller.is_known()) {
    return refused(401, "wrong-token", "That token is none of this server's.");
  }
  if (const auto ban =
          chat_.shared().bans.list().find(Address::from_host(request.peer_host), wall_clock_ms())) {
    return refused(403, "banned", fmt::format("Your address is banned{}.", terms(*ban)));
  }
  // Who has to show who he is reads nothing here without a token.
  const bool is_closed = chat_.options().requires_login || !chat_.options().server_password.empty();
  if (is_closed && !caller.is_known()) {
    return refused(401, "token-required", "Send a token: Authorization: Bearer TOKEN");
  }
  if (path.empty() || path == "/") return list_rooms(request);
  const auto checked = chat_.names().check(path.substr(1));
  const Name* const name = std::get_if<Name>(&checked);
  const auto room = name == nullptr ? nullptr : chat_.lobby().find_room(name->key);
  const bool is_hidden = room != nullptr && room->rules().is_private() && !caller.is_program;
  if (room == nullptr || is_hidden) return refused(404, "no-such-room", "There is no such room.");
  if (request.method == "GET") return follow(request, caller, *room, *name);
  if (request.method == "POST") return say(request, caller, *room, *name);
  return not_allowed("GET, POST");
}

ChatApi::Caller ChatApi::caller_of(const ApiRequest& request) const {
  Caller made;
  if (request.token.empty()) return made;
  const std::string& token = chat_.options().api_token;
  made.is_program = !token.empty() && Passwords::are_equal(token, request.token);
  if (!made.is_program) {
    made.account = chat_.shared().accounts.find_by_token(Passwords::digest(request.token));
  }
  return made;
}

ApiAnswer ChatApi::list_rooms(const ApiRequest& request) const {
  if (request.method != "GET") return not_allowed("GET");
  std::size_t more = 0;
  std::string rooms = "[";
  for (const auto& room : chat_.lobby().list_rooms(chat_.limits().rooms_listed_max, more)) {
    if (rooms.size() > 1) rooms += ',';
    JsonObject object(rooms);
    object.text("room", room.name).number("members", room.members).text("topic", room.topic);
    object.value("password", room.has_password ? "true" : "false").end();
  }
  rooms += ']';
  ApiAnswer made;
  JsonObject(made.body).value("rooms", rooms).number("more", more).end();
  return made;
}

ApiAnswer ChatApi::follow(const ApiRequest& request, const Caller& caller, Room& room,
                          const Name& name) {
  if (room.rules().has_password() && !caller.is_program) {
    return refused(401, "token-required", "This room is followed with the server's token only.");
  }
  LineNumber from = kNoLine;
  if (!request.last_event_id.empty()) {
    const auto last = parse_whole(request.last_event_id);
    if (!last || *last >= kNoLine - 1) {
      return refused(400, "usage", "Last-Event-ID is the number of a line.");
    }
    from = *last + 1;
  }
  LocalRoom* const local = chat_.rooms().open(name);
  if (local == nullptr || &local->room() != &room) {
    return refused(404, "no-such-room", "There is no such room.");
  }
  ApiAnswer made;
  made.stream = std::make_unique<Follower>(*local, from);
  return made;
}

ApiAnswer ChatApi::say(const ApiRequest& request, const Caller& caller, Room& room,
                       const Name& name) {
  if (!caller.is_known()) {
    return refused(401, "token-required", "Send a token: Authorization: Bearer TOKEN");
  }
  if (room.rules().has_password() && !caller.is_program) {
    return refused(403, "not-allowed", "This room takes lines with the server's token only.");
  }
  const auto given = query_value(request.query, "as");
  const std::string_view own = caller.account ? caller.account->name.text : kDefaultSpeaker;
  const auto checked = chat_.names().check(given ? std::string_view(*given) : own);
  if (const auto* const fault = std::get_if<NameFault>(&checked)) {
    return refused(400, "bad-name", sentence(*fault));
  }
  const Name& speaker = std::get<Name>(checked);
  std::string_view line = request.body;
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.find_first_of("\r\n") != std::string_view::npos) {
    return refused(400, "one-line", "Send one line at a time.");
  }
  std::string scratch;
  const std::string_view text = clean_text(line, scratch);
  if (text.empty()) return refused(400, "usage", "Send the line as the body of the request.");
  if (text.size() > chat_.limits().line_bytes_max) {
    return refused(413, "too-long",
                   fmt::format("Your line is longer than {} bytes and was not sent.",
                               chat_.limits().line_bytes_max));
  }
  if (auto refusal = refuse_speaker(request, caller, room, speaker)) return std::move(*refusal);
  LocalRoom* const local = chat_.rooms().open(name);
  if (local == nullptr || &local->room() != &room) {
    return refused(404, "no-such-room", "There is no such room.");
  }
  if (!local->may_append()) {
    return refused_for(1'000, 503, "busy", "Somebody there reads slowly: try again.");
  }
  if (const std::uint64_t wait = wait_ms(speaker.text, text.size(), room.members()); wait > 0) {
    return refused_for(wait, 429, "too-fast", "So many lines were not taken: try again later.");
  }
  if (chat_.options().naming == Naming::none) {
    local->append(LineKind::say, nullptr, {text});
  } else {
    local->append(LineKind::say, nullptr, {speaker.text, ": ", text});
  }
  ApiAnswer made;
  JsonObject(made.body)
      .text("type", "said")
      .text("room", room.name())
      .text("from", speaker.text)
      .end();
  return made;
}

std::optional<ApiAnswer> ChatApi::refuse_speaker(const ApiRequest& request, const Caller& caller,
                                                 Room& room, const Name& speaker) {
  ChatShared& shared = chat_.shared();
  if (caller.account) {
    if (speaker.key.folded != caller.account->name.key.folded) {
      return refused(403, "not-yours", "With the token of an account lines have its name.");
    }
  } else if (is_name_taken(chat_, speaker.key) || shared.accounts.owner_of(speaker.key) ||
             shared.is_operator_name(speaker.key)) {
    return refused(409, "name-taken", fmt::format("The name {} is taken.", speaker.text));
  }
  const std::int64_t now = wall_clock_ms();
  const Address peer = Address::from_host(request.peer_host);
  const auto is_on = [&](const AccessList& list) {
    return list.has_entries() && (list.find(speaker.key, now) || list.find(peer, now));
  };
  if (is_on(shared.bans.list()) || is_on(room.discipline().bans)) {
    return refused(403, "banned", fmt::format("{} is banned.", speaker.text));
  }
  if (is_on(shared.mutes.list()) || is_on(room.discipline().mutes)) {
    return refused(403, "muted", fmt::format("{} is muted.", speaker.text));
  }
  return std::nullopt;
}

std::uint64_t ChatApi::wait_ms(const std::string& speaker, std::size_t bytes, std::size_t readers) {
  if (speakers_.size() >= kSpeakersMax && !speakers_.contains(speaker)) speakers_.clear();
  FloodControl& flood = speakers_[speaker];
  const std::uint64_t now = chat_.wheel().now_ms();
  const std::uint64_t wait = flood.wait_ms(chat_.limits(), bytes, readers, now);
  if (wait == 0) flood.take(chat_.limits(), bytes, readers, now);
  return wait;
}

}  // namespace grotto
