// Texts of people: which parts of one are links or one's own name, how long it is on the wire, what others will read of a line.
// Pure; nothing here makes an element.

const WORDS_MAX = 200; // of a line that are looked at for a mention, as the server does
const LINK = /https?:\/\/[^\s<>"'`]+/giu;
const PUNCTUATION_AT_END = /[.,;:!?…)\]}»”’*_]+$/u;

// Case folding as good as a browser has it; NFKC makes wide and joined forms alike.
export function folded(text) {
  return text.normalize("NFKC").toLowerCase();
}

export function byteLength(text) {
  return new TextEncoder().encode(text).length;
}

// The lines of a text that was pasted or typed with Shift+Enter.
export function linesOf(text) {
  return text.split(/\r\n|\r|\n/u);
}

// What others read of a line that is typed; of a command nothing.
export function saidOf(line) {
  if (line.startsWith("//")) return cleaned(line.slice(1));
  if (line.startsWith("/me ")) return cleaned(line.slice(4).replace(/^ +/u, ""));
  if (line.startsWith("/")) return "";
  return cleaned(line);
}

// Controls and bidirectional overrides, which the server drops too (docs/protocol.md, bytes and lines).
export function cleaned(text) {
  return text.replace(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/gu, "");
}

function isPunctuation(character) {
  return /[\p{P}]/u.test(character);
}

// Where `name` stands in `text` as a word (`Luzmi`, `@luzmi:`, `luzmi's`): [begin, end], or null.
export function findMention(text, name) {
  if (name === "") return null;
  const wanted = folded(name);
  let words = 0;
  for (const { 0: word, index } of text.matchAll(/[^ \t]+/gu)) {
    if ((words += 1) > WORDS_MAX) return null;
    for (const [begin, end] of coresOf(word)) {
      if (end > begin && folded(word.slice(begin, end)) === wanted) return [index + begin, index + end];
    }
  }
  return null;
}

// The word without punctuation at its ends, and without all from a punctuation mark within on (names may have some within).
function coresOf(word) {
  const characters = [...word];
  let begin = 0;
  while (characters.length > 0 && isPunctuation(characters[0])) begin += characters.shift().length;
  let trimmed = begin;
  let cut = null;
  let at = begin;
  for (const character of characters) {
    if (isPunctuation(character)) cut ??= at;
    at += character.length;
    if (!isPunctuation(character)) trimmed = at;
  }
  return [[begin, trimmed], [begin, cut ?? at]];
}

// A link's end is where a sentence's punctuation begins; a closing bracket stays if it was opened within.
function trimmedLink(link) {
  const trimmed = link.replace(PUNCTUATION_AT_END, "");
  const isOpen = trimmed.split("(").length > trimmed.split(")").length;
  return isOpen && link[trimmed.length] === ")" ? `${trimmed})` : trimmed;
}

// Only what a browser takes for http or https itself, with a host.
function isSafeLink(link) {
  try {
    const { protocol, hostname } = new URL(link);
    return (protocol === "http:" || protocol === "https:") && hostname !== "";
  } catch {
    return false;
  }
}

// `text` in parts: {kind: "plain" | "link" | "mention", text}.
export function partsOf(text, myName) {
  const parts = [];
  const mention = findMention(text, myName);
  let at = 0;
  const addPlain = (until) => {
    if (mention && at <= mention[0] && mention[1] <= until) {
      if (at < mention[0]) parts.push({ kind: "plain", text: text.slice(at, mention[0]) });
      parts.push({ kind: "mention", text: text.slice(mention[0], mention[1]) });
      at = mention[1];
    }
    if (at < until) parts.push({ kind: "plain", text: text.slice(at, until) });
    at = until;
  };
  for (const { 0: found, index } of text.matchAll(LINK)) {
    const link = trimmedLink(found);
    if (!isSafeLink(link)) continue;
    addPlain(index);
    parts.push({ kind: "link", text: link });
    at = index + link.length;
  }
  addPlain(text.length);
  return parts;
}

// Each name has a colour of its own, always the same: one of `count`.
export function hueOf(name, count) {
  let sum = 0;
  for (const character of folded(name)) sum = (sum * 31 + character.codePointAt(0)) % 1_000_003;
  return sum % count;
}
