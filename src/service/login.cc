#include "service/login.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "base/address.h"
#include "base/time_text.h"
#include "service/chat_service.h"
#include "service/chat_shared.h"
#include "service/discipline.h"
#include "service/person_lines.h"
#include "service/preference_commands.h"
#include "service/refusal.h"

namespace grotto {

namespace {

/// What attempts from that address are counted by: an IPv6 one with its /64.
std::string address_key(Participant& who) {
  const auto bytes = Address::from_host(who.session().peer_host()).limit_key();
  return {bytes.begin(), bytes.end()};
}

/// Tells if too many were wrong lately.
bool may_try(ChatService& chat, Participant& who, std::string_view account) {
  const ChatShared& shared = chat.shared();
  const std::uint64_t now = chat.wheel().now_ms();
  const std::uint64_t wait_ms =
      std::max(shared.attempts_of_address.wait_ms(address_key(who), now),
               account.empty() ? 0 : shared.attempts_of_account.wait_ms(account, now));
  if (wait_ms == 0) return true;
  chat.warnings().note("too many attempts",
                       {{"peer", who.session().peer_host()}, {"account", account}});
  refuse(
      who, "too-many-attempts",
      fmt::format("Too many wrong passwords: try again in {}.", span_text((wait_ms + 999) / 1000)));
  return false;
}

/// So that nobody fills the server with accounts.
bool may_register(ChatService& chat, Participant& who) {
  Attempts& registrations = chat.shared().registrations;
  const bool is_exempt = chat.limits().is_exempt(Address::from_host(who.session().peer_host()));
  const std::uint64_t now = chat.wheel().now_ms();
  const std::uint64_t wait_ms = is_exempt ? 0 : registrations.wait_ms(address_key(who), now);
  registrations.count(address_key(who), now);
  if (wait_ms == 0) return true;
  refuse(who, "too-many-attempts",
         fmt::format("Too many accounts were made from your address: try again in {}.",
                     span_text((wait_ms + 999) / 1000)));
  return false;
}

void note_wrong(ChatService& chat, Participant& who, std::string_view account) {
  const std::uint64_t now = chat.wheel().now_ms();
  chat.shared().attempts_of_address.count(address_key(who), now);
  if (!account.empty()) chat.shared().attempts_of_account.count(account, now);
  chat.warnings().note("wrong password", {{"peer", who.session().peer_host()},
                                          {"account", account.empty() ? "-" : account}});
}

/// Who may still stand in the way of the owner of an account's name.
enum class InTheWay : std::uint8_t { somebody, who_is_away, nobody };
void come_in(ChatService& chat, Participant& who, const Account& account, InTheWay in_the_way);

/// Whoever has the name by another connection goes, and his place is taken.
void replace_other(ChatService& chat, Participant& who, const Account& account) {
  const bool is_asked = chat.inquiries().ask(
      who, account.name.key, [&chat, account](Participant* other) -> Inquiries::Answer {
        if (other != nullptr) other->chat().replace(*other);
        return [&chat, account](Participant& asker) {
          come_in(chat, asker, account, InTheWay::who_is_away);
        };
      });
  if (!is_asked) come_in(chat, who, account, InTheWay::who_is_away);
}

/// Whoever the name is held for does not come back: he is here, and knows the password.
void end_absence(ChatService& chat, Participant& who, const Account& account) {
  const auto held = chat.shared().absences.find_held(account.name.key);
  if (!held) return come_in(chat, who, account, InTheWay::nobody);
  const Inquiries::Reply reply = chat.inquiries().begin(who);
  held->service->worker().post(
      [service = held->service, token = held->token, reply, &chat, account] {
        service->resumption().end_absence(token);
        reply([&chat, account](Participant& asker) {
          come_in(chat, asker, account, InTheWay::nobody);
        });
      });
}

void come_in(ChatService& chat, Participant& who, const Account& account, InTheWay in_the_way) {
  if (who.session().is_ending()) return;
  if (turn_away(chat, who, account.name)) return;
  if (!who.is_in() && !chat.is_allowed(who, account.name.key)) {
    refuse(who, "not-allowed", "Only who is on the list of this server comes in.");
    return ask_name_again(who);
  }
  if (!chat.take_account_name(who, account)) {
    if (in_the_way == InTheWay::somebody) return replace_other(chat, who, account);
    if (in_the_way == InTheWay::who_is_away) return end_absence(chat, who, account);
    refuse(who, "name-taken", fmt::format("The name {} is taken.", account.name.text));
    ask_name_again(who);
  }
}

void refuse_busy(Participant& who) {
  refuse(who, "busy", "Too many passwords are being checked, try it again.");
  ask_name_again(who);
}

using Then = std::function<void(ChatService& chat, Participant& who)>;

std::string kept_text(const ChatService& chat, const std::string& fault) {
  if (!chat.shared().accounts.are_kept()) return ", until the server stops: it keeps no accounts";
  return fault.empty() ? "" : fmt::format("; it cannot be kept on disk now ({})", fault);
}

/// `done`, once the change is on the disk, or cannot be.
void tell_when_kept(ChatService& chat, Participant& who, const std::string& done, Then then) {
  const Inquiries::Reply is_kept = chat.inquiries().begin(who);
  chat.shared().accounts.when_kept(
      [is_kept, &chat, done, then = std::move(then)](const std::string& fault) {
        is_kept([&chat, done, then, fault](Participant& owner) {
          owner.tell(fmt::format("{}{}.", done, kept_text(chat, fault)));
          if (then) then(chat, owner);
        });
      });
}

void hash_password(
    ChatService& chat, Participant& who, std::string password,
    std::function<void(ChatService& chat, Participant& who, const std::string& hash)> then) {
  const Inquiries::Reply reply = chat.inquiries().begin(who);
  const auto done = [reply, &chat, then = std::move(then)](const std::string& hash) {
    reply([&chat, hash, then](Participant& asked) {
      if (asked.session().is_ending()) return;
      hash.empty() ? refuse_busy(asked) : then(chat, asked, hash);
    });
  };
  if (chat.shared().passwords->hash(chat.worker(), std::move(password), done)) return;
  chat.inquiries().forget(who);
  refuse_busy(who);
}

}  // namespace

bool is_local(Participant& who) {
  return Address::from_host(who.session().peer_host()).is_loopback();
}

std::string password_fault(std::string_view password) {
  if (password.size() >= Passwords::kBytesMin && password.size() <= Passwords::kBytesMax) return {};
  return fmt::format("A password has {} to {} bytes.", Passwords::kBytesMin, Passwords::kBytesMax);
}

void ask_name_again(Participant& who) {
  if (!who.is_in()) ask(who, "name", "What is your name?");
}

// ---- The server's password ---------------------------------------------------------------------

namespace {

constexpr std::string_view kServersQuestion = "This server asks for its password:";

void take_server_password(ChatService& asked, Participant& guest, std::string_view line) {
  if (asks_for_json(line)) {  // what programs say first of all, whatever they are asked
    const bool is_asked = guest.reads_json();  // so, in the greeting
    run_format(asked, guest, "json");
    if (!is_asked) return ask_server_password(guest);
    return guest.set_question(
        std::make_unique<Question>(Question{std::string(kServersQuestion), take_server_password}));
  }
  if (!may_try(asked, guest, {})) return guest.finish(CloseReason::refused, {});
  if (!Passwords::are_equal(line, asked.options().server_password)) {
    note_wrong(asked, guest, {});
    refuse(guest, "wrong-password", "That is not it.");
    return ask_server_password(guest);
  }
  guest.stop_expecting();
  asked.greet_by_name(guest);
}

}  // namespace

void ask_server_password(Participant& who) {
  ask_hidden(who, kServersQuestion, take_server_password);
}

// ---- Accounts ----------------------------------------------------------------------------------

void ask_account_password(Participant& who, const Name& name) {
  ask_hidden(who, fmt::format("The name {} belongs to an account. Its password:", name.text),
             [name](ChatService& chat, Participant& asked, std::string_view line) {
               constexpr std::string_view kLogin = "/login ";
               if (line.starts_with(kLogin)) line.remove_prefix(kLogin.size());
               if (line.empty()) {
                 asked.tell("You are not logged in.");
                 return ask_name_again(asked);
               }
               log_in(chat, asked, name, std::string(line));
             });
}

void ask_new_password(Participant& who, TakePassword take) {
  ask_hidden(
      who, "Type a password, of 6 to 128 bytes:",
      [take = std::move(take)](ChatService& /*chat*/, Participant& asked, std::string_view line) {
        const std::string fault = line.empty() ? "" : password_fault(line);
        if (!fault.empty()) {
          refuse(asked, "bad-password", fault);
          return ask_name_again(asked);
        }
        if (line.empty()) {
          asked.tell("Nothing was changed.");
          return ask_name_again(asked);
        }
        ask_hidden(
            asked, "The same once more:",
            [take, first = std::string(line)](ChatService& service, Participant& who_then,
                                              std::string_view second) {
              if (!Passwords::are_equal(first, second)) {
                refuse(who_then, "bad-password", "That was another one: nothing was changed.");
                return ask_name_again(who_then);
              }
              take(service, who_then, first);
            },
            false);
      });
}

void ask_to_register(Participant& who, const Name& name) {
  who.tell(fmt::format("The name {} is kept for you.", name.text));
  ask_new_password(who, [name](ChatService& chat, Participant& asked, std::string password) {
    make_account(chat, asked, name, std::move(password),
                 [key = name.key](ChatService& then, Participant& owner) {
                   const auto account = then.shared().accounts.find(key);
                   if (account) come_in(then, owner, *account, InTheWay::somebody);
                 });
  });
}

void check_password(ChatService& chat, Participant& who, const Name& account, std::string password,
                    std::function<void(ChatService& chat, Participant& who)> then) {
  ChatShared& shared = chat.shared();
  const auto found = shared.accounts.find(account.key);
  if (!found) {
    Passwords::wipe(password);
    refuse(who, "no-such-account", fmt::format("There is no account {}.", account.text));
    return ask_name_again(who);
  }
  const std::string counted = found->name.text;
  if (!may_try(chat, who, counted)) {
    Passwords::wipe(password);
    return ask_name_again(who);
  }
  const Inquiries::Reply reply = chat.inquiries().begin(who);
  const auto done = [reply, &chat, counted, then = std::move(then)](bool is_right) {
    reply([&chat, counted, then, is_right](Participant& asked) {
      if (asked.session().is_ending()) return;
      if (!is_right) {
        note_wrong(chat, asked, counted);
        refuse(asked, "wrong-password", fmt::format("That is not the password of {}.", counted));
        return ask_name_again(asked);
      }
      then(chat, asked);
    });
  };
  if (shared.passwords->check(chat.worker(), std::move(password), found->hash, done)) return;
  chat.inquiries().forget(who);
  refuse_busy(who);
}

void log_in(ChatService& chat, Participant& who, const Name& name, std::string password) {
  check_password(chat, who, name, std::move(password),
                 [key = name.key](ChatService& asked, Participant& guest) {
                   const auto account = asked.shared().accounts.find(key);
                   if (account) return come_in(asked, guest, *account, InTheWay::somebody);
                   refuse(guest, "no-such-account", "That account is no more.");
                   ask_name_again(guest);
                 });
}

void make_account(ChatService& chat, Participant& who, const Name& name, std::string password,
                  std::function<void(ChatService& chat, Participant& who)> then) {
  const std::string fault = password_fault(password);
  if (!fault.empty()) {
    refuse(who, "bad-password", fault);
    return ask_name_again(who);
  }
  if (!may_register(chat, who)) return ask_name_again(who);
  hash_password(
      chat, who, std::move(password),
      [name, then = std::move(then)](ChatService& asked, Participant& owner,
                                     const std::string& hash) {
        Accounts& accounts = asked.shared().accounts;
        switch (accounts.add(name, hash)) {
          case Accounts::Added::yes: break;
          case Accounts::Added::taken:
            refuse(owner, "name-taken", fmt::format("The name {} has an account.", name.text));
            return ask_name_again(owner);
          case Accounts::Added::full:
            refuse(owner, "full", "The server has as many accounts as it may have.");
            return ask_name_again(owner);
        }
        tell_when_kept(asked, owner, fmt::format("{} is your account now", name.text), then);
      });
}

void change_password(ChatService& chat, Participant& who, const Name& account,
                     std::string password) {
  const std::string fault = password_fault(password);
  if (!fault.empty()) return refuse(who, "bad-password", fault);
  hash_password(chat, who, std::move(password),
                [account](ChatService& asked, Participant& owner, const std::string& hash) {
                  if (!asked.shared().accounts.set_hash(account.key, hash)) {
                    return refuse(owner, "no-such-account", "That account is no more.");
                  }
                  tell_when_kept(asked, owner, "You have another password now", {});
                });
}

}  // namespace grotto
