#include "service/questions.h"

#include <fmt/format.h>

#include <utility>

#include "service/chat_service.h"
#include "service/person_lines.h"

namespace grotto {

void ask_hidden(Participant& who, std::string_view question, TakeAnswer take, bool is_first) {
  const bool is_hidden = who.session().hide_input(true);
  ask(who, "password",
      is_hidden || !is_first
          ? std::string(question)
          : fmt::format("{} (It can be seen as you type it; in a telnet client, type /telnet "
                        "first.)",
                        question));
  who.set_question(std::make_unique<Question>(Question{std::string(question), std::move(take)}));
}

void take_answer(ChatService& chat, Participant& who, std::string_view line) {
  const std::unique_ptr<Question> asked = who.take_question();
  if (line == "/telnet") {
    static_cast<void>(who.session().start_telnet());
    return ask_hidden(who, asked->text, std::move(asked->take));
  }
  static_cast<void>(who.session().hide_input(false));
  asked->take(chat, who, line);
}

}  // namespace grotto
