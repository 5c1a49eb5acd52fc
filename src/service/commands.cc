#include "service/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/edit_distance.h"
#include "service/access_commands.h"
#include "service/account_commands.h"
#include "service/ban_commands.h"
#include "service/chat_service.h"
#include "service/history_commands.h"
#include "service/moderation_commands.h"
#include "service/people_commands.h"
#include "service/preference_commands.h"
#include "service/refusal.h"
#include "service/resume_command.h"
#include "service/room_commands.h"
#include "service/watch_commands.h"

namespace grotto {

namespace {

std::string_view rank_text(Rank rank) noexcept {
  switch (rank) {
    case Rank::anybody: break;
    case Rank::room_operator: return " (operators)";
    case Rank::server_operator: return " (operators of the server)";
  }
  return "";
}

void run_help(ChatService& chat, Participant& who, std::string_view arguments) {
  std::string line(take_word(arguments));
  if (line.empty()) return tell_help(chat, who);
  if (line == "operators") return tell_operators_help(who);
  if (!line.starts_with('/')) line.insert(0, 1, '/');
  std::string_view none;
  const Command* const command = find_command(line, none);
  if (command == nullptr) return refuse(who, "unknown-command", unknown_command_hint(line));
  who.tell(fmt::format("{}: {}{}", usage(*command), command->help, rank_text(command->rank)));
  who.tell(fmt::format("  {}", command->details));
}

void run_nick(ChatService& chat, Participant& who, std::string_view arguments) {
  chat.rename(who, arguments);
}

void run_telnet(ChatService& /*chat*/, Participant& who, std::string_view /*arguments*/) {
  if (!who.session().start_telnet()) {
    refuse(who, "no-telnet", "Telnet is turned off on this port.");
  }
}

void run_quit(ChatService& chat, Participant& who, std::string_view arguments) {
  chat.quit(who, arguments);
}

constexpr std::array<Command, 53> kCommands = {{
    {"/help", "[COMMAND]", "this list, or more about one command",
     "Without a command: the list of all. With one: what it does, whole.", run_help},
    {"/who", "[ROOM]", "who is in the room",
     "Names are in order of joining; operators have an @ before theirs. Of a private room only its "
     "members are told.",
     run_who},
    {"/nick", "NAME", "take another name",
     "A name is one word of at most 32 characters, in any script, and no one has it or one that "
     "looks like it. All your rooms are told.",
     run_nick, true},
    {"/me", "ACTION", "say what you do: * luzmi waves", "To the room in focus, as: * luzmi ACTION",
     nullptr},
    {"/rooms", "", "which rooms there are",
     "Rooms with how many people are in them and their topics, the largest first. "
     "Private rooms are listed to their members only.",
     run_rooms},
    {"/join", "ROOM [PASSWORD]", "enter a room, or found one",
     "Your lines go there from then on, and lines of your other rooms come with [ROOM] "
     "before them. A room that is not there is founded, with the password if you give one, and "
     "you are its operator: /topic, /invite and /room are yours. It vanishes when the last has "
     "left. A # before the name is dropped. Nobody is in more than 16 rooms.",
     run_join},
    {"/focus", "[ROOM]", "say your lines in another of your rooms",
     "Without a room: tells where your lines go and what else you are in.", run_focus},
    {"/leave", "[ROOM]", "leave a room",
     "Without a room: the one in focus. Your lines go to the room that was in focus before. "
     "To leave the chat, type /quit.",
     run_leave},
    {"/topic", "[TEXT]", "what the room is about",
     "With a text, an operator sets it, at most 400 bytes; /topic - removes it.", run_topic},
    {"/invite", "NAME", "ask somebody into the room",
     "Somebody who is in the chat is told that you invite him to the room in focus. An invitation "
     "by an operator opens a private room or one with a password to him, once.",
     run_invite, true},
    {"/room", "[HOW]", "who may enter the room",
     "Without more: how it is now. An operator writes /room private (unlisted, and open to the "
     "invited only), /room password TEXT, or /room open, which is for everybody again. With an "
     "account, /room keep lets the room stay when nobody is in it, also over a restart, with you "
     "as "
     "its operator whenever you come in; /room vanish ends that.",
     run_room},
    {"/msg", "NAME TEXT", "say something to one person only",
     "He reads: luzmi -> you: kaixo. It goes to whoever has that name now, in whatever room, and "
     "is "
     "kept nowhere.",
     run_msg, true},
    {"/reply", "TEXT", "answer who wrote to you last",
     "As /msg to the one whose /msg you read last.", run_reply, true},
    {"/whois", "NAME", "who somebody is",
     "Since when he has been here, how long he has typed nothing, which rooms he is in (private "
     "ones only if you are in them too), and whether he is away.",
     run_whois, true},
    {"/away", "[TEXT]", "say that you are away, or back",
     "Whoever writes to you or asks /whois is told, with the text if there is one, at most 200 "
     "bytes. /away once more, without a text, and you are back.",
     run_away, true},
    {"/ignore", "[NAME]", "read nothing of somebody",
     "Nothing that he says, to all or to you, nor his invitations, even if he changes his name, "
     "or comes back under the one you ignore. He is not told. Without a name: whom you ignore, at "
     "most 100.",
     run_ignore, false, true},
    {"/unignore", "NAME", "read somebody again", "Ends what /ignore began.", run_unignore, false,
     true},
    {"/quiet", "[on|off]", "read no joins and leaves", "/quiet off, and you read them again.",
     run_quiet, false, true},
    {"/bell", "on|mention|off", "ring your terminal's bell",
     "on: for every line that somebody else says in your rooms; mention: when one has your name in "
     "it, however it is written (Luzmi, @luzmi:), or is for you alone. Off unless asked for.",
     run_bell, false, true},
    {"/history", "[N] [before ID|since TIME]", "what was said before",
     "The last N lines of the room in focus, or the N before the line of that number, or those "
     "since a time: 14:30, 2026-11-21, 2026-11-21 14:30, or 1h30m for so long ago. At most 1000 "
     "lines and 128 KiB at once; the last line tells how to read on.",
     run_history},
    {"/last", "[N]", "what was said last, and nothing more, for pipes",
     "The last N lines of the room in focus as /history shows them, without a line before or after "
     "them. At most 1000 lines and 128 KiB.",
     run_last},
    {"/sync", "", "wait until what was said is kept on disk",
     "Answers when all that was said in the room so far is on the disk for good, with the number "
     "of the last line.",
     run_sync},
    {"/echo", "on|off", "read your own lines too",
     "Off unless asked for: your terminal shows what you type.", run_echo, false, true},
    {"/time", "on|off", "show when each line was said",
     "[14:03:22] before each line, in the time zone of the server.", run_time, false, true},
    {"/color", "on|off", "show names in colors",
     "Each name has a color of its own, and what nobody said is dim. Off unless asked for.",
     run_color, false, true},
    {"/register", "[PASSWORD]", "make your name yours",
     "Nobody else can have it from then on, nor one that looks like it, and what you set with "
     "/time, /bell and the like is remembered. Without a password you are asked for one, so that "
     "it does not stand on your screen. It has 6 to 128 bytes and is kept as a hash only.",
     run_register, true},
    {"/login", "NAME [PASSWORD]", "show that a name is yours",
     "You take that name; if you are here by another connection, that one ends. Without a "
     "password you are asked for it. When you come in, it is enough to type the name.",
     run_login, true},
    {"/logout", "", "give up your account's name",
     "You get the name of a guest; the account stays.", run_logout, true},
    {"/password", "[NEW]", "change your password",
     "Without a new password you are asked for one, twice.", run_password, true},
    {"/drop-account", "[PASSWORD]", "give up your account for good",
     "The name is free for all again once you have left it.", run_drop_account, true},
    {"/token", "[off]", "a token for your programs",
     "They send it over HTTP (Authorization: Bearer TOKEN) and say lines under your name. It "
     "replaces "
     "the one before; off takes it away.",
     run_token, true},
    {"/resume", "[TOKEN [ROOM=ID ...]]", "come back after a dropped connection",
     "In the chat: gives you a token. If your connection drops, connect again and type /resume "
     "TOKEN instead of a name: you get your name, your rooms, and the lines that you missed; the "
     "old connection ends if it is still there, and if you come soon, nobody reads that you had "
     "gone. A program that knows the id of the last line it has read in a room can say so: "
     "lobby=41.",
     run_resume, true},
    {"/kick", "NAME [REASON]", "send somebody out of the room",
     "Out of the room in focus, or out of the chat if he is in no other room. He may come back: "
     "/ban keeps him out.",
     run_kick, true, false, Rank::room_operator},
    {"/ban", "[--check] [--room] WHOM [DURATION] [REASON]", "keep somebody out",
     "WHOM is a name, which stands for all that look like it and for the account of that name, or, "
     "for operators of the server, an address such as 192.0.2.7 or 2001:db8::/32. DURATION is such "
     "as 90s, 1h30m, 2d or forever, which it is without one. An operator of the server bans from "
     "the server, or with --room from the room in focus; an operator of a room from there. With "
     "--check nothing is done, and you are told whom it would hit.",
     run_ban, true, false, Rank::room_operator},
    {"/unban", "[--room] WHOM", "let somebody in again", "The opposite of /ban.", run_unban, true,
     false, Rank::room_operator},
    {"/bans", "", "who is banned and muted",
     "By whom, when, until when and why, the newest first; of the server and of the room in focus.",
     run_bans, true, false, Rank::room_operator},
    {"/mute", "[--check] [--room] WHOM [DURATION] [REASON]", "silence somebody",
     "He still reads, and says nothing any more: in the server, or in the room. As /ban.", run_mute,
     true, false, Rank::room_operator},
    {"/unmute", "[--room] WHOM", "let somebody speak again", "The opposite of /mute.", run_unmute,
     true, false, Rank::room_operator},
    {"/slowmode", "[SECONDS|off]", "how often one may say something",
     "Everybody but operators says one line in so many seconds, at most 3600, in the room in "
     "focus. Without anything: tells how it is.",
     run_slowmode, true, false, Rank::room_operator},
    {"/lock", "", "let nobody new into the room",
     "The room in focus; if that is the lobby, nobody new comes into the chat but operators of the "
     "server.",
     run_lock, true, false, Rank::room_operator},
    {"/unlock", "", "let people in again", "The opposite of /lock.", run_unlock, true, false,
     Rank::room_operator},
    {"/op", "[--server] NAME", "make somebody an operator",
     "Of the room in focus; with --server of the server, for which he needs an account.", run_op,
     true, false, Rank::room_operator},
    {"/deop", "[--server] NAME", "make somebody no operator", "The opposite of /op.", run_deop,
     true, false, Rank::room_operator},
    {"/undo", "", "take back what you did last",
     "A ban, a mute, the end of one, /slowmode, /lock, /op --server; the time before that if typed "
     "again. Who was sent away has to come back by himself.",
     run_undo, true, false, Rank::room_operator},
    {"/conns", "", "who is here, and from where",
     "With address, since when, how long idle, in how many rooms, and the account; the newest "
     "first.",
     run_conns, true, false, Rank::server_operator},
    {"/slow", "", "who is behind",
     "By how many lines and milliseconds, and how many bytes his connection has not taken; the "
     "latest first.",
     run_slow, true, false, Rank::server_operator},
    {"/why", "[NAME]", "why somebody went",
     "The last 1000 connections that ended: when, from where, why, and how long they were here; "
     "the newest first. The reasons are those of the log.",
     run_why, true, false, Rank::server_operator},
    {"/limits", "", "what the limits are",
     "Those that people run into, and how much of them is used.", run_limits, true, false,
     Rank::server_operator},
    {"/allow", "[NAME|ADDRESS[/PREFIX]] [WHY]", "let in only who is listed",
     "Once the list has an entry, only operators and who is on it come in: by their name, for "
     "which they choose a password when they first come, or by their address. Without anything: "
     "the list.",
     run_allow, true, false, Rank::server_operator},
    {"/disallow", "NAME|ADDRESS[/PREFIX]", "take somebody off that list",
     "Who is in stays. An empty list lets everybody in.", run_disallow, true, false,
     Rank::server_operator},
    {"/format", "plain|json", "read lines as JSON, for programs",
     "json: all that you read from then on is one JSON object per line, as docs/protocol.md has "
     "them; plain: as people read it. Also before you have given a name. Without either: tells how "
     "it is.",
     run_format},
    {"/telnet", "", "edit your line while others talk (telnet clients)",
     "For a real telnet client on a port of its own: the server takes over your keys, and the "
     "line that you have half typed stays under lines that arrive. Backspace, Ctrl-U and Ctrl-W "
     "edit it.",
     run_telnet},
    {"/quit", "[MESSAGE]", "leave the chat", "The others read the message.", run_quit},
}};

std::string_view word_of(std::string_view line) {
  return line.substr(0, line.find_first_of(" \t"));
}

}  // namespace

std::string_view take_word(std::string_view& arguments) noexcept {
  const std::string_view word = word_of(arguments);
  arguments.remove_prefix(word.size());
  arguments.remove_prefix(std::min(arguments.find_first_not_of(" \t"), arguments.size()));
  return word;
}

const Command* find_command(std::string_view line, std::string_view& arguments) noexcept {
  const std::string_view word = word_of(line);
  arguments = line.substr(word.size());
  arguments.remove_prefix(std::min(arguments.find_first_not_of(" \t"), arguments.size()));
  arguments = arguments.substr(0, arguments.find_last_not_of(" \t") + 1);
  const auto* const found = std::find_if(kCommands.begin(), kCommands.end(),
                                         [&](const Command& each) { return each.name == word; });
  return found == kCommands.end() ? nullptr : found;
}

std::string unknown_command_hint(std::string_view line) {
  constexpr std::size_t kShownMax = 32;
  const std::string_view word = word_of(line);
  if (word.size() > kShownMax) return "There is no such command. Type /help for those there are.";
  const auto* const nearest =
      std::min_element(kCommands.begin(), kCommands.end(), [&](const auto& one, const auto& other) {
        return edit_distance(word, one.name) < edit_distance(word, other.name);
      });
  const std::string meant = edit_distance(word, nearest->name) <= 2
                                ? fmt::format(" Did you mean {}?", nearest->name)
                                : "";
  return fmt::format(
      "Unknown command {}.{} Type /help for the commands; to say a line that begins with a slash, "
      "type // first.",
      word, meant);
}

std::string usage(const Command& command) {
  return command.arguments.empty() ? std::string(command.name)
                                   : fmt::format("{} {}", command.name, command.arguments);
}

namespace {

void tell_command(Participant& who, const Command& command) {
  who.tell(fmt::format("  {:<23} {}", usage(command), command.help));
}

}  // namespace

void tell_help(ChatService& chat, Participant& who) {
  who.tell("What you type is said to everybody in the room. Commands:");
  for (const Command& command : kCommands) {
    if (command.is_of_names && chat.options().naming != Naming::ask) continue;
    if (command.rank == Rank::anybody) tell_command(who, command);
  }
  who.tell("  //...                   say a line that begins with a slash");
  who.tell("More about one of them: /help COMMAND");
  if (chat.options().naming == Naming::ask) who.tell("What operators can do: /help operators");
}

void tell_operators_help(Participant& who) {
  for (const Rank rank : {Rank::room_operator, Rank::server_operator}) {
    who.tell(rank == Rank::room_operator ? "Operators of a room, and of the server:"
                                         : "Operators of the server:");
    for (const Command& command : kCommands) {
      if (command.rank == rank) tell_command(who, command);
    }
  }
}

std::string commands_as_markdown() {
  std::string text;
  for (const Command& command : kCommands) {
    text += fmt::format("**`{}`**: {}{}. {}\n\n", usage(command), command.help,
                        rank_text(command.rank), command.details);
  }
  return text;
}

}  // namespace grotto
