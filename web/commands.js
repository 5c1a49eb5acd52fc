// The commands that are offered while one is typed: what they take, and what they do in few words. The server knows more of them
// (/help operators) and judges all; this table only helps.

export const COMMANDS = [
  ["/away", "TEXT", "say that you are away, or back"],
  ["/ban", "NAME", "keep somebody out (operators)"],
  ["/focus", "ROOM", "say your lines in another of your rooms"],
  ["/help", "COMMAND", "all commands, or more about one"],
  ["/history", "N", "what was said before"],
  ["/ignore", "NAME", "read nothing of somebody"],
  ["/invite", "NAME", "ask somebody into the room"],
  ["/join", "ROOM", "enter a room, or found one"],
  ["/kick", "NAME", "send somebody out of the room (operators)"],
  ["/leave", "ROOM", "leave a room"],
  ["/login", "NAME", "show that a name is yours"],
  ["/logout", "", "give up your account's name"],
  ["/me", "ACTION", "say what you do"],
  ["/msg", "NAME TEXT", "say something to one person only"],
  ["/mute", "NAME", "silence somebody (operators)"],
  ["/nick", "NAME", "take another name"],
  ["/op", "NAME", "make somebody an operator (operators)"],
  ["/password", "", "change your password"],
  ["/quit", "MESSAGE", "leave the chat"],
  ["/register", "", "make your name yours, with a password"],
  ["/reply", "TEXT", "answer who wrote to you last"],
  ["/room", "HOW", "who may enter the room"],
  ["/rooms", "", "which rooms there are"],
  ["/token", "", "a token for your programs"],
  ["/topic", "TEXT", "what the room is about"],
  ["/unignore", "NAME", "read somebody again"],
  ["/who", "ROOM", "who is in the room"],
  ["/whois", "NAME", "who somebody is"],
];

const HOLDS_SECRET = /^\/(login|register|password|drop-account|resume)( |$)|^\/room password |^\/join +\S+ +\S/u;

const ASKS_BACK = /^\/(login|register|password|drop-account)( |$)/u;

export function isQuitWord(line) {
  return line === "exit" || line === "{quit}" || line === "/quit" || line.startsWith("/quit ");
}

// Lines with passwords are not kept in the list of what was typed.
export function holdsSecret(line) {
  return HOLDS_SECRET.test(line);
}

// What it gets may be a question.
export function asksBack(line) {
  return ASKS_BACK.test(line);
}

// What the word before the caret may become: [{text, hint}]; `names` and `rooms` are those that are known.
export function completionsOf(before, names, rooms) {
  if (/^\/[a-z-]*$/u.test(before)) {
    return COMMANDS.filter(([command]) => command.startsWith(before)).map(([command, takes, what]) => ({
      text: takes === "" ? command : `${command} `,
      hint: `${takes} · ${what}`.replace(/^ · /u, ""),
    }));
  }
  const [, command, word] = /^(?:(\/[a-z-]+) )?(?:.*\s)?(\S*)$/su.exec(before) ?? [null, "", ""];
  if (word === "") return [];
  const isAt = word.startsWith("@");
  const start = (isAt ? word.slice(1) : word).toLowerCase();
  const alike = (name) => name.toLowerCase().startsWith(start) && name !== word;
  if (["/join", "/focus", "/leave", "/who"].includes(command)) return rooms.filter(alike).map((text) => ({ text, hint: "" }));
  const isFirst = word.length === before.length;
  return names.filter(alike).map((name) => ({ text: `${isAt ? "@" : ""}${name}${isFirst ? ":" : ""} `, hint: "" }));
}
