// ChatApi: the chat for programs that speak HTTP: which rooms there are, a line into a room, a room
// to follow (docs/web.md).
// Threads: its worker's only. Lifetime: as the chat service.
#pragma once

#include <string>
#include <unordered_map>

#include "base/flood_control.h"
#include "grotto/web_api.h"
#include "room/names.h"
#include "room/room.h"
#include "service/accounts.h"

namespace grotto {

class ChatService;

class ChatApi final : public WebApi {
 public:
  /// So many speakers' flood control is kept; beyond it all are forgotten.
  static constexpr std::size_t kSpeakersMax = 1'000;

  explicit ChatApi(ChatService& chat) : chat_(chat) {}

  [[nodiscard]] std::optional<ApiAnswer> answer(const ApiRequest& request) override;

 private:
  /// Who asks, by his token.
  struct Caller {
    bool is_program = false;         // of the server's own: --api-token-file
    std::optional<Account> account;  // … or somebody's
    [[nodiscard]] bool is_known() const noexcept { return is_program || account.has_value(); }
  };
  [[nodiscard]] Caller caller_of(const ApiRequest& request) const;
  [[nodiscard]] ApiAnswer list_rooms(const ApiRequest& request) const;
  [[nodiscard]] ApiAnswer follow(const ApiRequest& request, const Caller& caller, Room& room,
                                 const Name& name);
  [[nodiscard]] ApiAnswer say(const ApiRequest& request, const Caller& caller, Room& room,
                              const Name& name);
  [[nodiscard]] std::optional<ApiAnswer> refuse_speaker(const ApiRequest& request,
                                                        const Caller& caller, Room& room,
                                                        const Name& speaker);
  [[nodiscard]] std::uint64_t wait_ms(const std::string& speaker, std::size_t bytes,
                                      std::size_t readers);

  ChatService& chat_;
  std::unordered_map<std::string, FloodControl> speakers_;  // by their names
};

}  // namespace grotto
