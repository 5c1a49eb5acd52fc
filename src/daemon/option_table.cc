#include "daemon/option_table.h"

#include <algorithm>

#include "door/doors.h"
#include "net/tls_context.h"

namespace grotto {

std::string Option::key() const {
  std::string result(flag);
  std::replace(result.begin(), result.end(), '-', '_');
  return result;
}

std::string Option::variable() const {
  std::string result = "GROTTO_";
  for (const char c : flag) {
    const bool is_lower = c >= 'a' && c <= 'z';
    result += c == '-' ? '_' : is_lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return result;
}

std::vector<Option> option_table(const ProgramKind& program) {
  std::vector<Option> table;
  add_listening_options(table, program);
  if (TlsContext::is_built_in()) add_tls_options(table);
  if (program.has_chat) add_chat_options(table);
  if (program.has_chat) add_bot_options(table);
  if (program.has_prompt) add_question_options(table, program);
  if (program.has_chat) add_history_options(table, program);
  add_admission_options(table);
  if (program.has_chat) add_account_options(table);
  add_limit_options(table, program);
  add_web_options(table);
  add_watching_options(table);
  if (program.has_chat) add_room_options(table);
  add_logging_options(table);
  add_process_options(table);
  return table;
}

std::string_view group_title(OptionGroup group) noexcept {
  switch (group) {
    case OptionGroup::listening: return "Listening";
    case OptionGroup::tls: return "TLS";
    case OptionGroup::chat: return "Chat";
    case OptionGroup::questions: return "Questions";
    case OptionGroup::history: return "What is kept";
    case OptionGroup::admission: return "Who is let in";
    case OptionGroup::limits: return "Limits";
    case OptionGroup::web: return "HTTP and WebSocket";
    case OptionGroup::watching: return "Watching the server";
    case OptionGroup::rooms: return "Rooms and their memory";
    case OptionGroup::logging: return "Log";
    case OptionGroup::process: return "What the process may do";
  }
  return {};
}

std::optional<std::string> check_doors(const std::vector<std::string>& doors) {
  if (doors.empty() || DoorSet::from(doors)) return std::nullopt;
  return "a list by comma out of plain, telnet, web, tls and proxy, one of the first four among "
         "them";
}

}  // namespace grotto
