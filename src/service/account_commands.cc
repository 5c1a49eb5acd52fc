#include "service/account_commands.h"

#include <fmt/format.h>

#include <memory>
#include <utility>
#include <variant>

#include "service/chat_service.h"
#include "service/chat_shared.h"
#include "service/commands.h"
#include "service/login.h"
#include "service/refusal.h"

namespace grotto {

namespace {

constexpr std::size_t kTokenBytes = 24;  // random ones: 32 letters and digits

/// The password that the command has, or that is asked for.
void with_new_password(ChatService& chat, Participant& who, std::string_view given,
                       TakePassword take) {
  if (given.empty()) return ask_new_password(who, std::move(take));
  take(chat, who, std::string(given));
}

/// Tells if `who` is not logged in.
const Name* own_account(Participant& who) {
  const Name* const account = who.account();
  if (account == nullptr) {
    refuse(who, "not-logged-in", "You are not logged in: /login NAME, or /register.");
  }
  return account;
}

/// Nobody else's, nor his any more: another name for who has logged out.
std::string guest_name(ChatService& chat) {
  return fmt::format("guest-{}", chat.lobby().number_person());
}

}  // namespace

void run_register(ChatService& chat, Participant& who, std::string_view arguments) {
  if (const Name* const account = who.account()) {
    return refuse(who, "logged-in", fmt::format("You are logged in as {}.", account->text));
  }
  if (chat.shared().is_operator_name(who.key()) && !is_local(who)) {
    return refuse(who, "not-local", "An operator's name is registered from the server itself.");
  }
  with_new_password(chat, who, arguments,
                    [](ChatService& service, Participant& owner, std::string password) {
                      const Name name{std::string(owner.name()), owner.key()};
                      make_account(service, owner, name, std::move(password),
                                   [name](ChatService& then, Participant& registered) {
                                     registered.set_account(std::make_unique<Name>(name));
                                     then.remember(registered);
                                     then.tell_logged_in(registered);
                                   });
                    });
}

void run_login(ChatService& chat, Participant& who, std::string_view arguments) {
  const std::string_view word = take_word(arguments);
  if (word.empty()) return refuse(who, "usage", "Say as whom: /login NAME [PASSWORD]");
  const auto checked = chat.names().check(word);
  const auto* const name = std::get_if<Name>(&checked);
  const auto account = name == nullptr ? std::nullopt : chat.shared().accounts.find(name->key);
  if (!account) {
    refuse(who, "no-such-account", "There is no account of that name.");
    return ask_name_again(who);
  }
  if (who.account() != nullptr && who.account()->key == account->name.key &&
      who.key() == account->name.key) {
    return refuse(who, "logged-in", fmt::format("You are logged in as {}.", account->name.text));
  }
  if (arguments.empty()) return ask_account_password(who, account->name);
  log_in(chat, who, account->name, std::string(arguments));
}

void run_logout(ChatService& chat, Participant& who, std::string_view /*arguments*/) {
  const Name* const account = own_account(who);
  if (account == nullptr) return;
  const bool gives_up_name = account->key.clashes_with(who.key());
  who.set_account(nullptr);
  who.tell("You are logged out.");
  while (gives_up_name && !chat.rename_to(who, chat.names().own(guest_name(chat)))) {
  }
}

void run_password(ChatService& chat, Participant& who, std::string_view arguments) {
  if (own_account(who) == nullptr) return;
  with_new_password(chat, who, arguments,
                    [](ChatService& service, Participant& owner, std::string password) {
                      const Name* const account = own_account(owner);
                      if (account != nullptr)
                        change_password(service, owner, *account, std::move(password));
                    });
}

void run_token(ChatService& chat, Participant& who, std::string_view arguments) {
  const Name* const account = own_account(who);
  if (account == nullptr) return;
  if (!arguments.empty() && arguments != "off") {
    return refuse(who, "usage", "Type /token or /token off.");
  }
  const bool is_off = arguments == "off";
  const std::string token = is_off ? std::string() : Passwords::random_text(kTokenBytes);
  if (!chat.shared().accounts.set_token_digest(account->key,
                                               is_off ? std::string() : Passwords::digest(token))) {
    return refuse(who, "not-logged-in", "This account is no more.");
  }
  if (is_off) return who.tell("Your programs have no token any more.");
  who.tell(fmt::format(
      "The token of your programs is {} ; the one before is void. It is not shown again.", token));
}

void run_drop_account(ChatService& chat, Participant& who, std::string_view arguments) {
  const Name* const account = own_account(who);
  if (account == nullptr) return;
  const auto drop = [](ChatService& service, Participant& owner, std::string password) {
    const Name* const own = own_account(owner);
    if (own == nullptr) return;
    check_password(service, owner, *own, std::move(password),
                   [](ChatService& then, Participant& leaver) {
                     const Name* const dropped = leaver.account();
                     if (dropped == nullptr) return;
                     static_cast<void>(then.shared().accounts.remove(dropped->key));
                     leaver.tell(fmt::format("The account {} is no more.", dropped->text));
                     leaver.set_account(nullptr);
                   });
  };
  if (!arguments.empty()) return drop(chat, who, std::string(arguments));
  ask_hidden(who, fmt::format("To drop the account {}, type its password:", account->text),
             [drop](ChatService& service, Participant& owner, std::string_view line) {
               if (line.empty()) return owner.tell("Nothing was changed.");
               drop(service, owner, std::string(line));
             });
}

}  // namespace grotto
