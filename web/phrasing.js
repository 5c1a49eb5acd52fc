// Phrasing: how a message of the server looks as an item of the list.

import { element, linkElement, nameElement, timeElement } from "./elements.js";
import { findMention, hueOf, partsOf } from "./text.js";

const HUES = 12; // classes hue-0 to hue-11 of the stylesheet

export function mentions(message, myName) {
  const isSaid = message.type === "say" || message.type === "me";
  if (message.type === "private") return message.from !== myName;
  return isSaid && message.from !== myName && findMention(message.text, myName) !== null;
}

export function isSaid(message) {
  return message.type === "say" || message.type === "me" || message.type === "private";
}

export function nameOf(name) {
  return nameElement(name, `name hue-${hueOf(name, HUES)}`);
}

export function textElement(text, myName) {
  const made = element("span", { className: "text", dir: "auto" });
  for (const part of partsOf(text, myName)) {
    if (part.kind === "link") made.append(linkElement(part.text));
    else if (part.kind === "mention") made.append(element("mark", {}, part.text));
    else made.append(part.text);
  }
  return made;
}

function peopleText(message) {
  const count = message.names.length + message.more;
  const names = message.names.map((name) => (message.operators.includes(name) ? `@${name}` : name)).join(" ");
  return `${count} ${count === 1 ? "person" : "people"} in ${message.room}: ${names}${message.more > 0 ? ` and ${message.more} more` : ""}`;
}

function who(message, myName) {
  if (message.type === "me") return element("span", { className: "who" }, "* ", nameOf(message.from));
  if (message.type !== "private") return element("span", { className: "who" }, nameOf(message.from), element("span", { className: "unseen" }, ": "));
  const isMine = message.from === myName;
  return element("span", { className: "who" }, nameOf(message.from), " → ", isMine ? nameOf(message.to) : "you", element("span", { className: "unseen" }, ": "));
}

// One item of a list of messages.
export function lineElement(message, myName) {
  if (!isSaid(message)) {
    const text = message.type === "names" ? peopleText(message) : message.text;
    const isQuiet = ["join", "leave", "nick"].includes(message.type) || message.joined !== undefined;
    const looks = isQuiet ? "aside quiet" : "aside";
    return element("li", { className: `line ${looks}` }, element("span", { className: "text", dir: "auto" }, text ?? ""), timeElement(message.at));
  }
  const looks = ["line", "said", message.type];
  if (message.from === myName) looks.push("own");
  if (mentions(message, myName)) looks.push("mentions");
  const made = element("li", { className: looks.join(" ") });
  made.append(who(message, myName), " ", textElement(message.text, message.from === myName ? "" : myName), timeElement(message.at));
  return made;
}

// What the page itself has to tell: "told", "refusal", "divider".
export function ownElement(text, look, at) {
  return element("li", { className: `line aside ${look}` }, element("span", { className: "text", dir: "auto" }, text), at ? timeElement(at) : "");
}

export function skippedText(message) {
  const { count, room } = message;
  return `${count} ${count === 1 ? "line" : "lines"} of ${room} skipped: your connection was too slow`;
}
