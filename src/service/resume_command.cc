#include "service/resume_command.h"

#include <fmt/format.h>

#include "base/numbers.h"
#include "service/chat_service.h"
#include "service/commands.h"
#include "service/login.h"
#include "service/refusal.h"

namespace grotto {

void run_resume(ChatService& chat, Participant& who, std::string_view arguments) {
  constexpr std::string_view kUsage =
      "Type /resume in the chat for a token, and /resume TOKEN when you come in.";
  const std::string_view token = take_word(arguments);
  if (who.is_in()) {
    if (!token.empty()) return refuse(who, "usage", kUsage);
    const std::string given = chat.resumption().give_token(who);
    return who.tell(
        fmt::format("Your token is {}. If your connection drops, connect again and type /resume {}",
                    given, given));
  }
  if (token.empty()) {
    refuse(who, "usage", kUsage);
    return ask_name_again(who);
  }
  Positions positions;
  while (!arguments.empty()) {
    const std::string_view word = take_word(arguments);
    const std::size_t equals = word.find('=');
    const auto line = parse_whole(equals == std::string_view::npos ? "" : word.substr(equals + 1));
    if (!line || positions.size() == chat.limits().rooms_per_person_max) {
      refuse(who, "usage", "Say what you read last as ROOM=ID: /resume TOKEN lobby=41");
      return ask_name_again(who);
    }
    positions.emplace_back(word.substr(0, equals), *line);
  }
  chat.resumption().come_back(who, token, positions);
}

}  // namespace grotto
